"""`--retry`: what earlier passes rejected or quarantined is tried again under the rules of today."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Collection, Iterator, Mapping

from ingestion.arrivals.landing import Found
from ingestion.contract import SOURCES, Contract
from ingestion.foreign.profile_tables import contract_of
from ingestion.foreign.through_profiles import ThroughProfiles
from ingestion.report import FileReport
from ingestion.retry import retry_file
from ingestion.rows.sealing import QUARANTINE, unsealed_pieces
from ingestion.state.ledger import SPILL, Entry, Ledger
from ingestion.taking import PASSING, Taker, in_sentence
from warehouse.errors import ScorehouseError
from warehouse.logs import explain
from warehouse.settings import Settings

UNSEALED = "unsealed"


class SealedCopies:
    """Files that were rejected and are not in landing any more, opened from the quarantine for one pass."""

    def __init__(self, settings: Settings, taker: Taker) -> None:
        self._settings = settings
        self._taker = taker
        self.folder = settings.raw / SPILL / UNSEALED

    def open(self, entries: Collection[Entry], profiles: Collection[str]) -> Iterator[tuple[Found, Entry]]:
        """Each file under the name that it had, and its entry; where there is no copy there is nothing."""
        for number, entry in enumerate(entries):
            sealed = self._settings.quarantine / entry.source / f"{entry.file_id}.file"
            if not sealed.is_file():
                continue
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self.folder / str(number)
            key = self._taker.workshop.vault.system_key(QUARANTINE)
            with path.open("wb") as file:
                file.writelines(unsealed_pieces(sealed, key, entry.file_id))
            source = entry.source if entry.source in SOURCES else None
            yield Found(source, path, entry.file, entry.source if entry.source in profiles else None), entry

    def close(self) -> None:
        """Leaves nothing behind."""
        shutil.rmtree(self.folder, ignore_errors=True)


def retry_quarantined(
    settings: Settings,
    contracts: Mapping[str, Contract],
    ledger: Ledger,
    taker: Taker,
    through: ThroughProfiles,
    on_file: Callable[[FileReport], None],
) -> tuple[FileReport, ...]:
    """Tries the open rows of every file; a report for each of which some are released."""
    reports = []
    for entry in ledger.entries:
        if not entry.quarantined or entry.source not in contracts:
            continue
        try:
            report = _retry(contracts[entry.source], taker, through, entry)
        except (ScorehouseError, *PASSING):
            raise
        except Exception as error:  # The rows of one file must not keep those of others waiting.
            why = in_sentence(explain(error, settings))
            message = f"Its quarantined rows cannot be tried again: {why}"
            counts = (entry.rows_in, entry.kept, entry.duplicates, entry.quarantined)
            report = FileReport(
                *(entry.source, entry.file, entry.file_id, "ingested"), *counts, message=message
            )
        if report is not None:
            reports.append(report)
            on_file(report)
    return tuple(reports)


def _retry(contract: Contract, taker: Taker, through: ThroughProfiles, entry: Entry) -> FileReport | None:
    way = through.again(entry)
    if way is None:
        return None  # Its profile has no such table any more.
    output, wrap = way
    contract = contract_of(contract, output)
    return retry_file(taker.workshop, contract, taker.converters(contract), entry, wrap)
