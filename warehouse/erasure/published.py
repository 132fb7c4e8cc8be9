"""The published marts without a person: a new version at once, and no older one beside it."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb

from warehouse import publish
from warehouse.database_files import attach
from warehouse.erasure.change import Change
from warehouse.erasure.databases import copy_without, drop
from warehouse.settings import Settings

_NUMBERED = re.compile(r"\.e(\d+)$")


def republish_without(settings: Settings, change: Change) -> int:
    """Publishes the current version anew without the person and drops every other one; rows that were theirs.

    The marts' totals are those of before: where rows were removed, the next build counts anew.
    """
    current = settings.published / publish.CURRENT
    if not current.exists():
        return 0
    before = current.resolve()
    target = _next_name(before)
    temporary = target.with_name(f"{target.name}.tmp")
    try:
        with duckdb.connect(":memory:") as connection:
            connection.execute("set enable_progress_bar = false")
            connection.execute("set temp_directory = ''")
            attach(connection, settings, before, "before", read_only=True)
            attach(connection, settings, temporary, "after", read_only=False)
            rows = copy_without(connection, change)
            connection.execute("checkpoint after")
            connection.execute("detach after")
        publish.put_in_place(temporary, target)
    finally:
        drop(temporary)
    for older in settings.published.glob("marts_*.duckdb*"):
        if older != target:
            older.unlink(missing_ok=True)
    return rows


def _next_name(before: Path) -> Path:
    """Never the name of a file that a reader may have open: `marts_<run>.e1.duckdb`, then `.e2` …"""
    found = _NUMBERED.search(before.stem)
    stem = before.stem[: found.start()] if found else before.stem
    number = int(found[1]) + 1 if found else 1
    return before.with_name(f"{stem}.e{number}.duckdb")
