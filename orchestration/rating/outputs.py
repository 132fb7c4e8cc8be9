"""Predictions as a file: CSV, JSON Lines or Parquet by its suffix, there whole or not at all."""

from __future__ import annotations

import json
import math
import os
import tempfile
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pv
import pyarrow.parquet as pq

from warehouse.errors import UsageError

PREDICTION_COLUMNS = ("answer_id", "question_id", "rating", "low", "high", "model", "reason")


def check_target(target: Path, source: Path | None = None) -> None:
    """`UsageError` when predictions cannot go there: before any work is done."""
    if target.suffix.lower() not in _WRITERS:
        raise UsageError(f"{target}: the name must end in {', '.join(_WRITERS)}, which says the format.")
    if target.is_dir():
        raise UsageError(f"{target} is a folder: name a file.")
    if source is not None and target.exists() and target.samefile(source):
        raise UsageError(f"{target} is the input too: name another file.")


def write_table(table: pa.Table, target: Path) -> None:
    """Writes beside and renames; only the owner may read it. `UsageError` where the disk refuses."""
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.", suffix=".tmp")
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(_WRITERS[target.suffix.lower()](table))
                file.flush()
                os.fsync(file.fileno())
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)
    except OSError as error:
        raise UsageError(f"{target} cannot be written ({error.strerror}): name another file.") from error


def _csv(table: pa.Table) -> bytes:
    """UTF-8 without a mark, ids as they came: a program joins them to the input again."""
    sink = pa.BufferOutputStream()
    pv.write_csv(table, sink, pv.WriteOptions(quoting_style="needed"))
    return bytes(sink.getvalue())


def _json_lines(table: pa.Table) -> bytes:
    lines = (json.dumps(_finite(row), ensure_ascii=False) + "\n" for row in table.to_pylist())
    return "".join(lines).encode("utf-8", "replace")


def _parquet(table: pa.Table) -> bytes:
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, compression="zstd")
    return bytes(sink.getvalue())


def _finite(row: dict[str, object]) -> dict[str, object]:
    return {
        name: None if isinstance(value, float) and not math.isfinite(value) else value
        for name, value in row.items()
    }


_WRITERS: dict[str, Callable[[pa.Table], bytes]] = {
    ".csv": _csv,
    ".jsonl": _json_lines,
    ".parquet": _parquet,
}
