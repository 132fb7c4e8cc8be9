"""The formats that are read, in the order in which they are tried. A new format is a line in `FORMATS`."""

from __future__ import annotations

import re
from pathlib import Path

from ingestion.headers import HeaderReader
from ingestion.readers.batch import Format, Reader, UnreadableFileError
from ingestion.readers.delimited import Delimited
from ingestion.readers.json_lines import JsonLines
from ingestion.readers.parquet import Parquet

FORMATS: tuple[Format, ...] = (Parquet(), JsonLines(), Delimited())
# Changes with what can be read, so that files that were rejected are tried again.
FORMAT_NAMES = ", ".join(known.name for known in FORMATS)
HEAD_BYTES = 1024 * 1024
# What else a file may be, for the sentence that rejects it.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "an XLSX or ZIP file"),
    (b"PK\x05\x06", "an empty ZIP file"),
    (b"\x1f\x8b", "a GZIP file"),
    (b"BZh", "a BZIP2 file"),
    (b"\xfd7zXZ", "an XZ file"),
    (b"7z\xbc\xaf", "a 7-Zip file"),
    (b"(\xb5/\xfd", "a Zstandard file"),
    (b"\xd0\xcf\x11\xe0", "an old Excel or Word file"),
    (b"%PDF", "a PDF file"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"SQLite format 3", "an SQLite database"),
)
_MARKUP = re.compile(rb"<(?:!doctype|html|table|\?xml|\w+[\s>/])", re.IGNORECASE)

_ARRAY = re.compile(rb"\[\s*[\[{\]]")


def open_reader(path: Path, is_utf8: bool, headers: HeaderReader) -> Reader:
    """The reader for what the file is; raises `UnreadableFileError` for any other format."""
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise UnreadableFileError("is empty; export it again")
    foreign = _foreign(head)
    if foreign is None:
        for known in FORMATS:
            if known.recognises(head):
                return known.open(path, is_utf8, headers)
    kind = foreign or "a binary file of an unknown kind"
    raise UnreadableFileError(f"is {kind}; what is read is {FORMAT_NAMES}")


def _foreign(head: bytes) -> str | None:
    """What a file is that no reader takes; JSON documents and markup would else pass for text."""
    for signature, kind in _FOREIGN:
        if head.startswith(signature):
            return kind
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if not text:
        return "a file of nothing but white space"
    if _ARRAY.match(text):
        return "a JSON array (one document, not one object a line)"
    if text.startswith(b"{") and not JsonLines().recognises(head):
        return "a JSON document over several lines (not one object a line)"
    if _MARKUP.match(text):
        return "an HTML or XML file"
    return None
