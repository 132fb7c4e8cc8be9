"""Which encoding a text file is in: a byte-order mark decides, then whether the bytes are UTF-8."""

from __future__ import annotations

import codecs
import re
from dataclasses import dataclass
from pathlib import Path

# Bytes that do not decode become lone surrogates: the row that holds one goes to the quarantine.
UNDECODABLE = re.compile("[\ud800-\udfff]")
_LINES_ASKED = 20_000
# The first byte of a character of three bytes or more, in a line that is UTF-8.
_THREE_BYTES = re.compile(rb"[\xe0-\xf4]")
_FEW = 9


@dataclass(frozen=True)
class Encoding:
    """A codec name, and how it is called in a message."""

    codec: str
    label: str


def detect_encoding(path: Path, is_utf8: bool) -> Encoding:
    """The encoding of a text file; `is_utf8` says that all of its bytes are UTF-8.

    Without a mark, a file of which some lines are not UTF-8 is GB18030 when most of its lines beyond ASCII
    are not: Chinese text in GB18030 is hardly ever valid UTF-8, a UTF-8 file with a damaged row mostly is.
    Characters of two bytes prove little: 女 in GB18030 is Ů in UTF-8. Where no line has a longer one, only
    few lines may be damaged, and not the first.
    """
    with path.open("rb") as file:
        head = file.read(4)
        if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
            return Encoding("utf-16", "UTF-16")
        if is_utf8 or head.startswith(codecs.BOM_UTF8):
            return Encoding("utf-8-sig", "UTF-8")
        file.seek(0)
        good = doubtful = bad = 0
        is_first_bad = False
        for number, line in enumerate(file):
            if line.isascii():
                continue
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                bad += 1
                is_first_bad |= number == 0
            else:
                proven = _THREE_BYTES.search(line) is not None
                good += proven
                doubtful += not proven
            if good + doubtful + bad >= _LINES_ASKED:
                break
    is_damaged_utf8 = good > bad if good else not is_first_bad and doubtful > _FEW * bad
    return Encoding("utf-8-sig", "UTF-8") if is_damaged_utf8 else Encoding("gb18030", "GB18030")
