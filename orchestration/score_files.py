"""Score files: what each was made of, how it is laid out, and that it appears whole or not at all."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from orchestration.answer_scorer import SCORE_FILE_SCHEMA, ScoringError
from warehouse.erasure.parquet_files import footer_of as footer_of

KERNEL_METADATA = b"scorehouse.kernel"
RAW_METADATA = b"scorehouse.raw"
# Rows of a row group: few enough to hold, many enough for quick scans.
SCORE_ROW_GROUP = 65_536
# These look like chance: trying to compress them, or to find one twice, takes time and gains nothing.
_LIKE_CHANCE = ("sketch_", "bands")


def tidy(folder: Path, raw_names: set[str]) -> None:
    """Drops what a killed pass left behind, and the scores of raw files that are gone."""
    for path in folder.iterdir():
        if path.name.endswith(".tmp") or (path.name[0] != "_" and path.name not in raw_names):
            path.unlink()


def carried_over(scored: pa.Table, lost: pa.Array, earlier: pa.Table | None) -> pa.Table:
    """The rows whose text is gone as they were scored when it was there; all others as they are now.

    A text goes before its score does: that is what lets scores have a longer clock than texts.
    """
    if earlier is None or not lost.true_count:
        return scored
    places = {number: place for place, number in enumerate(earlier["_row_number"].to_pylist())}
    together = pa.concat_tables([scored, earlier.select(scored.column_names).cast(scored.schema)])
    order = [
        scored.num_rows + places[number] if is_lost and number in places else row
        for row, (number, is_lost) in enumerate(
            zip(scored["_row_number"].to_pylist(), lost.to_pylist(), strict=True)
        )
    ]
    return together.take(pa.array(order, pa.int64())).combine_chunks()


def earlier_scores(score_file: Path) -> pa.Table | None:
    """What a score file says by now; None when there is none, or none that says the same things."""
    try:
        with pq.ParquetFile(score_file) as file:
            names = set(file.schema_arrow.names)
            return file.read() if set(SCORE_FILE_SCHEMA.names) <= names else None
    except (FileNotFoundError, pa.ArrowInvalid):
        return None


def made_of(score_file: Path) -> tuple[str, str] | None:
    """Kernel version and raw footer that a score file was made of; None when there is no whole file."""
    try:
        metadata: dict[bytes, bytes] = pq.read_metadata(score_file).metadata or {}
    except (FileNotFoundError, pa.ArrowInvalid):
        return None
    return metadata.get(KERNEL_METADATA, b"").decode(), metadata.get(RAW_METADATA, b"").decode()


def write_scores(path: Path, kernel: str, raw: str, tables: Iterable[pa.Table]) -> None:
    """A score file under a temporary name, then renamed: a reader sees the old one or the new one."""
    temporary = path.with_name(f".{path.name}.tmp")
    schema = SCORE_FILE_SCHEMA.with_metadata({KERNEL_METADATA: kernel.encode(), RAW_METADATA: raw.encode()})
    try:
        with temporary.open("wb") as file:
            with pq.ParquetWriter(file, schema, **_LAYOUT) as writer:
                for table in regrouped(tables, SCORE_ROW_GROUP):
                    writer.write_table(table.replace_schema_metadata(schema.metadata))
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
    except OSError as error:
        raise unwritable(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


def unwritable(path: Path, error: OSError) -> ScoringError:
    """No room on the disk, say."""
    return ScoringError(f"{path} cannot be written ({error.strerror or error}): see to it and run it again.")


def regrouped(tables: Iterable[pa.Table], rows: int) -> Iterator[pa.Table]:
    """The same rows in tables of so many, the last of fewer: what is written depends on the rows alone."""
    waiting: list[pa.Table] = []
    held = 0
    for table in tables:
        waiting.append(table)
        held += table.num_rows
        while held >= rows:
            joined = pa.concat_tables(waiting)
            yield joined.slice(0, rows).combine_chunks()
            waiting, held = [joined.slice(rows)], held - rows
    if held:
        yield pa.concat_tables(waiting).combine_chunks()


def _leaves(column: pa.Field, path: str = "") -> list[str]:
    """Where Parquet keeps the values of a column: one place, or one a field of its structs."""
    here = f"{path}{column.name}"
    if pa.types.is_list(column.type):
        return _leaves(column.type.value_field.with_name("element"), f"{here}.list.")
    if pa.types.is_struct(column.type):
        return [leaf for inner in column.type for leaf in _leaves(inner, f"{here}.")]
    return [here]


def _layout_of(schema: pa.Schema) -> dict[str, Any]:
    """How the columns are written; only what filters may ask about has statistics."""
    leaves = [leaf for column in schema for leaf in _leaves(column)]
    chance = [leaf for leaf in leaves if leaf.startswith(_LIKE_CHANCE)]
    others = [leaf for leaf in leaves if leaf not in chance]
    return {
        "compression": dict.fromkeys(others, "zstd") | dict.fromkeys(chance, "none"),
        "use_dictionary": [leaf for leaf in others if leaf != "text_fingerprint"],
        "write_statistics": [leaf for leaf in others if "." not in leaf],
    }


_LAYOUT = _layout_of(SCORE_FILE_SCHEMA)
