"""One way of a file, walked without writing: which header is which column, and what becomes of each value."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pyarrow as pa

from ingestion.arrivals.routing import Route
from ingestion.contract import Contract
from ingestion.explaining.explanation import Counts, Way
from ingestion.readers.batch import Layout, Reader, RowBatch, UnreadableFileError
from ingestion.rows.headers import HeaderReader, Match, is_emotion
from ingestion.rows.typed_rows import RowTyper
from ingestion.values import date_order
from ingestion.values.convert import Converted, Converter
from ingestion.values.date_order import Decision, OrderNeededError

_HOW = {
    "name": "its own name",
    "alias": "one of its aliases",
    "decorated": "its alias {written}; {remark} beside it changes nothing",
    "bilingual": "both of its names mean the column",
}


class DryRun:
    """Reads a whole file for one source, in bounded memory, and counts."""

    def __init__(self, route: Route, contract: Contract, keep_emotion: bool) -> None:
        self._route = route
        self._contract = contract
        self._keep_emotion = keep_emotion
        self.headers = HeaderReader(contract, keep_emotion)
        self.layout: Layout | None = None

    def walk(self, open_rows: Callable[[], Reader], converters: Mapping[str, Converter]) -> Way:
        """What would become of the file; `open_rows` opens it anew each time."""
        decisions: Mapping[str, Decision] = {}
        typer = _CountingTyper(self._contract, self.headers, converters)
        try:
            try:
                kept, bad = self._read(open_rows(), typer)
            except OrderNeededError:
                decisions = date_order.scan(open_rows(), typer)
                typer = _CountingTyper(self._contract, self.headers, converters)
                typer.use_orders(decisions)
                kept, bad = self._read(open_rows(), typer)
        except UnreadableFileError as error:
            return self._way(typer, problem=f"{error}.")
        except pa.ArrowException as error:
            kind = type(error).__name__
            return self._way(typer, problem=f"holds something that cannot be converted ({kind}).")
        missing = typer.missing_columns
        if missing:
            return self._way(typer, missing=missing, problem=f"lacks {', '.join(missing)}.")
        return self._way(typer, orders=decisions, kept=kept, bad=bad)

    def _read(self, reader: Reader, typer: _CountingTyper) -> tuple[int, int]:
        """How many rows would be kept and quarantined; without required columns no row is looked at."""
        self.layout = reader.layout
        if reader.headers is not None:
            typer.learn(reader.headers)
            if typer.missing_columns:
                return 0, 0
        kept = bad = 0
        for batch in reader.batches():
            rows = typer.read(batch)
            kept += len(rows.numbers)
            bad += len(rows.bad)
            for row in rows.bad:
                if row.column is None:
                    typer.broken.refuse(row.code, row.sentence)
                elif row.code == "empty":
                    typer.counts.setdefault(row.column, Counts()).refuse(row.code, row.sentence)
        return kept, bad

    def _way(
        self,
        typer: _CountingTyper,
        missing: tuple[str, ...] = (),
        orders: Mapping[str, Decision] | None = None,
        kept: int = 0,
        bad: int = 0,
        problem: str | None = None,
    ) -> Way:
        why = self._route.why
        if self._route.output is not None and self._route.output.partial:
            why += ", which tells only these columns; the others stay as they were"
        # Without a known header the first row may be anything, also somebody's data: it is not shown.
        is_known = any(self.headers.match(seen) for seen in typer.seen)
        headers = tuple((self._said(seen), self._fate(seen, typer)) for seen in typer.seen if is_known)
        source, counts = self._contract.source, typer.counts
        return Way(source, why, headers, missing, counts, orders or {}, kept, bad, typer.broken, problem)

    def _fate(self, header: str, typer: _CountingTyper) -> str:
        """What becomes of a header's values, and why."""
        match = self.headers.match(header)
        if match is None:
            if is_emotion(header) and not self._keep_emotion:
                return "dropped: emotion is never scored"
            return "kept aside: the contract does not know it"
        text = f"→ {match.column}   {self._reason(match)}"
        best = next((names[0] for names in typer.headers_of(match.column)), header)
        return text if best == header else f"{text}; counts only where {best} is empty"

    def _said(self, header: str) -> str:
        """The header as the file has it; where a profile makes the column, what it is made of."""
        output = self._route.output
        if output is None or header not in output.columns:
            return header
        return ", ".join(sorted(output.columns[header].headers)) or "—"

    def _reason(self, match: Match) -> str:
        if self._route.output is not None and match.column in self._route.output.columns:
            return "as the profile says"
        how = "alias" if match.how == "decorated" and not match.remark else match.how
        return _HOW[how].format(written=match.written, remark=match.remark)


class _CountingTyper(RowTyper):
    """Counts by column what becomes of each value."""

    def __init__(
        self, contract: Contract, headers: HeaderReader, converters: Mapping[str, Converter]
    ) -> None:
        super().__init__(contract, headers, converters)
        self.counts: dict[str, Counts] = {}
        self.broken = Counts()

    @property
    def seen(self) -> tuple[str, ...]:
        """Every header so far, dropped ones included."""
        return tuple(dict.fromkeys(header for key in self._maps for header in key))

    def headers_of(self, column: str) -> list[tuple[str, ...]]:
        """The headers that stand for a column, best first, in each shape of row so far."""
        return [found.columns[column] for found in self._maps.values() if column in found.columns]

    def _convert(self, name: str, array: pa.Array, batch: RowBatch) -> Converted:
        converted = super()._convert(name, array, batch)
        counts = self.counts.setdefault(name, Counts())
        refused = len(converted.problems)
        in_place = sum(converted.values[problem.row].is_valid for problem in converted.problems)
        read = len(converted.values) - converted.values.null_count - in_place
        counts.read += read
        counts.empty += len(converted.values) - read - refused
        for problem in converted.problems:
            row = int(batch.numbers[problem.row])
            counts.refuse(problem.code, f"row {row}: {problem.reason}")
        return converted
