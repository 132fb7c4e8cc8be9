"""A reader that gives another system's file as if it had been exported for one of our contracts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.foreign.foreign_rows import ForeignRows, deleted_rows, find_header, without_emotion
from ingestion.foreign.lookups import Lookups
from ingestion.foreign.profile import Profile
from ingestion.foreign.profile_tables import Output, Table
from ingestion.foreign.profile_values import Maker, Trouble, is_available
from ingestion.foreign.speech import Spoken, UnusableSpeechError, read_speech
from ingestion.foreign.unpivot import unpivoted
from ingestion.readers.batch import BrokenRow, Layout, Reader, RowBatch
from ingestion.rows.headers import fold
from ingestion.values.arrays import as_text, plain


class ProfiledReader:
    """The rows of one output of a table, under our canonical names.

    Headers that nothing in the profile mentions come along as `<profile>.<header>`, to be kept aside.
    `file_name` is the file's name in reports, for profiles that read ids from it. `is_again`: the rows come
    from the quarantine, each made once already, and keep their numbers.
    """

    def __init__(
        self,
        reader: Reader,
        profile: Profile,
        table: Table,
        output: Output,
        lookups: Lookups,
        file_name: str = "",
        is_again: bool = False,
    ) -> None:
        self._reader = reader
        self._profile = profile
        self._table = table
        self._output = output
        self._lookups = lookups
        self._file_name = file_name
        self._is_again = is_again
        self._zone = ZoneInfo(profile.timezone) if profile.timezone else None

    @property
    def layout(self) -> Layout:
        """How the file is laid out."""
        return self._reader.layout

    @property
    def headers(self) -> tuple[str, ...] | None:
        """Ours that the file can fill, then what is kept aside; None where each row names its columns."""
        headers = self._reader.headers
        if headers is None:
            return None
        made = self._output.unpivot
        pivoted = (made.names_to, made.values_to) if made and self._pivoted(headers) else ()
        ours = [name for name, mapping in self._output.columns.items() if is_available(mapping, headers)]
        return (
            *dict.fromkeys((*ours, *pivoted)),
            *(self._aside(header) for header in self._unknown(headers)),
        )

    def batches(self) -> Iterator[RowBatch]:
        """Rows as our contract has them; those that cannot be mapped are broken rows with the reason."""
        for batch in self._reader.batches():
            if self._output.unpivot:
                batch = unpivoted(batch, self._output.unpivot, self._is_again)
            yield self._mapped(batch)

    def _mapped(self, batch: RowBatch) -> RowBatch:
        count = len(batch.numbers)
        made = self._output.unpivot
        pivoted = (made.names_to, made.values_to) if made else ()
        rows = ForeignRows({h: array for h, array in batch.columns.items() if h not in pivoted}, count)
        spoken, troubles = self._spoken(rows)
        deleted = deleted_rows(batch.columns, count, self._output.deleted_when)
        gone = Trouble("the source system has marked the row as deleted", "deleted_in_source")
        reasons: dict[int, tuple[str | None, Trouble]] = {
            **{row: ("words", trouble) for row, trouble in troubles.items()},
            **dict.fromkeys(np.flatnonzero(deleted).tolist(), (None, gone)),
        }
        maker = Maker(rows, self._lookups, self._file_name, self._zone, spoken)
        columns: dict[str, pa.Array] = {}
        for name, mapping in self._output.columns.items():
            kind = self._output.kind(name)
            found = maker.make(mapping, kind)
            if found is None:
                continue
            columns[name] = maker.in_zone(found.values, kind)
            for row, trouble in found.troubles.items():
                if trouble.is_always or self._output.is_required(name):
                    reasons.setdefault(row, (name, trouble))
        columns |= {name: batch.columns[name] for name in pivoted}
        unknown = self._unknown(tuple(rows.columns))
        columns |= {self._aside(header): rows.columns[header] for header in unknown}
        return _parted(batch, rows, columns, reasons)

    def _spoken(self, rows: ForeignRows) -> tuple[list[Spoken | None] | None, dict[int, Trouble]]:
        """What was said in each row, row by row, and why a row is no usable speech."""
        speech = self._output.speech
        if speech is None:
            return None, {}
        values: dict[str, list[object]] = {path: rows.objects(path) for path in speech.headers}
        header = find_header(rows.columns, speech.text)
        if header is not None:  # A text by itself may begin with a bracket and is no JSON then.
            values[speech.text] = as_text(plain(rows.columns[header])).to_pylist()
        spoken: list[Spoken | None] = []
        troubles: dict[int, Trouble] = {}
        for row in range(rows.count):
            try:
                spoken.append(read_speech({path: of[row] for path, of in values.items()}.get, speech))
            except UnusableSpeechError as why:
                spoken.append(None)
                troubles[row] = Trouble(str(why), "not_usable_speech")
        return spoken, troubles

    def _pivoted(self, headers: tuple[str, ...]) -> bool:
        made = self._output.unpivot
        return made is not None and any(find_header(headers, header) for header in made.columns)

    def _unknown(self, headers: tuple[str, ...]) -> list[str]:
        known = self._table.mentioned
        return [
            header for header in headers if fold(header) not in known and not self._table.is_ignored(header)
        ]

    def _aside(self, header: str) -> str:
        return f"{self._profile.name}.{header}"


def _parted(
    batch: RowBatch,
    rows: ForeignRows,
    columns: dict[str, pa.Array],
    reasons: Mapping[int, tuple[str | None, Trouble]],
) -> RowBatch:
    """The batch without the rows that could not be mapped, which it carries as broken ones."""
    original = without_emotion(rows.columns)
    if not reasons:
        return RowBatch(columns, batch.numbers, batch.broken, original)
    bad = sorted(reasons)
    contents = rows.as_json(bad)
    broken = [
        BrokenRow(int(batch.numbers[row]), why.reason, content, why.code, column, is_row=True)
        for row, content, (column, why) in zip(bad, contents, (reasons[row] for row in bad), strict=True)
    ]
    good = np.ones(rows.count, dtype=bool)
    good[bad] = False
    mask = pa.array(good)
    return RowBatch(
        {name: pc.filter(array, mask) for name, array in columns.items()},
        batch.numbers[good],
        (*batch.broken, *broken),
        {name: pc.filter(array, mask) for name, array in original.items()},
    )
