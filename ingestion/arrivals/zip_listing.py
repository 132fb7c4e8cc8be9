"""What a ZIP holds, told within bounds: a directory of millions of entries is refused before it is read."""

from __future__ import annotations

import lzma
import stat
import struct
import zipfile
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from ingestion.readers.batch import UnreadableFileError

MOST_MEMBERS = 1_000
# The directory of a thousand members with the longest names that anybody gives them.
_LONGEST_DIRECTORY = 4 * 1024 * 1024
_LOCAL_HEADER = b"PK\x03\x04"
_END, _END_64, _LOCATOR_64 = b"PK\x05\x06", b"PK\x06\x06", b"PK\x06\x07"
_END_SIZE, _LOCATOR_SIZE, _END_64_SIZE = 22, 20, 56
_LONGEST_COMMENT = 65_535
_IS_ENCRYPTED, _IS_UTF8 = 0x1, 0x800
_UNICODE_PATH = 0x7075
# What the system of whoever packed it put there beside the files.
_LEFT_BY_SYSTEMS = {"__macosx", ".ds_store", "thumbs.db", "desktop.ini"}
_LOCK_FILES = ("._", "~$")
# A workbook or another document that is a ZIP only from outside.
_DOCUMENT_PARTS = ("[content_types].xml", "mimetype", "xl/", "_rels/", "docprops/")
_LONGEST_NAME = 300
# What Python's modules raise for bytes that are no archive; disk errors are other ones.
DAMAGE = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    EOFError,
    ValueError,
    OverflowError,
    struct.error,
)


class ArchiveError(UnreadableFileError):
    """An archive that is not opened; the text is the end of a sentence that begins with its name."""


@dataclass(frozen=True)
class Member:
    """A file in an archive: its name there, made harmless and unique; with a `problem` it is not read."""

    name: str
    info: zipfile.ZipInfo | None = None
    problem: str | None = None


def is_document(path: Path) -> bool:
    """Whether a ZIP is a workbook or the like, also a damaged one, by the first names in it."""
    with path.open("rb") as file:
        head = file.read(30 + 256)
    if len(head) > 30 and head.startswith(_LOCAL_HEADER):
        length = int.from_bytes(head[26:28], "little")
        if _is_document_part(head[30 : 30 + length].decode("cp437")):
            return True
    try:
        names = [info.filename for info in _entries(path)]
    except (ArchiveError, *DAMAGE):
        return False
    return any(_is_document_part(name) for name in names)


def members_of(path: Path) -> tuple[Member, ...]:
    """The files of a ZIP in its order, without folders and what systems leave; else `ArchiveError`."""
    try:
        entries = _entries(path)
    except DAMAGE as error:
        raise ArchiveError("is a damaged ZIP archive; copy or export it again") from error
    named = [
        (info, name)
        for info, name in zip(entries, _names(entries), strict=True)
        if not info.is_dir() and not _is_left_by_system(name)
    ]
    if any(info.flag_bits & _IS_ENCRYPTED for info, _ in named):
        raise ArchiveError("is an encrypted archive; unpack it with its password and bring the files")
    if len(named) > MOST_MEMBERS:
        raise ArchiveError(_TOO_MANY)
    if not named:
        raise ArchiveError("is an archive without a file in it")
    unique = _unique([harmless(name) for _, name in named])
    return tuple(
        Member(name, info, "is a link inside an archive and not a file" if _is_link(info) else None)
        for (info, _), name in zip(named, unique, strict=True)
    )


_TOO_MANY = f"is an archive of more than {MOST_MEMBERS:,} files; unpack it and bring those that are exports"


def harmless(name: str) -> str:
    """A member's name as it is shown: no way out of the archive, nothing that a terminal would obey."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    shown = "".join(
        letter if letter.isprintable() else repr(letter)[1:-1] for letter in "/".join(parts) or "?"
    )
    shown = shown.encode("utf-8", "backslashreplace").decode()
    return shown if len(shown) <= _LONGEST_NAME else f"…{shown[-_LONGEST_NAME:]}"


def _entries(path: Path) -> list[zipfile.ZipInfo]:
    if directory_size(path) > _LONGEST_DIRECTORY:
        raise ArchiveError(_TOO_MANY)
    with zipfile.ZipFile(path) as archive:
        return archive.infolist()


def directory_size(path: Path) -> int:
    """How many bytes a ZIP says that its directory takes, as Python will read it; 0 when it has none."""
    size = path.stat().st_size
    with path.open("rb") as file:
        file.seek(max(0, size - _END_SIZE - _LONGEST_COMMENT - _LOCATOR_SIZE - _END_64_SIZE))
        tail = file.read()
    end = tail.rfind(_END)
    if end < 0 or end + _END_SIZE > len(tail):
        return 0
    directory = int.from_bytes(tail[end + 12 : end + 16], "little")
    locator, end_64 = end - _LOCATOR_SIZE, end - _LOCATOR_SIZE - _END_64_SIZE
    if end_64 >= 0 and tail.startswith(_LOCATOR_64, locator) and tail.startswith(_END_64, end_64):
        directory = int.from_bytes(tail[end_64 + 40 : end_64 + 48], "little")
    return directory


def _names(entries: Sequence[zipfile.ZipInfo]) -> list[str]:
    """The names in the right encoding: what is not marked as UTF-8 is GBK unless all of it is UTF-8.

    Python takes unmarked names for code page 437, which loses nothing: the bytes come back.
    """
    unmarked = {
        place: info.orig_filename.encode("cp437", "replace")
        for place, info in enumerate(entries)
        if not info.flag_bits & _IS_UTF8
    }
    encoding = "utf-8"
    for name in unmarked.values():
        try:
            name.decode("utf-8")
        except UnicodeDecodeError:
            encoding = "gb18030"
    return [
        _unicode_path(info)
        or (unmarked[place].decode(encoding, "replace") if place in unmarked else info.orig_filename)
        for place, info in enumerate(entries)
    ]


def _unicode_path(info: zipfile.ZipInfo) -> str | None:
    """The name in UTF-8 that some packers add, when it still belongs to the name that it stands for."""
    extra, name = info.extra, info.orig_filename.encode("cp437", "replace")
    while len(extra) >= 4:
        kind, length = struct.unpack("<HH", extra[:4])
        field, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and len(field) > 5 and field[1:5] == struct.pack("<L", zlib.crc32(name)):
            try:
                return field[5:].decode("utf-8")
            except UnicodeDecodeError:
                return None
    return None


def _unique(names: Sequence[str]) -> list[str]:
    """The same name twice in one archive becomes `name (2)`: two files, two entries in the ledger."""
    taken: dict[str, int] = {}
    unique = []
    for name in names:
        taken[name] = taken.get(name, 0) + 1
        unique.append(name if taken[name] == 1 else f"{name} ({taken[name]})")
    return unique


def _is_document_part(name: str) -> bool:
    return name.casefold().startswith(_DOCUMENT_PARTS)


def _is_left_by_system(name: str) -> bool:
    parts = name.replace("\\", "/").casefold().split("/")
    return not _LEFT_BY_SYSTEMS.isdisjoint(parts) or parts[-1].startswith(_LOCK_FILES)


def _is_link(info: zipfile.ZipInfo) -> bool:
    return stat.S_ISLNK(info.external_attr >> 16)
