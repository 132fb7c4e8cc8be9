"""Which encoding a text file is in: a byte-order mark decides, then the bytes; never a guess that garbles."""

from __future__ import annotations

import codecs
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path

from ingestion.readers.batch import HeaderKnower, UnreadableFileError
from ingestion.readers.chinese_bytes import Evidence

# Bytes that do not decode become lone surrogates: the row that holds one goes to the quarantine.
UNDECODABLE = re.compile("[\ud800-\udfff]")
ESCAPE = "scorehouse.escape"
_LINES_ASKED = 20_000
_LONGEST_LINE_ASKED = 1024 * 1024
# The first byte of a character of three bytes or more, in a line that is UTF-8.
_THREE_BYTES = re.compile(rb"[\xe0-\xf4]")
_FEW = 9
_HEAD = 64 * 1024
_CELL = re.compile("[^,\t;|^\x01\r\n\"']+")


@dataclass(frozen=True)
class Encoding:
    """A codec name, and how it is called in a message."""

    codec: str
    label: str


UTF_8 = Encoding("utf-8-sig", "UTF-8")
_GB18030 = Encoding("gb18030", "GB18030")
_MARKS = (
    (codecs.BOM_UTF32_LE, Encoding("utf-32", "UTF-32")),
    (codecs.BOM_UTF32_BE, Encoding("utf-32", "UTF-32")),
    (codecs.BOM_UTF16_LE, Encoding("utf-16-le", "UTF-16")),
    (codecs.BOM_UTF16_BE, Encoding("utf-16-be", "UTF-16")),
    (codecs.BOM_UTF8, UTF_8),
    (b"\x84\x31\x95\x33", _GB18030),
)
# Without a mark: which byte of each character of the Latin letters, digits and separators is not zero.
_UNMARKED = (
    (4, 0, Encoding("utf-32-le", "UTF-32")),
    (4, 3, Encoding("utf-32-be", "UTF-32")),
    (2, 0, Encoding("utf-16-le", "UTF-16")),
    (2, 1, Encoding("utf-16-be", "UTF-16")),
)


def escape(error: UnicodeError) -> tuple[str, int]:
    """Undecodable bytes as lone surrogates, those below 0x80 as well, which `surrogateescape` refuses."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "".join(chr(0xDC00 + byte) for byte in error.object[error.start : error.end]), error.end


codecs.register_error(ESCAPE, escape)


def detect_encoding(path: Path, is_utf8: bool, headers: HeaderKnower | None = None) -> Encoding:
    """The encoding of a text file; `is_utf8` says that all of its bytes are UTF-8.

    Without a mark, a file that is not UTF-8 is GB18030 when its header row names known columns in it, or when
    its bytes are what Chinese text in GB18030 looks like; a UTF-8 file with damaged rows mostly is UTF-8.
    Raises `UnreadableFileError` for every other encoding: a wrong guess would be worse.
    """
    with path.open("rb") as file:
        head = file.read(_HEAD)
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    # The beginning alone as well: a lost byte further on turns all that follows around.
    parts = (head, head[:1024], head[:128]) if b"\0" in head else ()
    wide = next((found for part in parts if (found := _without_mark(part))), None)
    if wide is not None or is_utf8:
        return wide or UTF_8
    if headers is not None and _names_columns(head, headers):
        return _GB18030
    good, doubtful, ascii_lines, bad, is_first_bad = _lines(path)
    # Characters of two bytes prove little: 女 in GB18030 is Ů in UTF-8. Where no line has a longer one, only
    # few lines may be damaged, and not the first.
    if good > len(bad) if good else not is_first_bad and doubtful > _FEW * len(bad):
        return UTF_8
    other = Evidence.of(bad).other_encoding
    if other is None:
        return _GB18030
    if _FEW * len(bad) < ascii_lines + good + doubtful and not is_first_bad:
        return UTF_8
    raise UnreadableFileError(
        f"is text in another encoding than UTF-8, UTF-16, UTF-32 and GB18030 ({other}); save it as UTF-8"
    )


def _lines(path: Path) -> tuple[int, int, int, list[bytes], bool]:
    """Lines that are surely UTF-8, may be, are ASCII; those that are not, and whether the first is one."""
    good = doubtful = ascii_lines = 0
    bad: list[bytes] = []
    is_first_bad = False
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST_LINE_ASKED), b"")):
            if line.isascii():
                ascii_lines += 1
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                bad.append(line[:_HEAD])
                is_first_bad |= number == 0
            else:
                proven = _THREE_BYTES.search(line) is not None
                good += proven
                doubtful += not proven
            if good + doubtful + len(bad) >= _LINES_ASKED:
                break
    return good, doubtful, ascii_lines, bad, is_first_bad


def _without_mark(head: bytes) -> Encoding | None:
    """UTF-16 or UTF-32 by the zero bytes that Latin letters, digits, separators and line ends have there."""
    for size, place, encoding in _UNMARKED:
        part = head[: len(head) // size * size]
        units = len(part) // size
        if not units:
            continue
        zeros = [part[at::size].count(0) for at in range(size)]
        quiet = zeros.pop(place)
        # In UTF-32 every character has zeros; in UTF-16 those of separators and line ends must be enough.
        needed = 0.9 if size == 4 else 0.02
        present = min(sorted(zeros)[-2:]) if size == 4 else zeros[0]
        if present >= needed * units and quiet <= present * 0.05 and _reads_well(part, encoding.codec):
            return encoding
    return None


def _reads_well(part: bytes, codec: str) -> bool:
    """Whether nearly every character is one that texts have."""
    text = part.decode(codec, "replace")
    odd = sum(
        character == "\ufffd"
        or unicodedata.category(character) in ("Cn", "Co", "Cs")
        or (character < " " and character not in "\t\r\n\x0b\x0c\x1a\0")
        for character in text[:4096]
    )
    return odd <= 0.02 * len(text[:4096])


def _names_columns(head: bytes, headers: HeaderKnower) -> bool:
    """Whether a cell of the first lines is, in GB18030, a known header that is not plain ASCII."""
    lines = [line for line in re.split(rb"[\r\n]+", head) if line][:20]
    for line in lines:
        try:
            text = line.decode("gb18030")
        except UnicodeDecodeError:
            continue
        for cell in _CELL.findall(text):
            if not cell.isascii() and headers.find(cell.strip()) is not None:
                return True
    return False
