"""DuckDB files of the build and the published versions: encrypted (AES-256-GCM) under a key of the vault.

`opened(settings, path)` is the way to read or write one by hand; `attach` adds one to a connection. A file
from before files were encrypted can still be read, until the next build or publish takes its place.
"""

from __future__ import annotations

import base64
import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import duckdb

from warehouse.errors import VaultError
from warehouse.settings import Settings
from warehouse.vault import Vault

# The system key of all these files.
PURPOSE = "warehouse files"
# The name of the file that a connection is about.
CATALOG = "warehouse_file"
# Where DuckDB says in a file's first block what it is; the lowest bit of the flags: encrypted.
_MAGIC_AT, _MAGIC = 8, b"DUCK"
_FLAGS_AT = 20


def file_key(settings: Settings) -> str:
    """The key as DuckDB takes it; `VaultError` without the right master key."""
    return base64.b64encode(Vault.open(settings).system_key(PURPOSE)).decode()


def is_encrypted(path: Path) -> bool:
    """Whether a file that is there is encrypted; a missing one will be."""
    try:
        with path.open("rb") as file:
            head = file.read(_FLAGS_AT + 1)
    except FileNotFoundError:
        return True
    if head[_MAGIC_AT : _MAGIC_AT + len(_MAGIC)] != _MAGIC:
        return bool(head)
    return len(head) > _FLAGS_AT and bool(head[_FLAGS_AT] & 1)


def attach(
    connection: duckdb.DuckDBPyConnection, settings: Settings, path: Path, alias: str, *, read_only: bool
) -> None:
    """Attaches a build or a published file to a connection, as `alias`; what is written is encrypted."""
    key = file_key(settings) if is_encrypted(path) else None
    attach_with_key(connection, path, alias, key, read_only=read_only)


def attach_with_key(
    connection: duckdb.DuckDBPyConnection, path: Path, alias: str, key: str | None, *, read_only: bool
) -> None:
    """As `attach`, for whoever was given the key; None for a file in clear."""
    options = ["read_only"] if read_only else []
    if key is not None:
        options.append(f"encryption_key '{key}'")
    if not read_only:
        load_cipher(connection)
    told = f" ({', '.join(options)})" if options else ""
    quoted = str(path).replace("'", "''")
    try:
        connection.execute(f"attach '{quoted}' as {alias}{told}")
    except duckdb.Error as error:
        # DuckDB's sentence could quote the statement, and the key with it.
        if key is not None and key in str(error):
            raise VaultError(f"{path} cannot be opened.") from None
        raise


def load_cipher(connection: duckdb.DuckDBPyConnection) -> None:
    """What DuckDB needs to write an encrypted file: an extension of this environment, not of the net."""
    quoted = cipher_extension().replace("'", "''")
    connection.execute(f"load '{quoted}'")


@cache
def cipher_extension() -> str:
    """The file of the extension that the package `duckdb-extension-httpfs` holds."""
    found = importlib.util.find_spec("duckdb_extension_httpfs")
    for folder in (found.submodule_search_locations or ()) if found else ():
        for path in Path(folder).glob(f"extensions/v{duckdb.__version__}/*.duckdb_extension"):
            return str(path)
    raise VaultError(
        f"duckdb-extension-httpfs {duckdb.__version__} is not installed, and without it encrypted files "
        "cannot be written: run `make setup`."
    )


@contextmanager
def opened(settings: Settings, path: Path, *, read_only: bool = True) -> Iterator[duckdb.DuckDBPyConnection]:
    """A connection to a build or a published file, as if it were opened by itself.

    Its relations are named `schema.table`; times are those of the session; nothing is spilled in clear.
    """
    with duckdb.connect(":memory:", config={"temp_file_encryption": True}) as connection:
        attach(connection, settings, path.resolve(), CATALOG, read_only=read_only)
        connection.execute(f"use {CATALOG}")
        yield connection


def cursor_of(connection: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    """A further cursor on the same file: DuckDB's own would begin in the empty database beside it."""
    cursor = connection.cursor()
    try:
        cursor.execute(f"use {CATALOG}")
    except duckdb.Error:
        cursor.close()
        raise
    return cursor
