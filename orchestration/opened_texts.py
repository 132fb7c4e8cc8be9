"""What ingestion sealed under people's keys, opened inside DuckDB for models that need it in clear."""

from __future__ import annotations

from functools import cached_property

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from scoring_udfs.duckdb_functions import add_function
from warehouse.cipher import unseal_texts
from warehouse.settings import Settings
from warehouse.vault import Vault

# What is sealed, the id of its key, and the place where it stands.
SEALED = (pa.binary(), pa.string(), pa.string())


def add_opened_text(connection: duckdb.DuckDBPyConnection, settings: Settings | None = None) -> None:
    """Makes `opened_text` known to a connection; the vault is that of `settings`, or of the environment."""
    add_function(connection, "opened_text", Opener(settings).texts, SEALED, pa.string())


class Opener:
    """Opens texts under their keys, which it asks the vault for."""

    def __init__(self, settings: Settings | None = None) -> None:
        self._settings = settings

    @cached_property
    def _vault(self) -> Vault:
        # Not before a model asks: dbt also opens databases only to parse.
        return Vault.open(self._settings or Settings.from_env())

    def texts(self, sealed: pa.Array, key_ids: pa.Array, places: pa.Array) -> pa.Array:
        """N sealed values → N texts; null where there is none, or its key was erased. Raises `SealError`.

        Keys are asked for anew each time, so that none outlives its erasure here.
        """
        sealed, key_ids, places = map(_one_array, (sealed, key_ids, places))
        there = pc.and_(pc.is_valid(sealed), pc.is_valid(places))
        ids = pc.if_else(there, key_ids, pa.scalar(None, pa.string())).dictionary_encode("encode")
        names = ids.dictionary.to_pylist()
        keys = self._vault.open_keys(name for name in names if name is not None)
        ciphers = [AESGCM(keys[name]) if name in keys else None for name in names]
        return unseal_texts(sealed, places, ciphers, ids.indices.to_pylist()).cast(pa.string())


def _one_array(values: pa.Array | pa.ChunkedArray) -> pa.Array:
    return values.combine_chunks() if isinstance(values, pa.ChunkedArray) else values
