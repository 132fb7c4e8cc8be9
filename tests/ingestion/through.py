"""Files through a profile as a pass reads them, without a warehouse: for tests of profiles alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from ingestion.contract import Contract
from ingestion.foreign.lookups import Lookups
from ingestion.foreign.profile import Output, Profile, Table
from ingestion.foreign.profiled_reader import ProfiledReader
from ingestion.readers.batch import UnreadableFileError
from ingestion.readers.registry import open_reader
from ingestion.rows.headers import HeaderReader
from ingestion.rows.row_shapes import BadRow
from ingestion.rows.typed_rows import RowTyper, make_converters

SHANGHAI = ZoneInfo("Asia/Shanghai")
SHARED = Path(__file__).resolve().parents[3] / "shared" / "data"


@dataclass(frozen=True)
class Taken:
    """What became of one file's rows for one source."""

    table: str
    source: str
    rows: list[dict[str, Any]]
    bad: list[BadRow]
    aside: tuple[str, ...]
    rows_in: int

    @property
    def codes(self) -> list[str]:
        """Why each bad row is bad, in the order of the rows."""
        return [row.code for row in self.bad]


@dataclass(frozen=True)
class Export:
    """Files of one system, read together so that they can be looked up in each other."""

    profile: Profile
    contracts: Mapping[str, Contract]

    def take(self, *paths: Path) -> list[Taken]:
        """Every output of every file; absent values are left out of the rows."""
        known = [(self.recognised(path), path) for path in paths]
        files = [(table, path) for table, path in known if table is not None]
        lookups = Lookups.load(self.profile, [(table, path, is_utf8(path)) for table, path in files])
        return [self._take(table, output, path, lookups) for table, path in files for output in table.outputs]

    def only(self, source: str, *paths: Path) -> Taken:
        """The one result that leads to a source."""
        (taken,) = [taken for taken in self.take(*paths) if taken.source == source]
        return taken

    def recognised(self, path: Path) -> Table | None:
        """The table that a file is, or None."""
        found = self.profile.match(headers_of(path, self.profile), path.name)
        return found[0] if found else None

    def _take(self, table: Table, output: Output, path: Path, lookups: Lookups) -> Taken:
        contract = self.contracts[output.source]
        if output.partial:
            contract = contract.partial(output.canonical)
        typer = RowTyper(contract, HeaderReader(contract), make_converters(contract, SHANGHAI, {}))
        given = table.given_headers(headers_of(path, self.profile))
        reader = open_reader(path, is_utf8(path), table, given_headers=given)
        rows: list[dict[str, Any]] = []
        bad: list[BadRow] = []
        rows_in = 0
        for batch in ProfiledReader(reader, self.profile, table, output, lookups, path.as_posix()).batches():
            rows_in += len(batch.numbers) + len(batch.broken)
            typed = typer.read(batch)
            bad += typed.bad
            table_rows = zip(typed.table.to_pylist(), typed.exported_at.to_pylist(), strict=True)
            for row, exported_at in table_rows:
                said = {**row, "exported_at": exported_at}
                rows.append({name: value for name, value in said.items() if value is not None})
        return Taken(table.name, output.source, rows, bad, typer.unknown_columns, rows_in)


def headers_of(path: Path, profile: Profile) -> tuple[str, ...] | None:
    """A file's own headers, or the keys of its first rows."""

    class Knower:
        def find(self, header: str) -> object | None:
            return next((found for t in profile.tables.values() if (found := t.find(header))), None)

    try:
        reader = open_reader(path, is_utf8(path), Knower())
    except UnreadableFileError:
        return None
    if reader.headers is not None:
        return reader.headers
    return next((tuple(batch.columns) for batch in reader.batches() if batch.columns), None)


def is_utf8(path: Path) -> bool:
    """Whether all of a file's bytes are UTF-8."""
    try:
        path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
