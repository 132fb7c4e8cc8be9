"""Accepted rows on their way to raw: duplicates leave a sighting, the others are sealed and written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from ingestion.ahead import Behind
from ingestion.contract import UTC_TIME, Contract
from ingestion.rows.content import row_keys
from ingestion.rows.row_shapes import TypedRows
from ingestion.state.known_versions import Arriving
from ingestion.state.raw_layer import ParquetFile, raw_schema
from ingestion.state.sightings import sightings_folder, sightings_schema
from ingestion.workshop import Workshop


@dataclass(frozen=True)
class Origin:
    """The file that rows come from and its place in the order of arrival."""

    file_id: str
    file_name: str
    arrival_seq: int
    arrived_at: dt.datetime


@dataclass(frozen=True)
class ReadyRows:
    """N accepted rows, the digests of their contents, and what they are compared by."""

    rows: TypedRows
    contents: pa.Array
    arriving: Arriving


class AcceptedRows:
    """Takes the accepted rows of one file, batch by batch; then `finish`, and `publish` or `discard`.

    Rows are compared as they come; they are sealed and written behind that, on threads of their own.
    """

    def __init__(
        self,
        workshop: Workshop,
        contract: Contract,
        origin: Origin,
        stem: str,
    ) -> None:
        """`stem` is the name of the raw file without its ending."""
        # Of partial rows: which columns they deliver, see `delivered`; None for whole rows.
        self.partial: str | None = None
        raw, name = workshop.settings.raw, f"{stem}.parquet"
        self._workshop = workshop
        self._contract = contract
        self._origin = origin
        self._rows = ParquetFile(raw / contract.source / name, raw_schema(contract))
        # Keys are looked up for one batch while another is sealed and written.
        self._keying = Behind()
        self._writing = Behind()
        self._seen = ParquetFile(sightings_folder(raw, contract.source) / name, sightings_schema())

    def ready(self, rows: TypedRows) -> ReadyRows:
        """What `take` needs of N rows; threads may make several batches ready at a time."""
        origin, workshop = self._origin, self._workshop
        contents = workshop.digester.digests(rows.table, self.partial)
        keys = row_keys(rows.table, self._contract.key)
        arrived = int(origin.arrived_at.timestamp() * 1_000_000)
        version_at = rows.exported_at.cast(pa.int64()).fill_null(arrived).to_numpy()
        arriving = workshop.versions.arriving(keys, contents, version_at, rows.numbers, origin.arrival_seq)
        return ReadyRows(rows, contents, arriving)

    def take(self, ready: ReadyRows) -> int:
        """N rows → how many are kept; the others are duplicates."""
        rows, contents = ready.rows, ready.contents
        if not len(rows.numbers):
            return 0
        kept = self._workshop.versions.admit(self._contract, ready.arriving)
        count = int(kept.sum())
        if count == len(kept):
            self._keep(rows, contents)
            return count
        again = pa.array(~kept)
        self._seen.write(
            pa.table(
                self._origin_of(
                    contents.filter(again), rows.exported_at.filter(again), rows.numbers[~kept], False
                ),
                sightings_schema(),
            )
        )
        mask = pa.array(kept)
        extra = [text for text, keep in zip(rows.extra, kept, strict=True) if keep]
        self._keep(
            TypedRows(rows.table.filter(mask), rows.numbers[kept], rows.exported_at.filter(mask), extra, ()),
            contents.filter(mask),
        )
        return count

    def finish(self) -> None:
        """Until all is written; raises what went wrong with it."""
        try:
            self._keying.finish()
        finally:
            self._writing.finish()

    def publish(self) -> None:
        """Moves what was written to its place."""
        self.finish()
        self._rows.publish()
        self._seen.publish()
        self._workshop.versions.published(self._contract)

    def discard(self) -> None:
        """Leaves nothing behind."""
        self._keying.give_up()
        self._writing.give_up()
        self._rows.discard()
        self._seen.discard()

    def _keep(self, rows: TypedRows, contents: pa.Array) -> None:
        if len(rows.numbers):
            self._keying.do(partial(self._find_keys, rows, contents))

    def _find_keys(self, rows: TypedRows, contents: pa.Array) -> None:
        keys = self._workshop.sealer.keys_for(self._contract, rows.table)
        sealed = self._workshop.sealer.begin(self._contract, rows, keys)
        self._writing.do(partial(self._write, rows, contents, sealed))

    def _write(self, rows: TypedRows, contents: pa.Array, sealing: Callable[[], pa.Table]) -> None:
        sealed = sealing()
        for name, values in self._origin_of(contents, rows.exported_at, rows.numbers, True).items():
            sealed = sealed.append_column(name, values)
        self._rows.write(sealed)

    def _origin_of(
        self, contents: pa.Array, exported_at: pa.Array, numbers: npt.NDArray[np.int64], is_kept: bool
    ) -> dict[str, pa.Array]:
        """The columns that say where N rows came from."""
        count, origin = len(numbers), self._origin
        columns = {
            "_content_hash": contents,
            "_exported_at": exported_at,
            "_arrived_at": pa.repeat(pa.scalar(origin.arrived_at, UTC_TIME), count),
            "_arrival_seq": pa.repeat(pa.scalar(origin.arrival_seq, pa.int64()), count),
            "_row_number": pa.array(numbers),
        }
        if is_kept:
            said = {
                "_file_id": origin.file_id,
                "_file_name": origin.file_name,
                "_partial_columns": self.partial,
            }
            columns |= {name: pa.repeat(pa.scalar(text, pa.string()), count) for name, text in said.items()}
        return columns


def delivered(contract: Contract, seen: Collection[str | None]) -> str | None:
    """The columns that the rows of a file deliver, of those `seen` in it; None when rows are whole."""
    if contract.partial_columns is None:
        return None
    return ",".join(name for name in contract.partial_columns if name in seen)
