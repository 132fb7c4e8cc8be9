"""One pass: everything new in landing goes to raw or to the quarantine, and the ledger says so."""

from __future__ import annotations

import datetime as dt
import fcntl
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pyarrow as pa

from ingestion.contract import Contract, load_contracts
from ingestion.fingerprint import Fingerprint, Memory, fingerprint, identity, is_endless
from ingestion.landing import Found, look_around
from ingestion.ledger import SPILL, Entry, Ledger, clear_leftovers
from ingestion.one_file import FileIngestion, Tally, Workshop
from ingestion.quarantine import SCHEMA_FOLDER, quarantine_schema
from ingestion.raw_layer import SCHEMA_FILE, raw_schema, write_schema
from ingestion.readers.batch import UnreadableFileError
from ingestion.readers.registry import FORMAT_NAMES
from ingestion.report import FileReport, IngestReport
from ingestion.sealing import QUARANTINE, seal_file
from ingestion.typed_rows import make_converters
from ingestion.values.choices import read_names
from ingestion.values.convert import Converter
from ingestion.versions import Versions
from warehouse.errors import ScorehouseError
from warehouse.settings import Settings

OnFile = Callable[[FileReport], None]


class AlreadyRunningError(ScorehouseError):
    """Another pass works on the same warehouse."""


def run(
    settings: Settings,
    paths: Sequence[Path] = (),
    source: str | None = None,
    on_file: OnFile | None = None,
) -> IngestReport:
    """Takes in what is new in landing, or at `paths`; `on_file` hears of each file as it is done.

    A file that is known by its content is passed over. Raises `UsageError` for a source or path that does
    not exist, `AlreadyRunningError` beside another pass, `ContractError` for a wrong contract; what is wrong
    with a file is in its report instead.
    """
    settings.ensure()
    contracts = load_contracts(formats=FORMAT_NAMES)
    landing = look_around(settings.landing, paths, source)
    with _alone(settings.raw):
        lay_out(settings, contracts)
        ledger = Ledger(settings.raw)
        clear_leftovers(settings.raw, settings.quarantine, ledger)
        ingestion = _Pass(settings, contracts, ledger)
        reports: list[FileReport] = []
        unchanged = 0
        try:
            for misplaced in landing.misplaced:
                reports.append(FileReport("", misplaced.file, "", "rejected", message=misplaced.message))
                _tell(on_file, reports[-1])
            for found in landing.files:
                report = ingestion.take(found)
                if report is None:
                    unchanged += 1
                    continue
                reports.append(report)
                _tell(on_file, report)
        finally:
            ingestion.close()
    return IngestReport(tuple(reports), unchanged)


def lay_out(settings: Settings, contracts: dict[str, Contract]) -> None:
    """Files of no rows for every source and for the quarantine, so that a glob never comes up empty."""
    for name, contract in contracts.items():
        write_schema(settings.raw / name / SCHEMA_FILE, raw_schema(contract))
    write_schema(settings.quarantine / SCHEMA_FOLDER / SCHEMA_FILE, quarantine_schema())


