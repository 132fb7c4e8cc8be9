"""One file, from its bytes to raw and quarantine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pyarrow as pa

from ingestion.ahead import ahead
from ingestion.content import keyed_digests, row_keys, row_texts
from ingestion.contract import UTC_TIME, Contract
from ingestion.fingerprint import Fingerprint
from ingestion.headers import HeaderReader
from ingestion.landing import Found
from ingestion.quarantine import quarantine_schema, quarantine_table
from ingestion.raw_layer import ParquetFile, raw_schema
from ingestion.readers.batch import Reader, UnreadableFileError
from ingestion.readers.registry import open_reader
from ingestion.report import SHOWN_REASONS
from ingestion.sealing import CONTENT, RowSealer
from ingestion.typed_rows import RowTyper, TypedRows
from ingestion.values.convert import Converter
from ingestion.versions import Arrivals, Versions
from warehouse.settings import Settings
from warehouse.vault import Sealer, Vault

LONGEST_LINE = 64 * 1024 * 1024


@dataclass(frozen=True)
class Workshop:
    """What every file of a pass is worked on with."""

    settings: Settings
    vault: Vault
    versions: Versions
    sealer: RowSealer
    quarantine: Sealer
    content_key: bytes
    keep_emotion: bool

    @classmethod
    def open(cls, settings: Settings, versions: Versions, quarantine_purpose: str) -> Workshop:
        """Opens the vault (made on first use)."""
        vault = Vault.open(settings)
        return cls(
            settings,
            vault,
            versions,
            RowSealer(vault, versions),
            Sealer(vault.system_key(quarantine_purpose)),
            vault.system_key(CONTENT),
            bool(settings.dbt_variables.get("keep_emotion_columns", False)),
        )


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


class FileRejectedError(UnreadableFileError):
    """A file whose rows are not taken; the text is the end of a sentence that begins with the file's name."""

    def __init__(self, message: str, missing_columns: tuple[str, ...] = ()) -> None:
        super().__init__(message)
        self.missing_columns = missing_columns


class FileIngestion:
    """Takes in one file: `run`, then `publish` or `discard`."""

    def __init__(
        self,
        workshop: Workshop,
        contract: Contract,
        converters: Mapping[str, Converter],
        found: Found,
        print_: Fingerprint,
        arrival_seq: int,
        arrived_at: dt.datetime,
    ) -> None:
        self._workshop = workshop
        self._contract = contract
        self._found = found
        self._print = print_
        self._seq = arrival_seq
        self._arrived_at = arrived_at
        self._headers = HeaderReader(contract, workshop.keep_emotion)
        self._typer = RowTyper(contract, self._headers, converters)
        settings, name = workshop.settings, f"{print_.file_id}.parquet"
        self._raw = ParquetFile(settings.raw / contract.source / name, raw_schema(contract))
        self._bad = ParquetFile(settings.quarantine / contract.source / name, quarantine_schema())
        self.tally = Tally()

    def run(self) -> None:
        """Reads, types, parts, compares, seals and writes batch by batch; raises `UnreadableFileError`."""
        if self._print.longest_line > LONGEST_LINE and not _is_parquet(self._found.path):
            raise UnreadableFileError("has a line of more than 64 MB, so that it is no table of rows")
        reader = open_reader(self._found.path, self._print.is_utf8, self._headers)
        if reader.headers is not None:
            self._typer.learn(reader.headers)
            self._check_columns()
        for rows_in, rows, texts in ahead(self._typed(reader)):
            self.tally.rows_in += rows_in
            self._take(rows, keyed_digests(texts, self._workshop.content_key))
        if self.tally.rows_in:
            self._check_columns()
        self._finish()

    def publish(self) -> None:
        """Raw first, then the quarantine; the ledger follows."""
        self._raw.publish()
        self._bad.publish()
        whole = self._workshop.settings.quarantine / self._contract.source / f"{self._print.file_id}.file"
        whole.unlink(missing_ok=True)

    def discard(self) -> None:
        """As if the file had never been looked at."""
        self._raw.discard()
        self._bad.discard()
        self._workshop.versions.forget(self._contract, self._seq)

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

    def _typed(self, reader: Reader) -> Iterator[tuple[int, TypedRows, pa.Array]]:
        """How many rows were read, the typed rows, and what their digests are made of, batch by batch.

        Runs ahead on a thread of its own: Arrow's work, since Python's loops would only wait for each other.
        """
        for batch in reader.batches():
            rows = self._typer.read(batch)
            yield len(batch.numbers) + len(batch.broken), rows, row_texts(rows.table)

    def _take(self, rows: TypedRows, contents: pa.Array) -> None:
        """One batch: duplicates out, texts sealed, rows to raw, bad rows to the quarantine."""
        tally = self.tally
        tally.quarantined += len(rows.bad)
        if rows.bad:
            room = SHOWN_REASONS - len(tally.reasons)
            tally.reasons += [row.sentence for row in rows.bad[:room]]
            self._bad.write(
                quarantine_table(
                    rows.bad,
                    self._contract,
                    self._found.file,
                    self._print.file_id,
                    self._arrived_at,
                    self._workshop.quarantine,
                )
            )
        if not len(rows.numbers):
            return
        arrived = int(self._arrived_at.timestamp() * 1_000_000)
        arrivals = Arrivals(
            row_keys(rows.table, self._contract.key),
            contents,
            rows.exported_at.cast(pa.int64()).fill_null(arrived).to_numpy(),
            rows.numbers,
            self._seq,
        )
        kept = self._workshop.versions.admit(self._contract, arrivals)
        tally.kept += int(kept.sum())
        tally.duplicates += int(len(kept) - kept.sum())
        self._write(rows, contents, kept)

    def _write(self, rows: TypedRows, contents: pa.Array, kept: np.ndarray) -> None:
        if not kept.all():
            mask = pa.array(kept)
            extra = [text for text, keep in zip(rows.extra, kept, strict=True) if keep]
            rows = TypedRows(
                rows.table.filter(mask), rows.numbers[kept], rows.exported_at.filter(mask), extra, ()
            )
            contents = contents.filter(mask)
        count = len(rows.numbers)
        if not count:
            return
        sealed = self._workshop.sealer.seal(self._contract, rows)
        origin = {
            "_file_id": pa.array([self._print.file_id] * count, pa.string()),
            "_file_name": pa.array([self._found.file.rpartition("/")[2]] * count, pa.string()),
            "_row_number": pa.array(rows.numbers),
            "_content_hash": contents,
            "_exported_at": rows.exported_at,
            "_arrived_at": pa.array([self._arrived_at] * count, UTC_TIME),
            "_arrival_seq": pa.array(np.full(count, self._seq, dtype=np.int64)),
        }
        for name, values in origin.items():
            sealed = sealed.append_column(name, values)
        self._raw.write(sealed)

    def _finish(self) -> None:
        tally = self.tally
        if tally.rows_in != tally.kept + tally.duplicates + tally.quarantined:
            raise FileRejectedError(
                "does not add up: rows in differ from kept, duplicate and quarantined; report this"
            )
        tally.new_columns = self._typer.unknown_columns
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
    shown = ", ".join(names[:10])
    return shown if len(names) <= 10 else f"{shown} and {len(names) - 10} more"


def _is_parquet(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"PAR1"
