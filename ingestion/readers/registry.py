"""The formats that are read, told by what a file holds. Its name is never asked."""

from __future__ import annotations

import re
from pathlib import Path

from ingestion.readers.batch import HeaderKnower, Hints, Reader, UnreadableFileError
from ingestion.readers.delimited import DelimitedReader
from ingestion.readers.encoding import ESCAPE, detect_encoding
from ingestion.readers.json_document import JsonDocumentReader
from ingestion.readers.json_lines import JsonLinesReader, are_json_lines
from ingestion.readers.parquet import ParquetReader, is_parquet
from ingestion.readers.workbook import WorkbookReader
from ingestion.readers.workbook_kind import workbook_kind

# Changes with what can be read, so that files that were rejected are tried again.
FORMAT_NAMES = "Parquet, XLSX, XLS, XLSB, ODS, JSON, JSON Lines, CSV"
HEAD_BYTES = 1024 * 1024
# What else a file may be, for the sentence that rejects it.
_FOREIGN: tuple[tuple[bytes, str], ...] = (
    (b"PK\x03\x04", "a ZIP file"),
    (b"PK\x05\x06", "an empty ZIP file"),
    (b"\x1f\x8b", "a GZIP file"),
    (b"BZh", "a BZIP2 file"),
    (b"\xfd7zXZ", "an XZ file"),
    (b"7z\xbc\xaf", "a 7-Zip file"),
    (b"Rar!", "a RAR file"),
    (b"(\xb5/\xfd", "a Zstandard file"),
    (b"\xd0\xcf\x11\xe0", "an old Word, PowerPoint or Outlook file"),
    (b"%PDF", "a PDF file"),
    (b"{\\rtf", "an RTF document"),
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"ORC", "an ORC file"),
    (b"Obj\x01", "an Avro file"),
    (b"SQLite format 3", "an SQLite database"),
)
_BINARY = "a binary file of an unknown kind"
_MARKUP = re.compile(r"<(?:!doctype|!--|html|table|meta|\?xml|\w+[\s>/:])", re.IGNORECASE)
# A list of objects or of none, or an object: a text in brackets may be the first cell of a table.
_DOCUMENT = re.compile(r"\[\s*[\[{\]]|\{\s*[\"}]")
# Characters that no text has; zero bytes are told apart, some databases write them for empty cells.
_CONTROL = re.compile("[\x02-\x08\x0e-\x19\x1b]")


def open_reader(
    path: Path,
    is_utf8: bool,
    headers: HeaderKnower,
    *,
    given_headers: tuple[str, ...] | None = None,
    sheet: str | None = None,
) -> Reader:
    """The reader for what the file is; raises `UnreadableFileError` for any other format.

    `headers` tells which of several possible readings makes sense; `given_headers` are those of a file
    without a header row; `sheet` is the sheet of a workbook that is meant.
    """
    hints = Hints(is_utf8, headers, given_headers, sheet)
    with path.open("rb") as file:
        head = file.read(HEAD_BYTES)
    if not head:
        raise UnreadableFileError("is empty; export it again")
    if is_parquet(head):
        return ParquetReader(path)
    workbook = workbook_kind(path, head)
    if workbook is not None:
        return WorkbookReader(path, workbook, hints)
    for signature, kind in _FOREIGN:
        if head.startswith(signature):
            raise _foreign(kind)
    return _open_text(path, head, hints)


def _open_text(path: Path, head: bytes, hints: Hints) -> Reader:
    """JSON, or else delimited text; markup and binary files would pass for that."""
    if not head.strip(b"\0\xef\xbb\xbf \t\r\n\x1a"):
        raise _foreign("a file of nothing but white space" if head.strip(b"\0") else _BINARY)
    try:
        encoding = detect_encoding(path, hints.is_utf8, hints.headers)
    except UnreadableFileError:
        if _is_binary(head.decode("latin-1")):
            raise _foreign(_BINARY) from None
        raise
    text = head.decode(encoding.codec, ESCAPE).lstrip("\ufeff").lstrip()
    if _is_binary(text):
        raise _foreign(_BINARY)
    if not text:
        raise _foreign("a file of nothing but white space")
    if _MARKUP.match(text):
        raise _foreign("an HTML or XML file")
    if are_json_lines(text):
        return JsonLinesReader(path, encoding, hints.is_utf8)
    if _DOCUMENT.match(text):
        return JsonDocumentReader(path, encoding, hints)
    return DelimitedReader(path, encoding, hints)


def _is_binary(text: str) -> bool:
    """Whether many characters are controls that no text has."""
    sample = text[: 64 * 1024]
    return len(_CONTROL.findall(sample)) > 0.02 * len(sample)


def _foreign(kind: str) -> UnreadableFileError:
    return UnreadableFileError(f"is {kind}; what is read is {FORMAT_NAMES}")
