"""Archives, told by content: .gz and .zip are unpacked member by member, within bounds, and never trusted."""

from __future__ import annotations

import errno
import gzip
import itertools
import os
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from ingestion.arrivals.zip_listing import DAMAGE, ArchiveError, Member, harmless, is_document, members_of

UNPACKED = "unpacked"
MOST_BYTES = 64 * 1024**3
MOST_RATIO = 250
# What packs well and is small harms nobody.
RATIO_COUNTS_FROM = 100 * 1024**2
# A part of the free disk stays free, for what else is being written.
_USABLE_DISK = 0.9
_CHUNK = 1024 * 1024
# Python unpacks LZMA and BZIP2 without a bound on what comes out: little goes in at a time.
_SMALL_CHUNK = 4096
_GZIP = b"\x1f\x8b"
_ZIPS = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_TAR_PLACE = slice(257, 262)
_NESTED = "is an archive inside an archive; unpack it and bring the files"


def archive_kind(path: Path) -> str | None:
    """`gz` or `zip` when the content is one of those and no workbook, else None."""
    with path.open("rb") as file:
        head = file.read(4)
    if head.startswith(_GZIP):
        return "gz"
    return "zip" if head.startswith(_ZIPS) and not is_document(path) else None


class Archive:
    """One archive: what is in it, and each member as a file of its own in `folder`.

    Raises `ArchiveError` for one that is damaged, encrypted, empty or too large. The bounds count over
    everything that one instance unpacks.
    """

    def __init__(self, path: Path, kind: str, folder: Path) -> None:
        self._path = path
        self._folder = folder
        self._packed = path.stat().st_size
        self._unpacked = 0
        self.members = members_of(path) if kind == "zip" else (Member(_gzip_name(path)),)

    def unpack(self, member: Member) -> Path:
        """A file of this process with the member's content; whoever asks for it removes it."""
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = self._folder / f"{os.getpid()}-{next(_NUMBERS)}"
        try:
            with self._opened(member) as source, _private(target) as file:
                self._copy(source, file, member)
            if member.info is None:
                _refuse_tar(target)
        except DAMAGE as error:
            target.unlink(missing_ok=True)
            raise ArchiveError("is a damaged archive; copy or export it again") from error
        except OSError as error:
            target.unlink(missing_ok=True)
            raise _explained(error) from error
        except (NotImplementedError, RuntimeError) as error:
            target.unlink(missing_ok=True)
            raise ArchiveError("is packed in a way that is not read; pack it as an ordinary ZIP") from error
        except BaseException:
            target.unlink(missing_ok=True)
            raise
        return target

    @contextmanager
    def _opened(self, member: Member) -> Iterator[IO[bytes]]:
        """The member's bytes; a .gz in a .zip is opened on the way."""
        if member.info is None:
            with gzip.open(self._path, "rb") as file:
                yield file  # type: ignore[misc]
            return
        with zipfile.ZipFile(self._path) as archive:
            with archive.open(member.info) as file:
                is_gzip = file.read(2) == _GZIP
            with archive.open(member.info) as file:
                if not is_gzip:
                    yield file
                    return
                with gzip.open(file, "rb") as inner:
                    yield inner  # type: ignore[misc]

    def _copy(self, source: IO[bytes], file: IO[bytes], member: Member) -> None:
        is_small = member.info is not None and member.info.compress_type in (
            zipfile.ZIP_LZMA,
            zipfile.ZIP_BZIP2,
        )
        room = shutil.disk_usage(self._folder).free * _USABLE_DISK
        written = 0
        while chunk := source.read(_SMALL_CHUNK if is_small else _CHUNK):
            written += len(chunk)
            self._unpacked += len(chunk)
            if self._unpacked > MOST_BYTES:
                raise ArchiveError(f"unpacks to more than {MOST_BYTES // 1024**3} GB; bring it in parts")
            if self._unpacked > RATIO_COUNTS_FROM and self._unpacked > MOST_RATIO * self._packed:
                raise ArchiveError(
                    f"unpacks to more than {MOST_RATIO} times its size, as a bomb does; "
                    "if it is none, unpack it and bring the files"
                )
            if written > room:
                raise ArchiveError(
                    "unpacks to more than the disk has room for; make room or bring it in parts"
                )
            file.write(chunk)


def nested_problem(path: Path) -> str | None:
    """Why an unpacked member is not read, when it is an archive again."""
    return _NESTED if archive_kind(path) else None


def _gzip_name(path: Path) -> str:
    """What the packed file was called: its name without the ending that packing added."""
    stem = path.name[:-3] if path.name.casefold().endswith(".gz") else path.name
    return harmless(stem)


def _refuse_tar(path: Path) -> None:
    with path.open("rb") as file:
        if file.read(_TAR_PLACE.stop)[_TAR_PLACE] == b"ustar":
            raise ArchiveError("is a TAR archive inside GZIP; unpack it and bring the files, or bring a ZIP")


def _explained(error: OSError) -> Exception:
    """Damage that Python reports as an error of the system, a full disk, or what the system really said."""
    if error.errno is None:
        return ArchiveError("is a damaged archive; copy or export it again")
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        return ArchiveError("unpacks to more than the disk has room for; make room or bring it in parts")
    return error


def _private(path: Path) -> IO[bytes]:
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb")


_NUMBERS = itertools.count()
