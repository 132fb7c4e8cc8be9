"""A change made in every layer of files: raw, sightings, quarantine, scores, archive, ledger.

Every step finds by itself what it still has to do, so that one that was killed is simply run again. The order
matters: what a later step needs to find a row by is still there when an earlier one is repeated.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from warehouse.erasure.change import Change
from warehouse.erasure.columns import ERASED, KINDS_OF, OWNING, SOURCES
from warehouse.erasure.parquet_files import footer_of, holds_any, write_changed
from warehouse.erasure.person import raw_files
from warehouse.settings import Settings

RAW_METADATA = b"scorehouse.raw"
REASON = "is of a person whose data were erased"
_RELEASED = "-r"


def change_layers(settings: Settings, change: Change) -> Counter[str]:
    """Makes the change everywhere below `raw`, `scores`, `quarantine` and `archive`; rows by layer."""
    _clear_temporaries(settings)
    counts: Counter[str] = Counter()
    for source in SOURCES:
        touched = [path for path in raw_files(settings, source) if holds_any(path, _wanted(change))]
        gone = _Gone(settings, source)
        hashes: set[str] = set()
        for path in touched:
            table = pq.read_table(path, columns=_found_by(path), partitioning=None)
            own = table.filter(change.owned(table))
            hashes |= set(own["_content_hash"].to_pylist())
            counts[f"raw_{source}"] += own.num_rows
            if change.removes:
                gone.note(path.stem, own["_row_number"].to_pylist())
        _change_sightings(settings, source, change, hashes, gone)
        gone.say(change)
        for path in touched:
            _change_raw(settings, source, path, change, counts)
        gone.count_anew()
    counts += _change_lists(settings, change)
    return +counts


def is_anywhere(settings: Settings, change: Change) -> bool:
    """Whether any raw row is the person's, or names the person."""
    return any(holds_any(path, _wanted(change)) for source in SOURCES for path in raw_files(settings, source))


def _wanted(change: Change) -> dict[str, frozenset[str]]:
    return {column: change.person.of_column(column) for column in KINDS_OF}


def _found_by(path: Path) -> list[str]:
    names = pq.read_schema(path).names
    return [name for name in (*OWNING, "_content_hash", "_row_number") if name in names]


def _change_raw(settings: Settings, source: str, path: Path, change: Change, counts: Counter[str]) -> None:
    """A raw file; of answers the score file too, which must go on being the one of its raw file."""
    before = footer_of(path)
    score_file = settings.scores / "answers" / path.name

    def scores_first(finished: Path) -> None:
        said = pq.read_metadata(score_file).metadata or {}
        is_of_it = said.get(RAW_METADATA, b"").decode() == before
        added = {RAW_METADATA: footer_of(finished).encode()} if is_of_it else None
        counts["scores"] += _count(score_file, change)
        write_changed(score_file, change.applied, metadata=added)

    has_scores = source == "answers" and score_file.is_file()
    write_changed(path, change.applied, before_replacing=scores_first if has_scores else None)
    if not path.exists():
        score_file.unlink(missing_ok=True)


def _count(path: Path, change: Change) -> int:
    table = pq.read_table(path, columns=["interview_id"], partitioning=None)
    return int(pc.sum(change.owned(table)).as_py() or 0)


def _change_sightings(settings: Settings, source: str, change: Change, hashes: set[str], gone: _Gone) -> None:
    if not hashes or not (change.removes or change.renames):
        return
    for path in sorted((settings.raw / "_sightings" / source).glob("[!_.]*.parquet")):
        if not holds_any(path, {"_content_hash": hashes}):
            continue
        wanted = pa.array(sorted(hashes), pa.string())
        table = pq.read_table(path, partitioning=None)
        if change.removes:
            again = table.filter(pc.is_in(table["_content_hash"], value_set=wanted))
            gone.note(path.stem, again["_row_number"].to_pylist())
            gone.say(change)

        def changed(rows: pa.Table, wanted: pa.Array = wanted) -> pa.Table:
            own = pc.is_in(rows["_content_hash"], value_set=wanted)
            if change.removes:
                return rows.filter(pc.invert(own))
            told = {digest: change.content(digest) for digest in wanted.to_pylist()}
            place = rows.schema.get_field_index("_content_hash")
            made = [told.get(digest, digest) for digest in rows["_content_hash"].to_pylist()]
            return rows.set_column(place, rows.schema.field(place), pa.array(made, pa.string()))

        write_changed(path, changed)


