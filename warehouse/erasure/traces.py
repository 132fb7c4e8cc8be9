"""Where else a person may have left a trace: quarantine, exports, outbox, logs, Dagster's records."""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterator
from contextlib import closing, suppress
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from warehouse import export_scratch
from warehouse.cipher import Sealer, SealError
from warehouse.erasure.change import SHORTEST_IN_TEXT, Change
from warehouse.erasure.columns import ERASED
from warehouse.erasure.layers import REASON
from warehouse.erasure.parquet_files import write_changed
from warehouse.sealed_files import unsealed_pieces
from warehouse.settings import Settings
from warehouse.vault import Vault

QUARANTINE = "quarantine"
# Cells of a quarantined row that may tell of the person.
_CELLS = ("column", "value", "row_sealed", "key_hash", "exported_at")
_ASKED = ("source", "file_id", "row_number", "row_sealed", "code")
_ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
_MOST_UNPACKED = 512 * 1024 * 1024
# Cleared in another way, or holding nobody in clear; landing is cleared by being taken in.
_ELSEWHERE = {
    *("landing", "raw", "quarantine", "scores", "published", "archive", "exports", "outbox"),
    *("vault", "audit", "privacy", "platform"),
}
_TEXT_FILES = {".log", ".json", ".txt", ".out", ".err", ".sql", ".yml", ".yaml", ".csv", ".html", ".jsonl"}
_LISTS = {".msgpack", ".complete", ".pkl"}


def clear_traces(settings: Settings, change: Change) -> Counter[str]:
    """Takes the person out of all of them; how many rows and files of each that were."""
    counts: Counter[str] = Counter()
    counts["quarantined"] = _quarantined_rows(settings, change)
    export_scratch.clear(settings.exports)
    counts["exports"] = _delete_holding(settings.exports, change)
    counts["outbox"] = _delete_holding(settings.outbox, change)
    for path in sorted(settings.home.iterdir()):
        if path.name not in _ELSEWHERE:
            counts["logs"] += _clean(path, change) if path.is_dir() else _clean_text(path, change)
    return +counts


def is_quarantined(settings: Settings, change: Change) -> bool:
    """Whether a quarantined row tells of the person, who may be known from nowhere else.

    Ids too short to be looked for in texts are not looked for here: any number would be one.
    """
    if not any(len(word) >= SHORTEST_IN_TEXT for word in change.person.all_ids):
        return False
    sealer = Sealer(Vault.open(settings).system_key(QUARANTINE))
    return any(
        _row_tells(row, sealer, change, if_unreadable=False)
        for path in settings.quarantine.glob("[!_.]*/*.parquet")
        if set(_ASKED) <= set(pq.read_schema(path).names)
        for row in pq.read_table(path, columns=list(_ASKED), partitioning=None).to_pylist()
    )


def _row_tells(row: dict[str, object], sealer: Sealer, change: Change, *, if_unreadable: bool) -> bool:
    if row["code"] == ERASED or row["row_sealed"] is None:
        return False
    place = f"{row['source']}|_row|{row['file_id']}|{row['row_number']}"
    try:
        content = json.loads(sealer.unseal(bytes(row["row_sealed"]), place))  # type: ignore[call-overload]
    except (SealError, ValueError):
        return if_unreadable
    return _tells(content, change)


def _quarantined_rows(settings: Settings, change: Change) -> int:
    """Empties the quarantined rows that tell of the person; the rows themselves stay, and their count."""
    key = Vault.open(settings).system_key(QUARANTINE)
    sealer = Sealer(key)
    wiped = 0

    def changed(table: pa.Table) -> pa.Table:
        nonlocal wiped
        if not {"row_sealed", "code"} <= set(table.column_names):
            return table
        # What nobody can read, nobody can say to be another person's.
        own = [
            _row_tells(row, sealer, change, if_unreadable=True) for row in table.select(_ASKED).to_pylist()
        ]
        if not any(own):
            return table
        wiped += sum(own)
        return emptied(table, own)

    for path in sorted(settings.quarantine.glob("[!_.]*/*.parquet")):
        write_changed(path, changed)
    return wiped + _whole_files(settings, key, change)


def emptied(table: pa.Table, own: list[bool]) -> pa.Table:
    """Quarantined rows of which those that are `own` say nothing any more but that they were there."""
    for name in _CELLS:
        if name in table.column_names:
            values = [None if is_own else value for is_own, value in zip(own, table[name], strict=True)]
            plain = [None if value is None else value.as_py() for value in values]
            table = _with(table, name, plain)
    for name, said in (("reason", REASON), ("code", ERASED)):
        values = [
            said if is_own else value for is_own, value in zip(own, table[name].to_pylist(), strict=True)
        ]
        table = _with(table, name, values)
    return table


