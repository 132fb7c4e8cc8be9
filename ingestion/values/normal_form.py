"""Which texts need a closer look before they are in Unicode's normal form C: told from their bytes at once.

A text is in that form unless it holds a mark that combines, a character that combines with the one before it,
or one that the form replaces (UAX #15, section 9). Those lie in few ranges; outside them, where nearly all
text of the world is written, no text has to be looked at by itself.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

# First and last code points, all of which stay as they are whatever stands around them.
PLAIN_RANGES = (
    *((0x0000, 0x02FF), (0x0388, 0x0482), (0x048A, 0x0590), (0x2002, 0x20CF), (0x2190, 0x2328)),
    *((0x232B, 0x2ADB), (0x2ADD, 0x2CEE), (0x2E80, 0x3029), (0x3030, 0x3098), (0x309B, 0xA66E)),
    *((0xAC00, 0xD7A3), (0xE000, 0xF8FF), (0xFB50, 0xFE1F), (0xFE30, 0xFFFD)),
    # Emoji, and the rarer Chinese characters without the compatibility ones.
    *((0x1F000, 0x1FBFF), (0x20000, 0x2F7FF), (0x30000, 0x323AF)),
)


# Of the code points that three bytes of UTF-8 can name.
_IS_PLAIN = np.zeros(0x1_0000, dtype=bool)
for _start, _end in PLAIN_RANGES:
    _IS_PLAIN[_start : _end + 1] = True
_STARTS = np.array([start for start, _ in PLAIN_RANGES])
_ENDS = np.array([end for _, end in PLAIN_RANGES])
# So much stays in a core's cache.
_PIECE = 128 * 1024
# The first lead byte of all, of three and of four bytes; and those of U+4000 to U+9FFF: Chinese characters.
_FIRST_LEAD, _THREE, _FOUR = 0xC0, 0xE0, 0xF0
_CHINESE, _CHINESE_LEADS = 0xE4, 6


def odd_rows(texts: pa.Array) -> list[int]:
    """The rows (from 0) of N texts that may not be in normal form C; all others are."""
    count = len(texts)
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)[texts.offset : texts.offset + count + 1]
    start, end = int(offsets[0]), int(offsets[-1])
    if start == end:
        return []
    content = np.frombuffer(texts.buffers()[2], dtype=np.uint8)[start:end]
    places = np.concatenate([_places(content, piece) for piece in range(0, len(content), _PIECE)])
    odd = places[~_are_plain(content, places)] + start
    rows: list[int] = np.unique(np.searchsorted(offsets, odd, side="right") - 1).tolist()
    return rows


def _places(content: npt.NDArray[np.uint8], piece: int) -> npt.NDArray[np.int64]:
    """Where in a piece of the content characters begin that are neither ASCII nor surely Chinese."""
    some = content[piece : piece + _PIECE]
    # Less than nothing is more than 255: one comparison for both ends.
    is_asked = (some >= _FIRST_LEAD) & (some - np.uint8(_CHINESE) >= _CHINESE_LEADS)
    return np.flatnonzero(is_asked) + piece


def _are_plain(content: npt.NDArray[np.uint8], places: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
    """Whether the characters that begin at `places`, none of them of one byte, lie in the plain ranges."""
    leads = content.take(places).astype(np.uint16)
    second, third = (content.take(places + step, mode="clip").astype(np.uint16) & 0x3F for step in (1, 2))
    points = leads << 12 | second << 6 | third
    is_two = leads < _THREE
    if is_two.any():
        points = np.where(is_two, (leads & 0x1F) << 6 | second, points)
    plain: npt.NDArray[np.bool_] = _IS_PLAIN.take(points)
    four = np.flatnonzero(leads >= _FOUR)
    if len(four):
        high = (leads[four].astype(np.int64) & 0x07) << 18 | second[four].astype(np.int64) << 12
        last = content.take(places[four] + 3, mode="clip").astype(np.int64) & 0x3F
        rest = high | third[four].astype(np.int64) << 6 | last
        plain[four] = rest <= _ENDS[np.searchsorted(_STARTS, rest, side="right") - 1]
    return plain