class _Pass:
    """The files of one pass, one after the other."""

    def __init__(self, settings: Settings, contracts: dict[str, Contract], ledger: Ledger) -> None:
        self._settings = settings
        self._contracts = contracts
        self._ledger = ledger
        self._memory = Memory(settings.raw)
        self._versions = Versions(settings.raw, settings.raw / SPILL)
        self._workshop: Workshop | None = None
        self._converters: dict[str, dict[str, Converter]] = {}

    def close(self) -> None:
        """Frees what the pass held and saves which files it has seen."""
        self._versions.close()
        self._memory.save()

    def take(self, found: Found) -> FileReport | None:
        """What became of the file; None when its content is known."""
        contract = self._contracts[found.source]
        started = time.monotonic()
        try:
            if is_endless(found.path):
                message = f"The file {found.file} is a pipe, socket or device; put an ordinary file there."
                return FileReport(found.source, found.file, "", "rejected", message=message)
            remembered = self._memory.file_id(found.path)
            if remembered and self._ledger.is_settled(found.source, remembered, contract.full_version):
                return None
            before = identity(found.path)
            print_ = fingerprint(found.path)
            if self._ledger.is_settled(found.source, print_.file_id, contract.full_version):
                self._memory.remember(found.path, print_.file_id, before, time.time_ns())
                return None
            report = self._ingest(found, contract, print_, before, started)
            self._memory.remember(found.path, print_.file_id, before, time.time_ns())
        except OSError as error:
            why = error.strerror or type(error).__name__
            message = f"The file {found.file} could not be read ({why.lower()}); it is tried again next time."
            return FileReport(found.source, found.file, "", "rejected", message=message)
        return report

    def _ingest(
        self, found: Found, contract: Contract, print_: Fingerprint, before: list[int], started: float
    ) -> FileReport:
        workshop = self._open_workshop()
        arrived_at = dt.datetime.now(dt.UTC)
        converters = self._converters_of(contract)
        seq = self._ledger.next_seq
        file = FileIngestion(workshop, contract, converters, found, print_, seq, arrived_at)
        status, tally = "ingested", file.tally
        try:
            try:
                _run(file)
            except UnreadableFileError as error:
                file.discard()
                missing = getattr(error, "missing_columns", ())
                status = "rejected"
                tally = Tally(missing_columns=missing, message=f"The file {found.file} {error}.")
            if before != identity(found.path):
                raise _ChangingError
            if status == "ingested":
                file.publish()
            else:
                self._put_away(found, print_)
        except _ChangingError:
            file.discard()
            message = f"The file {found.file} changed while it was read; it is tried again next time."
            return FileReport(found.source, found.file, "", "rejected", message=message)
        except BaseException:
            file.discard()
            raise
        return self._record(found, contract, print_, status, tally, seq, arrived_at, started)

    def _record(
        self,
        found: Found,
        contract: Contract,
        print_: Fingerprint,
        status: str,
        tally: Tally,
        seq: int,
        arrived_at: dt.datetime,
        started: float,
    ) -> FileReport:
        seconds = time.monotonic() - started
        counts = (tally.rows_in, tally.kept, tally.duplicates, tally.quarantined)
        said = (tally.new_columns, tally.missing_columns, tally.message)
        self._ledger.record(
            Entry(
                *(found.source, found.file, print_.file_id, seq, status),
                *counts,
                *said,
                *(arrived_at, contract.full_version, seconds),
            )
        )
        return FileReport(
            found.source, found.file, print_.file_id, status, *counts, *said, seconds, tuple(tally.reasons)
        )

    def _put_away(self, found: Found, print_: Fingerprint) -> None:
        """A sealed copy of a file that was rejected whole."""
        key = self._open_workshop().vault.system_key(QUARANTINE)
        target = self._settings.quarantine / found.source / f"{print_.file_id}.file"
        seal_file(found.path, target, key, print_.file_id)

    def _open_workshop(self) -> Workshop:
        """The vault is opened with the first new file, not for a pass that finds nothing."""
        if self._workshop is None:
            self._workshop = Workshop.open(self._settings, self._versions, QUARANTINE)
        return self._workshop

    def _converters_of(self, contract: Contract) -> dict[str, Converter]:
        if contract.source not in self._converters:
            seeds = {column.names_from for column in contract.columns.values() if column.names_from}
            names = {str(seed): read_names(self._settings.seeds, seed) for seed in seeds}
            self._converters[contract.source] = make_converters(contract, self._settings.timezone, names)
        return self._converters[contract.source]


def _run(file: FileIngestion) -> None:
    try:
        file.run()
    except pa.ArrowException as error:
        # One file of a kind that nobody has met must not stop the others; the error's text may hold a value.
        raise UnreadableFileError(
            f"holds something that cannot be converted ({type(error).__name__}); export it as plain CSV"
        ) from error


class _ChangingError(Exception):
    """The file is not the one any more that was hashed."""


@contextmanager
def _alone(raw: Path) -> Iterator[None]:
    """Only one pass at a time; the lock goes with its process, however that ends."""
    with (raw / ".lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunningError(
                "Another ingestion works on this warehouse right now; wait until it has ended."
            ) from None
        yield


def _tell(on_file: OnFile | None, report: FileReport) -> None:
    if on_file is not None:
        on_file(report)
