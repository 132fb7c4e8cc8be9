"""A build's marts become the version that readers see, and what came of the run is archived."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from orchestration import run_record
from orchestration.archived_marts import note_archived
from orchestration.build_plan import read_note
from orchestration.run_archive import archive_run
from warehouse.publish import publish
from warehouse.settings import Settings


def archive_and_publish(settings: Settings, run_id: str) -> Path:
    """Archives and publishes the run that `build/build.duckdb` holds; returns the published file.

    Both are done side by side, but no version is seen of which the results are not archived.
    Raises `ArchiveError` or `PublishError`; then the version from before stays.
    """
    built = read_note(settings)
    whole_at = built.whole_at if built else None
    with ThreadPoolExecutor(1, "archive") as beside:
        archiving = beside.submit(archive_run, settings, run_id, whole_at)
        path = publish(settings, run_id, archiving.result, whole_at=whole_at)
    run, parts = archiving.result()
    note_archived(settings, run.stem, parts)
    run_record.note_published(settings, path)
    return path
