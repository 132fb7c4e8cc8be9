"""Files whose days are over: when each began, and how it goes."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.erasure.parquet_files import write_changed
from warehouse.originals import originals
from warehouse.receipts import Receipt
from warehouse.settings import Settings

_SAYS = ("value", "row_sealed", "key_hash")
_LIVE_LOGS = ".log"


def files_before(settings: Settings, folder: Path, before: dt.date) -> list[Path]:
    """The files below a folder that were last written before that day of the company."""
    return [path for path in sorted(folder.rglob("*")) if path.is_file() and _day(settings, path) < before]


def old_originals(settings: Settings, before: dt.date | None = None) -> list[Path]:
    """Originals that were put away before that day; all without one."""
    return [path for path in originals(settings) if before is None or _day(settings, path) < before]


def quarantined_before(settings: Settings, before: dt.date) -> list[Path]:
    """Quarantine files with rows from before that day that still say something, and rejected files."""
    found = [path for path in settings.quarantine.glob("[!_.]*/*.file") if _day(settings, path) < before]
    for path in sorted(settings.quarantine.glob("[!_.]*/*.parquet")):
        rows = pq.read_table(path, partitioning=None)
        if pc.any(_said_before(settings, rows, before)).as_py():
            found.append(path)
    return found


def empty_quarantine(settings: Settings, names: Sequence[str], receipt: Receipt) -> None:
    """Rows stay with the rule that they broke; what they said goes. Rejected files go whole."""
    for name in names:
        path = Path(name)
        if path.suffix == ".file":
            path.unlink(missing_ok=True)
        else:
            write_changed(path, _without_content)


def remove_old(settings: Settings, names: Sequence[str], receipt: Receipt) -> None:
    """Takes the files away."""
    for name in names:
        Path(name).unlink(missing_ok=True)


def roll_logs(settings: Settings, names: Sequence[str], receipt: Receipt) -> None:
    """Takes old logs away, and sets aside those that are written on, so that they grow old too."""
    remove_old(settings, names, receipt)
    day = dt.datetime.now(settings.timezone).date()
    for path in settings.logs.glob(f"*{_LIVE_LOGS}"):
        aside = path.with_name(f"{path.name}.{day}")
        if path.stat().st_size and not aside.exists():
            path.rename(aside)


def _without_content(rows: pa.Table) -> pa.Table:
    for name in _SAYS:
        if name in rows.column_names and rows[name].null_count < rows.num_rows:
            field = rows.schema.field(name)
            place = rows.schema.get_field_index(name)
            rows = rows.set_column(place, field, pa.nulls(rows.num_rows, field.type))
    return rows


def _said_before(settings: Settings, rows: pa.Table, before: dt.date) -> pa.Array:
    day = dt.datetime.combine(before, dt.time(), settings.timezone)
    says = pa.array([False] * rows.num_rows)
    for name in _SAYS:
        if name in rows.column_names:
            says = pc.or_(says, rows[name].is_valid().combine_chunks())
    is_old = pc.less(rows["quarantined_at"], pa.scalar(day, rows.schema.field("quarantined_at").type))
    return pc.and_(says, is_old.combine_chunks() if isinstance(is_old, pa.ChunkedArray) else is_old)


def _day(settings: Settings, path: Path) -> dt.date:
    written = dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)
    return written.astimezone(settings.timezone).date()