class _Gone:
    """Rows of one source that leave raw: the quarantine says that they were there, and nothing of them."""

    def __init__(self, settings: Settings, source: str) -> None:
        self._settings = settings
        self._source = source
        self._waiting: dict[str, set[int]] = defaultdict(set)
        self._files: set[str] = set()

    def note(self, stem: str, numbers: Iterable[int]) -> None:
        """Rows of a raw file (`<file_id>` or one of its releases, `<file_id>-r<n>`)."""
        file_id = stem.partition(_RELEASED)[0]
        self._waiting[file_id] |= set(numbers)
        self._files.add(file_id)

    def say(self, change: Change) -> None:
        """Writes the entries of what has been noted; those that are there already are not written twice."""
        for file_id, numbers in self._waiting.items():
            path = self._settings.quarantine / self._source / f"{file_id}.parquet"
            schema = pq.read_schema(self._settings.quarantine / "_schema" / "_schema.parquet")
            there = pq.read_table(path, partitioning=None) if path.is_file() else schema.empty_table()
            if "code" in there.column_names:
                said = pc.and_(pc.equal(there["code"], ERASED), pc.equal(there["contract_version"], ERASED))
                numbers = numbers - set(there.filter(said)["row_number"].to_pylist())
            rows = [self._entry(schema, file_id, number) for number in sorted(numbers)]
            added = pa.Table.from_pylist(rows, schema)
            self._write(path, pa.concat_tables([there, added], promote_options="default"))
        self._waiting.clear()

    def count_anew(self) -> None:
        """The ledger's counts of the files that rows left: each row is kept, a duplicate or quarantined."""
        for file_id in self._files:
            for path in (self._settings.raw / "_ledger").glob(f"*_{file_id}.parquet"):
                (entry,) = pq.ParquetFile(path).read().to_pylist()
                if entry["source"] != self._source:
                    continue
                kept = _rows(self._settings.raw / self._source, file_id)
                duplicates = _rows(self._settings.raw / "_sightings" / self._source, file_id)
                left = entry["rows_in"] - kept - duplicates
                entry |= {"kept": kept, "duplicates": duplicates, "quarantined": left}
                table = pa.Table.from_pylist([entry], pq.read_schema(path))
                self._write(path, table)

    def _entry(self, schema: pa.Schema, file_id: str, number: int) -> dict[str, object]:
        file = file_id
        for path in (self._settings.raw / "_ledger").glob(f"*_{file_id}.parquet"):
            file = pq.ParquetFile(path).read(["file"])["file"][0].as_py()
        return dict.fromkeys(schema.names) | {
            "source": self._source,
            "file": file,
            "file_id": file_id,
            "row_number": number,
            "reason": REASON,
            "contract_version": ERASED,
            "quarantined_at": dt.datetime.now(dt.UTC),
            "code": ERASED,
        }

    def _write(self, path: Path, table: pa.Table) -> None:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        temporary = path.with_name(f".{path.name}.tmp")
        pq.write_table(table, temporary, compression="zstd")
        temporary.replace(path)


def _rows(folder: Path, file_id: str) -> int:
    paths = [folder / f"{file_id}.parquet", *folder.glob(f"{file_id}{_RELEASED}*.parquet")]
    return sum(pq.read_metadata(path).num_rows for path in paths if path.is_file())


def _change_lists(settings: Settings, change: Change) -> Counter[str]:
    """What is beside the rows: the ledger, releases, the archive, what was purged or answered."""
    counts: Counter[str] = Counter()
    if not (change.renames or change.removes):
        return counts
    for path in _lists(settings):
        if path.parent.name == "results":
            counts["archive"] += _count(path, change)
        write_changed(path, change.applied)
    seen = settings.raw / "_seen.json"
    if seen.is_file():
        text = seen.read_text(encoding="utf-8")
        if (after := change.in_text(text)) != text:
            temporary = seen.with_name(".seen.tmp")
            temporary.write_text(after, encoding="utf-8")
            temporary.replace(seen)
    return counts


def _lists(settings: Settings) -> Iterator[Path]:
    for folder, pattern in (
        (settings.raw / "_ledger", "*.parquet"),
        (settings.quarantine, "*/*.parquet"),
        (settings.quarantine, "_releases/*/*.parquet"),
        (settings.archive / "results", "*.parquet"),
        (settings.privacy, "purged/*.parquet"),
        # That somebody's request was answered stays proven by its receipt; which request it was, does not.
        (settings.privacy, "answered/*.parquet"),
    ):
        yield from (path for path in sorted(folder.glob(pattern)) if not path.name.startswith(("_", ".")))


def _clear_temporaries(settings: Settings) -> None:
    for folder in (settings.raw, settings.quarantine, settings.scores, settings.archive):
        for leftover in folder.rglob(".*.parquet.tmp"):
            leftover.unlink(missing_ok=True)
