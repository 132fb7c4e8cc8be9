"""One file, from its bytes to raw and quarantine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import chain

from ingestion.ahead import ahead, read_ahead
from ingestion.arrivals.landing import Found
from ingestion.contract import Contract
from ingestion.readers.batch import LINE_FORMATS, Reader, RowBatch, UnreadableFileError
from ingestion.report import SHOWN_REASONS
from ingestion.rows.accepted_rows import AcceptedRows, Origin, ReadyRows, delivered
from ingestion.rows.headers import HeaderReader
from ingestion.rows.row_shapes import Told, TypedRows
from ingestion.rows.typed_rows import RowTyper
from ingestion.state.fingerprint import Fingerprint
from ingestion.state.ledger import Header
from ingestion.state.quarantine import quarantine_schema, quarantine_table
from ingestion.state.raw_layer import ParquetFile
from ingestion.state.releases import note_arrival
from ingestion.values import date_order
from ingestion.values.convert import Converter
from ingestion.values.date_order import Decision, OrderNeededError
from ingestion.workshop import Workshop

LONGEST_LINE = 64 * 1024 * 1024
_SHOWN_HEADER = 60


@dataclass
class Tally:
    """What has been counted of a file; `rows_in` apart from its three parts, so that it checks them."""

    rows_in: int = 0
    kept: int = 0
    duplicates: int = 0
    quarantined: int = 0
    reasons: list[str] = field(default_factory=list)
    new_columns: tuple[str, ...] = ()
    missing_columns: tuple[str, ...] = ()
    message: str | None = None
    # As the ledger keeps them.
    format: str | None = None
    headers: tuple[Header, ...] = ()
    date_orders: tuple[str, ...] = ()


class FileRejectedError(UnreadableFileError):
    """A file whose rows are not taken; the text is the end of a sentence that begins with the file's name."""

    def __init__(self, message: str, missing_columns: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.missing_columns = missing_columns


@dataclass(frozen=True)
class _Made:
    """A batch made ready: how many rows it had, what became of them, and what it tells of the file."""

    rows_in: int
    accepted: ReadyRows
    told: Told


class FileIngestion:
    """Takes in one file for one source: `run`, then `publish` or `discard`."""

    def __init__(
        self,
        workshop: Workshop,
        contract: Contract,
        converters: Mapping[str, Converter],
        found: Found,
        print_: Fingerprint,
        arrival_seq: int,
        arrived_at: dt.datetime,
        headers: HeaderReader,
        open_rows: Callable[[], Reader],
        profile: str = "",
    ) -> None:
        """`open_rows` opens the file anew each time; `profile`: what maps it onto the contract, or empty."""
        self._workshop = workshop
        self._contract = contract
        self._converters = converters
        self._found = found
        self._print = print_
        self._open_rows = open_rows
        self._profile = profile or None
        name = found.file.rpartition("/")[2]
        self._origin = Origin(print_.file_id, name, arrival_seq, arrived_at)
        self._headers = headers
        self._begin()

    def _begin(self, decisions: Mapping[str, Decision] | None = None) -> None:
        """Nothing has been read; dates are read in the orders that were decided, once they were."""
        self.tally = Tally(date_orders=tuple(date_order.noted(decisions or {})))
        self._typer = RowTyper(self._contract, self._headers, self._converters)
        if decisions is not None:
            self._typer.use_orders(decisions)
        file_id = self._origin.file_id
        self._good = AcceptedRows(self._workshop, self._contract, self._origin, file_id)
        folder = self._workshop.settings.quarantine / self._contract.source
        self._bad = ParquetFile(folder / f"{file_id}.parquet", quarantine_schema())

    def run(self) -> None:
        """Reads, types, parts, compares, seals and writes batch by batch; raises `UnreadableFileError`.

        A file whose dates put day or month first is read once more for their order, and then from its start.
        """
        try:
            self._read()
        except OrderNeededError:
            decisions = date_order.scan(self._open_rows(), self._typer)
            self.discard()
            self._begin(decisions)
            self._read()
        self._finish()

    def publish(self) -> None:
        """Raw first, then the quarantine; the ledger follows."""
        settings = self._workshop.settings
        note_arrival(settings.quarantine, self._contract.source, self._origin.arrival_seq)
        self._good.publish()
        self._bad.publish()
        whole = settings.quarantine / self._contract.source / f"{self._print.file_id}.file"
        whole.unlink(missing_ok=True)

    def discard(self) -> None:
        """As if the file had never been looked at."""
        self._good.discard()
        self._bad.discard()
        self._workshop.versions.forget(self._contract, self._origin.arrival_seq)

    def _read(self) -> None:
        """All batches, from the first row on."""
        reader = self._open_rows()
        if self._print.longest_line > LONGEST_LINE and reader.layout.format in LINE_FORMATS:
            raise UnreadableFileError("has a line of more than 64 MB, so that it is no table of rows")
        self.tally.format = str(reader.layout)
        if reader.headers is not None:
            self._typer.learn(reader.headers)
            self._check_columns()
        try:
            for made in self._made(reader.batches()):
                self._typer.note(made.told)
                self.tally.rows_in += made.rows_in
                self._set_aside(made.accepted.rows)
                self._take(made.accepted)
        finally:
            # What went wrong with an earlier batch comes before what is wrong with a later one.
            self._good.finish()
        if self.tally.rows_in:
            self._check_columns()

    def _check_columns(self) -> None:
        missing = self._typer.missing_columns
        if not missing:
            return
        if len(missing) == len(self._contract.required_columns):
            raise FileRejectedError(
                f"has none of the required columns of {self._contract.source} ({', '.join(missing)}); "
                "it is another source's file, or its header row is missing",
                missing,
            )
        plural = "s" if len(missing) > 1 else ""
        raise FileRejectedError(f"lacks the required column{plural} {', '.join(missing)}", missing)

    def _made(self, batches: Iterator[RowBatch]) -> Iterator[_Made]:
        """The batches made ready, in their order; the first one tells which columns partial rows deliver."""
        first = next(batches, None)
        if first is None:
            return
        self._typer.learn(tuple(first.columns))
        self._good.partial = delivered(self._contract, {seen.column for seen in self._typer.columns})
        yield self._make(first)
        second = next(batches, None)
        if second is not None:
            rest = read_ahead(chain([second], batches))
            yield from ahead(rest, self._make, lambda batch: batch.nbytes)

    def _make(self, batch: RowBatch) -> _Made:
        """Types the rows of a batch and makes their digests; threads do it with several at a time."""
        rows, told = self._typer.typed(batch)
        rows = self._workshop.erased.apart(rows)
        return _Made(len(batch.numbers) + len(batch.broken), self._good.ready(rows), told)

    def _set_aside(self, rows: TypedRows) -> None:
        """The bad rows of one batch, to the quarantine."""
        if not rows.bad:
            return
        tally, workshop, origin = self.tally, self._workshop, self._origin
        tally.quarantined += len(rows.bad)
        room = SHOWN_REASONS - len(tally.reasons)
        tally.reasons += [row.sentence for row in rows.bad[:room]]
        self._bad.write(
            quarantine_table(
                rows.bad,
                self._contract,
                self._found.file,
                origin.file_id,
                origin.arrived_at,
                workshop.quarantine,
                workshop.key_key,
                self._profile,
            )
        )

    def _take(self, accepted: ReadyRows) -> None:
        """The accepted rows of one batch, to raw."""
        kept = self._good.take(accepted)
        self.tally.kept += kept
        self.tally.duplicates += len(accepted.rows.numbers) - kept

    def _finish(self) -> None:
        tally = self.tally
        if tally.rows_in != tally.kept + tally.duplicates + tally.quarantined:
            raise FileRejectedError(
                "does not add up: rows in differ from kept, duplicate and quarantined; report this"
            )
        tally.new_columns = self._typer.unknown_columns
        tally.headers = tuple(Header(seen.header, seen.column, seen.kind) for seen in self._typer.columns)
        notes = []
        if not tally.rows_in:
            notes.append("It has a header and no rows.")
        if self._typer.emotion_columns:
            dropped = ", ".join(self._typer.emotion_columns)
            notes.append(f"Dropped because emotion is never scored: {dropped}.")
        if self._typer.unknown_columns:
            notes.append(f"Kept aside, since the contract does not know them: {_listed(tally.new_columns)}.")
        tally.message = " ".join(notes) or None


def _listed(names: tuple[str, ...]) -> str:
    # A header may be a page of text; a message is one line.
    lines = [" ".join(name.split()) for name in names[:10]]
    shown = ", ".join(name if len(name) <= _SHOWN_HEADER else name[:_SHOWN_HEADER] + "…" for name in lines)
    return shown if len(names) <= 10 else f"{shown} and {len(names) - 10} more"
