"""Publishing: the marts leave the build as a new immutable file, and a link moves to it in one step.

`published/marts_<run>.duckdb` holds the schemas `marts` and `people` and nothing else. Whoever has an older
file open keeps reading it; whoever opens `current.duckdb` gets the newest complete one, always: a process
killed anywhere leaves at most a `*.tmp` that the next publish removes.
"""

from __future__ import annotations

import logging
import os
import re
from collections.abc import Callable
from pathlib import Path

import duckdb

from warehouse.database_files import CATALOG, is_encrypted, opened
from warehouse.errors import PublishError
from warehouse.published_chain import held_by_current, note_version, version_to_follow
from warehouse.published_copy import PUBLISHED_SCHEMAS as PUBLISHED_SCHEMAS
from warehouse.published_copy import write_copy
from warehouse.settings import Settings
from warehouse.touched import Held, noted_builds

CURRENT = "current.duckdb"
KEPT_OLDER_VERSIONS = 3
_PREFIX = "marts_"
_SUFFIX = ".duckdb"
_LOG = logging.getLogger(__name__)
_RUN_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,79}")


def publish(
    settings: Settings,
    run_id: str,
    when_copied: Callable[[], object] | None = None,
    *,
    whole_at: str | None = None,
) -> Path:
    """Makes the marts of `build/build.duckdb` the published version `run_id`; returns its file.

    `when_copied` is called when the new version is written and nobody can see it yet: what it raises ends the
    publish. `whole_at`: when the build was last made whole; where it is known, increments' notes of what they
    touched are believed, otherwise all rows are compared with those of the version before.

    Raises `PublishError` when there is no build, it has no marts, or `run_id` (letters, digits, - and _)
    was published before. The version that was current stays current until the new one is complete on disk.
    """
    if not _RUN_ID.fullmatch(run_id):
        raise PublishError(f"{run_id!r} cannot name a published version: use letters, digits, - and _.")
    build = settings.build / "build.duckdb"
    if not build.exists():
        raise PublishError(f"There is nothing to publish: {build} is missing; run `scorehouse build`.")
    settings.published.mkdir(mode=0o700, parents=True, exist_ok=True)
    target = published_file(settings, run_id)
    if target.exists():
        raise PublishError(f"{target.name} is published already; a published version is never replaced.")
    _clear_leftovers(settings.published)
    temporary = target.with_name(f"{target.name}.tmp")
    follows = version_to_follow(settings, settings.published / CURRENT)
    held = held_by_current(settings, settings.published / CURRENT, whole_at) if follows else None
    try:
        follows = _write(settings, build, temporary, follows, held)
        if when_copied is not None:
            when_copied()
        now_held = _state_of(settings, build, whole_at)
        put_in_place(temporary, target)
        note_version(settings, target, follows, now_held)
    except duckdb.Error as error:
        raise PublishError(f"The marts cannot be copied from {build}: {_first_line(error)}") from error
    finally:
        _drop(temporary)
    _drop_older_versions(settings.published, target)
    return target


def _state_of(settings: Settings, build: Path, whole_at: str | None) -> Held | None:
    if not whole_at:
        return None
    with opened(settings, build) as connection:
        return Held(whole_at, noted_builds(connection, CATALOG))


def _write(
    settings: Settings, build: Path, temporary: Path, follows: Path | None, held: Held | None
) -> Path | None:
    """Writes the new version, whole where the version before does not serve; what it followed in the end."""
    if follows is not None:
        try:
            write_copy(settings, build, temporary, follows, held)
            return follows
        except duckdb.Error as error:
            _LOG.warning("The new version is written whole: %s", _first_line(error))
            _drop(temporary)
    write_copy(settings, build, temporary)
    return None


def _drop(temporary: Path) -> None:
    temporary.unlink(missing_ok=True)
    temporary.with_name(f"{temporary.name}.wal").unlink(missing_ok=True)


def published_file(settings: Settings, run_id: str) -> Path:
    """The file of a run, which may be gone: only the newest few stay."""
    later = sorted(
        settings.published.glob(f"{_PREFIX}{run_id}.e*{_SUFFIX}"), key=lambda path: path.stat().st_mtime_ns
    )
    return later[-1] if later else settings.published / f"{_PREFIX}{run_id}{_SUFFIX}"


def run_id_of(path: Path) -> str:
    """The run that a published file belongs to; behind a dot stands how often somebody was erased from it."""
    return path.name.removeprefix(_PREFIX).removesuffix(_SUFFIX).partition(".")[0]


def put_in_place(temporary: Path, target: Path) -> None:
    """Makes a finished file the current version."""
    _make_durable(temporary)
    temporary.rename(target)
    _point_current_to(target)


def _make_durable(path: Path) -> None:
    """On disk before anybody can see it; read-only from here on."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    path.chmod(0o400)


def _point_current_to(target: Path) -> None:
    """One rename: a reader finds the old version or the new one, never neither."""
    link = target.with_name(f".{CURRENT}.{os.getpid()}.tmp")
    link.unlink(missing_ok=True)
    link.symlink_to(target.name)
    link.replace(target.with_name(CURRENT))
    directory = os.open(target.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


def _clear_leftovers(published: Path) -> None:
    for leftover in [*published.glob("*.tmp"), *published.glob(".*.tmp"), *published.glob("*.wal")]:
        leftover.unlink(missing_ok=True)


def _drop_older_versions(published: Path, current: Path) -> None:
    """Keeps the newest few: a reader that is about to open one, or somebody who compares two.

    None from before files were encrypted stays: it holds names in clear.
    """
    older = [path for path in published.glob(f"{_PREFIX}*{_SUFFIX}") if path != current]
    older.sort(key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    for place, path in enumerate(older):
        if place >= KEPT_OLDER_VERSIONS or not is_encrypted(path):
            path.unlink(missing_ok=True)


def _first_line(error: duckdb.Error) -> str:
    return str(error).strip().partition("\n")[0]
