"""Sealed columns of raw rows, opened in memory under the keys of the persons whom they are about."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb

from warehouse.cipher import Sealer, SealError
from warehouse.errors import ScorehouseError
from warehouse.settings import Settings
from warehouse.vault import Vault

Row = dict[str, Any]
# Of several versions of a row the one that came last, of those that brought what is sealed.
_LATEST = """
    select {columns}, _seal_key_id from read_parquet($files, union_by_name = true)
    where interview_id = $interview and (_partial_columns is null or contains(_partial_columns, $sealed))
    qualify row_number() over (
        partition by {key}
        order by coalesce(_exported_at, _arrived_at) desc, _arrival_seq desc, _row_number desc
    ) = 1
"""


def latest_rows(
    settings: Settings, source: str, key: str, columns: Sequence[str], sealed: str, interview_id: str
) -> list[Row]:
    """The rows of a source about one interview, in their latest version; nothing where there is no file.

    `sealed` is the sealed column that is asked for beside the `columns`.
    """
    files = [str(path) for path in sorted((settings.raw / source).glob("[!_.]*.parquet"))]
    if not files:
        return []
    sql = _LATEST.format(columns=", ".join([*columns, f"{sealed}_sealed"]), key=key)
    try:
        with duckdb.connect(config={"threads": 2, "temp_directory": ""}) as connection:
            connection.execute("set TimeZone = 'UTC'")
            wanted = {"files": files, "interview": interview_id, "sealed": sealed}
            found = connection.execute(sql, wanted)
            rows: list[Row] = found.to_arrow_table().to_pylist()
            return rows
    except duckdb.Error as error:
        # DuckDB's own message may quote a value.
        raise ScorehouseError(
            f"The raw rows below {settings.raw / source} cannot be read ({type(error).__name__}): "
            "ingest their source files again."
        ) from None


class Opener:
    """Opens the sealed values of some rows; a value whose key is erased, or that is damaged, is None."""

    def __init__(self, settings: Settings, rows: Iterable[Row]) -> None:
        key_ids = {row["_seal_key_id"] for row in rows if row["_seal_key_id"]}
        keys: Mapping[str, bytes] = Vault.open(settings).open_keys(key_ids) if key_ids else {}
        self._sealers = {key_id: Sealer(key) for key_id, key in keys.items()}

    def text(self, row: Row, source: str, column: str, place: str) -> str | None:
        """The text of a sealed column of a row."""
        sealed, sealer = row[f"{column}_sealed"], self._sealers.get(row["_seal_key_id"])
        if sealed is None or sealer is None:
            return None
        try:
            return sealer.unseal(sealed, f"{source}|{column}|{place}")
        except SealError:
            return None
