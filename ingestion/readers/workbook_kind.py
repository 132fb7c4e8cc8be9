"""Which kind of workbook a file is, by its content: its container may hold other things as well."""

from __future__ import annotations

import mmap
import zipfile
from pathlib import Path

from ingestion.readers.batch import UnreadableFileError

ZIP = b"PK\x03\x04"
COMPOUND = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MEMBERS = (("xl/workbook.xml", "XLSX"), ("xl/workbook.bin", "XLSB"))
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
_FIRST_MEMBERS = (b"[Content_Types].xml", b"_rels/", b"xl/", b"docProps/", b"mimetype" + _ODS)


def workbook_kind(path: Path, head: bytes) -> str | None:
    """XLSX, XLSB, ODS or XLS; None for anything else, also for other archives and documents.

    A damaged container is what its beginning says that it was. Raises `UnreadableFileError` for a document
    under a password, of which nobody can say what it is.
    """
    if head.startswith(COMPOUND):
        if _has_stream(path, "EncryptedPackage"):
            raise UnreadableFileError("is protected by a password; save it without one")
        return "XLS" if _has_stream(path, "Workbook", "Book") else None
    if not head.startswith(ZIP):
        return None
    try:
        with zipfile.ZipFile(path) as archive:
            names = {name.replace("\\", "/").lower() for name in archive.namelist()}
            for member, kind in _MEMBERS:
                if member in names:
                    return kind
            if "mimetype" in names and "content.xml" in names:
                with archive.open("mimetype") as file:
                    return "ODS" if file.read(len(_ODS)) == _ODS else None
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, ValueError, KeyError, EOFError, OSError):
        name = head[30 : 30 + 128]
        if name.startswith(b"mimetype" + _ODS):
            return "ODS"
        return "XLSX" if name.startswith(_FIRST_MEMBERS) else None
    return None


def _has_stream(path: Path, *names: str) -> bool:
    """Whether a compound file has a stream of such a name: its directory holds them as UTF-16."""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        return any(content.find((name + "\0").encode("utf-16-le")) >= 0 for name in names)
