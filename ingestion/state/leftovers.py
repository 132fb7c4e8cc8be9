"""What a killed run left behind: temporary files, and files that no ledger entry vouches for."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

from ingestion.contract import SOURCES
from ingestion.state.ledger import SPILL, Ledger
from ingestion.state.raw_layer import SCHEMA_FILE, TEMPORARY
from ingestion.state.releases import RELEASES, release_number
from ingestion.state.sightings import SIGHTINGS


def clear_leftovers(raw: Path, quarantine: Path, ledger: Ledger) -> int:
    """Removes what a killed run left; how many files that were."""
    shutil.rmtree(raw / SPILL, ignore_errors=True)
    leftovers = [*raw.rglob(f"*{TEMPORARY}"), *quarantine.rglob(f"*{TEMPORARY}")]
    for source in SOURCES:
        leftovers += _unvouched(raw / source, _is_of(ledger, source, "-r"))
        leftovers += _unvouched(raw / SIGHTINGS / source, _is_of(ledger, source, "-r"))
        leftovers += _unvouched(quarantine / RELEASES / source, _is_of(ledger, source, "-"))
        for path in (quarantine / source).glob("*"):
            if path.suffix in (".parquet", ".file") and not ledger.is_known(source, path.stem):
                leftovers.append(path)
    for path in leftovers:
        path.unlink()
    return len(leftovers)


def _unvouched(folder: Path, is_vouched_for: Callable[[str], bool]) -> Iterator[Path]:
    for path in folder.glob("*.parquet"):
        if path.name != SCHEMA_FILE and not is_vouched_for(path.stem):
            yield path


def _is_of(ledger: Ledger, source: str, before_number: str) -> Callable[[str], bool]:
    """Tells whether `<file_id>`, or `<file_id>` with a release's number, belongs to an ingested file."""

    def is_vouched_for(stem: str) -> bool:
        file_id, number = release_number(stem, before_number)
        return ledger.is_ingested(source, file_id) and number <= ledger.releases(source, file_id)

    return is_vouched_for