def _with(table: pa.Table, name: str, values: list[object]) -> pa.Table:
    field = table.schema.field(name)
    return table.set_column(table.schema.get_field_index(name), field, pa.array(values, field.type))


def _tells(content: object, change: Change) -> bool:
    """Whether a row as it was read names the person: a cell that is an id or a name, or a text with an id."""
    cells = content.values() if isinstance(content, dict) else content if isinstance(content, list) else ()
    known = change.person.all_ids | set(change.person.told)
    for cell in cells:
        text = cell if isinstance(cell, str) else json.dumps(cell, ensure_ascii=False)
        if text.strip() in known or change.in_text(text) != text:
            return True
    return False


def _whole_files(settings: Settings, key: bytes, change: Change) -> int:
    """Deletes the sealed copies of rejected files that hold the person, or that cannot be searched."""
    gone = 0
    for path in settings.quarantine.glob("[!_.]*/*.file"):
        try:
            content = b"".join(unsealed_pieces(path, key, path.stem))
        except SealError:
            content = b""
        if not content or content_tells(content, change):
            path.unlink()
            gone += 1
    return gone


def _delete_holding(folder: Path, change: Change) -> int:
    gone = 0
    for path in sorted(folder.rglob("*")):
        if path.is_file() and content_tells(path.read_bytes(), change):
            path.unlink()
            gone += 1
    return gone


def content_tells(content: bytes, change: Change) -> bool:
    """Whether a file of any format holds an id, an e-mail, a phone or a name of the person.

    What is packed is unpacked; a Parquet file that cannot be read counts as one that does.
    """
    words = [word for word in {*change.needles, *change.person.told} if word]
    return any(
        word.encode(encoding, "surrogatepass") in part
        for part in _parts(content, 2)
        for word in words
        for encoding in _ENCODINGS
        if encoding == "utf-8" or not word.isascii() or encoding.startswith("utf-16")
    )


def _parts(content: bytes, depth: int) -> Iterator[bytes]:
    yield content
    if content[:4] == b"PAR1":
        try:
            yield json.dumps(
                pq.read_table(io.BytesIO(content)).to_pylist(), default=str, ensure_ascii=False
            ).encode()
        except (pa.ArrowException, OSError):
            return
    if depth and content[:2] == b"\x1f\x8b":
        with suppress(OSError, EOFError, ValueError):
            yield from _parts(gzip.decompress(content), depth - 1)
    if depth and content[:4] == b"PK\x03\x04":
        with (
            suppress(zipfile.BadZipFile, OSError, ValueError, RuntimeError),
            zipfile.ZipFile(io.BytesIO(content)) as archive,
        ):
            for member in archive.infolist():
                if member.file_size < _MOST_UNPACKED:
                    yield from _parts(archive.read(member), depth - 1)


def _clean(folder: Path, change: Change) -> int:
    """Logs and records without the person's ids; what is neither text nor SQLite and holds one is deleted."""
    cleaned = 0
    for path in sorted(folder.rglob("*")):
        if not path.is_file():
            continue
        if path.suffix == ".db":
            cleaned += _clean_sqlite(path, change)
        elif path.suffix in _LISTS:
            if content_tells(path.read_bytes(), change):
                path.unlink()
                cleaned += 1
        elif path.suffix in _TEXT_FILES or not path.suffix:
            cleaned += _clean_text(path, change)
    return cleaned


def _clean_text(path: Path, change: Change) -> int:
    text = path.read_bytes().decode("utf-8", "surrogateescape")
    after = change.in_text(text)
    if after == text:
        return 0
    # In place: whoever goes on writing to a log has it open.
    path.write_bytes(after.encode("utf-8", "surrogateescape"))
    return 1


def _clean_sqlite(path: Path, change: Change) -> int:
    words = [word for word in change.needles if len(word) > len(ERASED)]
    if not any(word.encode() in path.read_bytes() for word in words):
        return 0
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        connection.execute("pragma secure_delete = on")
        tables = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (table,) in tables:
            for _, column, *_ in connection.execute(f'pragma table_info("{table}")').fetchall():
                for word in words:
                    connection.execute(
                        f'update "{table}" set "{column}" = replace("{column}", ?, ?) '
                        f'where instr("{column}", ?)',
                        (word, change.in_text(word), word),
                    )
        connection.commit()
        connection.execute("vacuum")
    return 1
