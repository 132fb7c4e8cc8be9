"""Quarantined rows tried once more, under the contract and the profile of today.

What is accepted now comes into raw in the place that it would have had: with the arrival and the row number
of its file, so that what arrived since keeps its order.
"""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pyarrow as pa

from ingestion.contract import Contract
from ingestion.readers.batch import Layout, Reader, RowBatch
from ingestion.readers.json_lines import columns_of
from ingestion.report import FileReport
from ingestion.rows.accepted_rows import AcceptedRows, Origin, delivered
from ingestion.rows.headers import HeaderReader
from ingestion.rows.typed_rows import RowTyper
from ingestion.state.ledger import Entry, read_entry, write_entry
from ingestion.state.quarantine import place_of
from ingestion.state.releases import BY_CONTRACT, note_arrival, open_rows, release_path, write_release
from ingestion.values import date_order
from ingestion.values.convert import Converter
from ingestion.workshop import Workshop
from warehouse.cipher import Sealer


def retry_file(
    workshop: Workshop,
    contract: Contract,
    converters: Mapping[str, Converter],
    entry: Entry,
    wrap: Callable[[Reader], Reader],
) -> FileReport | None:
    """Releases the open rows of one file that `contract` accepts; None when there are none.

    `wrap` puts the file's profile between the rows and the contract. Killed at any moment, it leaves what the
    next pass clears away: the ledger entry is written last.
    """
    started = time.monotonic()
    entry = read_entry(workshop.settings.raw, entry)
    if entry.status != "ingested" or not entry.quarantined:
        return None
    retry = _Retry(workshop, contract, converters, entry)
    try:
        retry.run(wrap)
        if not retry.released:
            return None
        after = retry.publish()
    except BaseException:
        retry.discard()
        raise
    counts = (after.rows_in, after.kept, after.duplicates, after.quarantined)
    count = entry.quarantined - after.quarantined
    message = f"Released {count} of {entry.quarantined} quarantined rows."
    columns = (entry.new_columns, entry.missing_columns)
    seconds = time.monotonic() - started
    return FileReport(
        entry.source, entry.file, entry.file_id, "ingested", *counts, *columns, message, seconds
    )


class _Retry:
    """The open rows of one file on their second way."""

    def __init__(
        self, workshop: Workshop, contract: Contract, converters: Mapping[str, Converter], entry: Entry
    ) -> None:
        self._workshop = workshop
        self._contract = contract
        self._entry = entry
        self._number = entry.releases + 1
        self._typer = RowTyper(contract, HeaderReader(contract, workshop.keep_emotion), converters)
        # The rows that are left do not show the order of the whole file: it is not decided from them.
        self._typer.use_orders(date_order.recalled(entry.date_orders))
        name = entry.file.rpartition("/")[2]
        origin = Origin(entry.file_id, name, entry.arrival_seq, entry.ingested_at)
        self.accepted = AcceptedRows(workshop, contract, origin, f"{entry.file_id}-r{self._number}")
        self.accepted.partial = delivered(contract, {seen.column for seen in entry.headers})
        self.released: list[int] = []
        self._kept = 0

    def run(self, wrap: Callable[[Reader], Reader]) -> None:
        """Types the open rows and writes those that are accepted."""
        waiting = _OpenRows(self._workshop.settings.quarantine, self._entry, self._workshop.quarantine)
        for batch in wrap(waiting).batches():
            rows = self._typer.read(batch)
            self._kept += self.accepted.take(self.accepted.ready(rows))
            self.released += rows.numbers.tolist()

    def discard(self) -> None:
        """As if the file had not been tried again."""
        self.accepted.discard()
        release_path(self._workshop.settings.quarantine, self._entry, self._number).unlink(missing_ok=True)
        self._workshop.versions.reload(self._contract)

    def publish(self) -> Entry:
        """Raw, then the release, then the ledger; the entry as it is now."""
        entry, settings, count = self._entry, self._workshop.settings, len(self.released)
        note_arrival(settings.quarantine, entry.source, entry.arrival_seq)
        self.accepted.publish()
        by = pa.array([self._contract.full_version] * count, pa.string())
        rows = pa.table({"row_number": pa.array(self.released, pa.int64()), "by": by})
        write_release(settings.quarantine, entry, self._number, BY_CONTRACT, rows)
        after = replace(
            entry,
            kept=entry.kept + self._kept,
            duplicates=entry.duplicates + count - self._kept,
            quarantined=entry.quarantined - count,
            releases=self._number,
        )
        write_entry(settings.raw, after)
        return after


class _OpenRows:
    """A reader of the rows that wait in the quarantine, under the headers and numbers of their file."""

    headers = None
    layout = Layout("quarantine")

    def __init__(self, quarantine: Path, entry: Entry, sealer: Sealer) -> None:
        self._quarantine = quarantine
        self._entry = entry
        self._sealer = sealer

    def batches(self) -> Iterator[RowBatch]:
        """The rows as they were read from their file."""
        entry = self._entry
        for rows in open_rows(self._quarantine, entry, ["row_sealed"]):
            numbers = rows["row_number"].to_numpy()
            contents = [
                json.loads(self._sealer.unseal(sealed, place_of(entry.source, entry.file_id, number)))
                for number, sealed in zip(numbers.tolist(), rows["row_sealed"].to_pylist(), strict=True)
            ]
            if contents:
                yield RowBatch(columns_of(contents), numbers)
