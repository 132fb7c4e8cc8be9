"""One file on one of its ways: from its content to raw, quarantine and ledger, whatever is wrong with it."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb
import pyarrow as pa

from ingestion.arrivals.landing import Found
from ingestion.arrivals.routing import Route
from ingestion.arrivals.survey import Content, Survey
from ingestion.contract import Contract
from ingestion.foreign.profile_tables import contract_of
from ingestion.foreign.through_profiles import ThroughProfiles
from ingestion.one_file import FileIngestion, Tally
from ingestion.readers.batch import UnreadableFileError
from ingestion.report import FileReport
from ingestion.rows.headers import HeaderReader
from ingestion.rows.sealing import QUARANTINE, seal_file
from ingestion.rows.typed_rows import converters_of
from ingestion.state.fingerprint import identity
from ingestion.state.ledger import Entry, Ledger
from ingestion.state.versions import Versions
from ingestion.values.convert import Converter
from ingestion.workshop import Workshop
from warehouse.errors import ScorehouseError
from warehouse.logs import explain
from warehouse.settings import Settings

# What passes: the file is as good as before, and is tried again in the next pass.
PASSING = (OSError, MemoryError, duckdb.Error)
# Of these the name says enough; any other's details belong into the log.
_FROM_OUTSIDE = (OSError, MemoryError, duckdb.IOException, duckdb.OutOfMemoryException)


@dataclass(frozen=True)
class Task:
    """A content and one of its ways; without a route it is rejected. `file_id` is that of the way."""

    content: Content
    route: Route | None
    source: str
    file_id: str
    # Of the contract or the profile that decides: what it sets aside is looked at again when it changes.
    version: str

    @property
    def mark(self) -> tuple[str, str]:
        """By what the ledger knows it."""
        return self.source, self.file_id


class Taker:
    """Takes one task after the other; the vault is opened for the first."""

    def __init__(
        self,
        settings: Settings,
        contracts: Mapping[str, Contract],
        ledger: Ledger,
        survey: Survey,
        through: ThroughProfiles,
        versions: Versions,
    ) -> None:
        self._settings = settings
        self._contracts = contracts
        self._ledger = ledger
        self._survey = survey
        self._through = through
        self._versions = versions
        self._workshop: Workshop | None = None
        self._converters: dict[str, dict[str, Converter]] = {}
        # Whether all that was published is in the ledger.
        self.is_tidy = True

    @property
    def workshop(self) -> Workshop:
        """What files are worked on with."""
        if self._workshop is None:
            self._workshop = Workshop.open(self._settings, self._versions, QUARANTINE)
        return self._workshop

    @property
    def workshop_if_open(self) -> Workshop | None:
        """The same, where any file was worked on."""
        return self._workshop

    def close(self) -> None:
        """Ends what the workshop has started."""
        if self._workshop is not None:
            self._workshop.sealer.close()

    def converters(self, contract: Contract) -> dict[str, Converter]:
        """The converters of a source's columns."""
        if contract.source not in self._converters:
            self._converters[contract.source] = converters_of(contract, self._settings)
        return self._converters[contract.source]

    def take(self, task: Task) -> FileReport:
        """What became of it. What is wrong with the file is in the report; only the house's faults raise."""
        started = time.monotonic()
        try:
            with self._survey.opened(task.content) as path:
                return self._take(task, path, started)
        except _ChangedError:
            message = (
                f"The file {task.content.found.file} changed while it was read; it is tried again next time."
            )
            return FileReport(task.source, task.content.found.file, "", "rejected", message=message)
        except UnreadableFileError as error:
            # An archive that could be opened when it was looked at.
            return self._record(task, "rejected", _rejection(task.content.found, str(error)), started)
        except ScorehouseError:
            raise
        except Exception as error:
            return self.not_this_time(task.content.found, task.source, error)

    def not_this_time(self, found: Found, source: str, error: Exception) -> FileReport:
        """The report of a file that is as good as before; nothing is written down."""
        said = getattr(error, "strerror", None) if isinstance(error, OSError) else None
        if said is None and isinstance(error, _FROM_OUTSIDE):
            said = type(error).__name__
        why = in_sentence(said or explain(error, self._settings)).rstrip(".")
        message = f"The file {found.file} could not be read ({why}); it is tried again next time."
        return FileReport(source, found.file, "", "rejected", message=message)

    def _take(self, task: Task, path: Path, started: float) -> FileReport:
        route, found = task.route, task.content.found
        if route is None:
            self._put_away(task, path)
            said = _rejection(found, task.content.routing.message or "could not be read")
            return self._record(task, "rejected", said, started)
        if route.profile is not None and route.output is None:
            name, table = route.profile.name, route.table
            if table is not None and table.reference:
                if why := self._through.unreadable(route.profile, task.content):
                    return self._record(task, "rejected", _rejection(found, why), started)
                said = Tally(message=f"Other tables of {name} look things up in it.")
                return self._record(task, "reference", said, started)
            said = Tally(message=f"The profile {name} knows this table and needs nothing of it.")
            return self._record(task, "ignored", said, started)
        return self._ingest(task, route, path, started)

    def _ingest(self, task: Task, route: Route, path: Path, started: float) -> FileReport:
        contract, content = contract_of(self._contracts[task.source], route.output), task.content
        arrived_at, seq = dt.datetime.now(dt.UTC), self._ledger.next_seq
        headers = HeaderReader(contract, self.workshop.keep_emotion)
        file = FileIngestion(
            self.workshop,
            contract,
            self.converters(contract),
            replace(content.found, path=path, source=task.source),
            replace(content.print_, file_id=task.file_id),
            seq,
            arrived_at,
            headers,
            self._through.opener(content, route, path, headers),
            route.name,
        )
        try:
            rejection = self._run(file, content)
            if content.before != identity(content.found.path):
                raise _ChangedError
            if rejection is None:
                file.publish()
            else:
                file.discard()
        except BaseException:
            file.discard()
            raise
        if rejection is not None:
            self._put_away(task, path)
            return self._record(task, "rejected", rejection, started, seq, arrived_at)
        # From here on nothing is taken back: what the ledger does not come to have is a leftover.
        was_tidy, self.is_tidy = self.is_tidy, False
        report = self._record(task, "ingested", file.tally, started, seq, arrived_at)
        self.is_tidy = was_tidy
        return report

    def _run(self, file: FileIngestion, content: Content) -> Tally | None:
        """Reads the file; why it is rejected, or None."""
        found = content.found
        try:
            file.run()
        except UnreadableFileError as error:
            missing = getattr(error, "missing_columns", ())
            nearest = f"; {content.routing.message}" if missing and content.routing.message else ""
            return _rejection(found, f"{error}{nearest}", missing)
        except pa.ArrowException as error:
            # The error's own text may hold a value.
            kind = type(error).__name__
            return _rejection(
                found, f"holds something that cannot be converted ({kind}); export it as plain CSV"
            )
        except (ScorehouseError, *PASSING):
            raise
        except Exception as error:  # One file of a kind that nobody has met must not stop the others.
            return _rejection(found, f"cannot be read: {in_sentence(explain(error, self._settings))}")
        return None

    def _put_away(self, task: Task, path: Path) -> None:
        """A sealed copy of a file that was rejected whole."""
        target = self._settings.quarantine / task.source / f"{task.file_id}.file"
        seal_file(path, target, self.workshop.vault.system_key(QUARANTINE), task.file_id)

    def _record(
        self,
        task: Task,
        status: str,
        tally: Tally,
        started: float,
        seq: int | None = None,
        arrived_at: dt.datetime | None = None,
    ) -> FileReport:
        """The entry in the ledger, from which on the file is known, and its report."""
        source, file, seconds = task.source, task.content.found.file, time.monotonic() - started
        counts = (tally.rows_in, tally.kept, tally.duplicates, tally.quarantined)
        said = (tally.new_columns, tally.missing_columns, tally.message)
        profile = "" if task.route is None else task.route.name
        self._ledger.record(
            Entry(
                *(source, file, task.file_id, seq or self._ledger.next_seq, status),
                *counts,
                *said,
                arrived_at or dt.datetime.now(dt.UTC),
                task.version,
                seconds,
                profile=profile or None,
                format=tally.format,
                headers=tally.headers,
                date_orders=tally.date_orders,
            )
        )
        reasons = tuple(tally.reasons)
        return FileReport(source, file, task.file_id, status, *counts, *said, seconds, reasons, profile)


class _ChangedError(Exception):
    """The file is not the one any more that was hashed."""


def _rejection(found: Found, why: str, missing: tuple[str, ...] = ()) -> Tally:
    return Tally(missing_columns=missing, message=f"The file {found.file} {why.rstrip('.')}.")


def in_sentence(text: str) -> str:
    """The text as it goes on within a sentence."""
    return text[:1].lower() + text[1:]
