"""One pass: everything new in landing goes to raw or to the quarantine, and the ledger says so."""

from __future__ import annotations

import fcntl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from ingestion.arrivals.landing import look_around
from ingestion.contract import Contract, load_contracts
from ingestion.foreign.profile import load_profiles
from ingestion.one_pass import Pass
from ingestion.readers.registry import FORMAT_NAMES
from ingestion.report import FileReport, IngestReport
from ingestion.state.ledger import Ledger
from ingestion.state.leftovers import clear_leftovers
from ingestion.state.quarantine import SCHEMA_FOLDER, quarantine_schema
from ingestion.state.raw_layer import SCHEMA_FILE, raw_schema, write_schema
from ingestion.state.releases import RELEASES, releases_schema
from ingestion.state.sightings import sightings_folder, sightings_schema
from warehouse.errors import ScorehouseError
from warehouse.receipts import lay_out_privacy
from warehouse.settings import Settings

OnFile = Callable[[FileReport], None]


class AlreadyRunningError(ScorehouseError):
    """Another pass works on the same warehouse."""


def run(
    settings: Settings,
    paths: Sequence[Path] = (),
    source: str | None = None,
    on_file: OnFile | None = None,
    *,
    retry: bool = False,
) -> IngestReport:
    """Takes in what is new in landing, or at `paths`; `on_file` hears of each file as it is done.

    A file that is known by its content is passed over. With `retry`, what earlier passes rejected is taken
    again, and quarantined rows that the contract takes by now are released.

    Raises `UsageError` for a source that does not exist, `AlreadyRunningError` beside another pass,
    `ContractError` and `ProfileError` for a wrong contract or profile; what is wrong with a file is in its
    report instead.
    """
    settings.ensure()
    contracts = load_contracts(formats=FORMAT_NAMES)
    profiles = load_profiles(settings.home, contracts)
    landing = look_around(settings.landing, paths, source, profiles)
    with _alone(settings.raw):
        lay_out(settings, contracts)
        ledger = Ledger(settings.raw)
        clear_leftovers(settings.raw, settings.quarantine, ledger)
        with Pass(settings, contracts, profiles, ledger, on_file, retry) as this:
            sealed = this.seal_earlier()
            return replace(this.run(landing), sealed=sealed)


def lay_out(settings: Settings, contracts: Mapping[str, Contract]) -> None:
    """Files of no rows for every source and for the quarantine, so that a glob never comes up empty."""
    for name, contract in contracts.items():
        write_schema(settings.raw / name / SCHEMA_FILE, raw_schema(contract))
        write_schema(sightings_folder(settings.raw, name) / SCHEMA_FILE, sightings_schema())
    write_schema(settings.quarantine / SCHEMA_FOLDER / SCHEMA_FILE, quarantine_schema())
    write_schema(settings.quarantine / RELEASES / SCHEMA_FOLDER / SCHEMA_FILE, releases_schema())
    lay_out_privacy(settings)


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
