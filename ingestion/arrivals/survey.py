"""What lies in landing, before anything is taken in: every file, every member of an archive, and its way."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from ingestion.arrivals.archives import UNPACKED, Archive, archive_kind, nested_problem
from ingestion.arrivals.landing import INSIDE, Found
from ingestion.arrivals.routing import Route, Router, Routing
from ingestion.arrivals.zip_listing import Member
from ingestion.readers.batch import UnreadableFileError
from ingestion.state.fingerprint import Fingerprint, fingerprint, identity
from ingestion.state.ledger import SPILL
from warehouse.errors import ScorehouseError

# Unpacked members wait on the disk for their turn up to this size together; others are unpacked twice.
KEPT_BYTES = 2 * 1024**3


@dataclass(frozen=True)
class Content:
    """A file whose content has been looked at: one of landing, or a member of an archive there."""

    # What it is called, and the file of landing that it is or lies in.
    found: Found
    landed: Found
    print_: Fingerprint
    routing: Routing
    # Of the file of landing, before it was read: it is the same file as long as this is the same.
    before: list[int]
    member: Member | None = None
    unpacked: Path | None = None


def _kind_of(error: Exception) -> str:
    return f"something unexpected happened ({type(error).__name__})"


class Survey:
    """Looks at files; keeps what it unpacked until `drop`, or until `close`."""

    def __init__(self, raw: Path, router: Router, explain: Callable[[Exception], str] = _kind_of) -> None:
        """`explain` says what went wrong with a file, when its reader broke in a way of its own."""
        self._folder = raw / SPILL / UNPACKED
        # Made before anybody else makes the spill folder, who would then remove it with all that is in it.
        self._folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)
        self._router = router
        self._explain = explain
        self._kept: dict[Path, int] = {}

    def look(self, found: Found, known: Fingerprint | None = None) -> Iterator[Content]:
        """The contents of one file of landing; `known` is its fingerprint when it need not be read for that.

        Raises `OSError`, and `ArchiveError` for an archive that is not opened, after any of its members.
        """
        before = identity(found.path)
        kind = archive_kind(found.path)
        if kind is None:
            print_ = known or fingerprint(found.path)
            routing = self._way(found, found.path, print_)
            yield Content(found, found, print_, routing, before)
            return
        archive = Archive(found.path, kind, self._folder)
        for member in archive.members:
            yield self._member(found, archive, member, before)

    @contextmanager
    def opened(self, content: Content) -> Iterator[Path]:
        """Where the content lies while it is read."""
        if content.member is None:
            yield content.found.path
        elif content.unpacked is not None and content.unpacked in self._kept:
            yield content.unpacked
        else:
            path = self._archive(content.found.path).unpack(content.member)
            try:
                yield path
            finally:
                path.unlink(missing_ok=True)

    def drop(self, content: Content) -> None:
        """The content is not needed any more."""
        if content.unpacked is not None and self._kept.pop(content.unpacked, None) is not None:
            content.unpacked.unlink(missing_ok=True)

    def close(self) -> None:
        """Leaves nothing behind."""
        self._kept.clear()
        shutil.rmtree(self._folder, ignore_errors=True)

    def _member(self, found: Found, archive: Archive, member: Member, before: list[int]) -> Content:
        path = archive.unpack(member)
        inside = replace(found, file=f"{found.file}{INSIDE}{member.name}")
        try:
            print_ = fingerprint(path)
            problem = member.problem or nested_problem(path)
            routing = Routing((), message=problem) if problem else self._way(inside, path, print_)
            size = path.stat().st_size
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        if sum(self._kept.values()) + size <= KEPT_BYTES:
            self._kept[path] = size
            return Content(inside, found, print_, routing, before, member, path)
        path.unlink(missing_ok=True)
        return Content(inside, found, print_, routing, before, member)

    def _way(self, found: Found, path: Path, print_: Fingerprint) -> Routing:
        """The routing; without a way for a file that breaks its reader, unless its folder says one."""
        try:
            return self._router.routes(found, path, print_.is_utf8)
        except UnreadableFileError as error:
            why = str(error)
        except (ScorehouseError, OSError, MemoryError):
            raise
        except Exception as error:  # One file of a kind that nobody has met must not stop the others.
            why = f"cannot be read: {self._explain(error)}"
        own = () if found.source is None else (Route(found.source, "its folder says so"),)
        return Routing(own, message=why)

    def _archive(self, path: Path) -> Archive:
        return Archive(path, archive_kind(path) or "zip", self._folder)
