"""Keyed BLAKE2b of each text (RFC 7693), four texts at a time in the lanes of vector registers.

The same digests as `hashlib.blake2b(text in UTF-8, key=key, digest_size=16)`, which takes as long for one
text as everything else that is done with it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from llvmlite import ir
from numba import types
from numba.extending import intrinsic

from scoring_udfs.code_points import Bytes, Flags, Offsets, Points
from scoring_udfs.compiled import compiled_lean

FINGERPRINT_BYTES = 16
MOST_KEY_BYTES = 64

Words = npt.NDArray[np.uint64]

_LANES = 4
_BLOCK_BYTES, _BLOCK_WORDS, _STATE_WORDS = 128, 16, 8
_HEX = FINGERPRINT_BYTES * 2
_ALL_ONES, _NONE = np.uint64(2**64 - 1), np.uint64(0)
# Bytes made at once of one text (the last characters may stand over), and characters at once.
_WINDOW_BYTES, _ENCODED_AT_ONCE = 2_048, 256
# Of a lane: the next character and the text's end, bytes of the window read and held, and whose digits
# these will be (negative: nobody's).
_AT, _END, _READ, _HELD, _PRINTS = range(5)
_LANE_PARTS = 5
# RFC 7693, sections 2.6 and 2.7.
_START = (
    *(0x6A09E667F3BCC908, 0xBB67AE8584CAA73B, 0x3C6EF372FE94F82B, 0xA54FF53A5F1D36F1),
    *(0x510E527FADE682D1, 0x9B05688C2B3E6C1F, 0x1F83D9ABFB41BD6B, 0x5BE0CD19137E2179),
)
_SIGMA = (
    (0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15),
    (14, 10, 4, 8, 9, 15, 13, 6, 1, 12, 0, 2, 11, 7, 5, 3),
    (11, 8, 12, 0, 5, 2, 15, 13, 10, 14, 3, 6, 7, 1, 9, 4),
    (7, 9, 3, 1, 13, 12, 11, 14, 2, 6, 5, 10, 4, 0, 15, 8),
    (9, 0, 5, 7, 2, 4, 10, 15, 14, 1, 11, 12, 6, 8, 3, 13),
    (2, 12, 6, 10, 0, 11, 8, 3, 4, 13, 7, 5, 15, 14, 1, 9),
    (12, 5, 1, 15, 14, 13, 4, 10, 0, 7, 6, 3, 9, 2, 8, 11),
    (13, 11, 7, 14, 12, 1, 3, 9, 5, 0, 15, 4, 8, 6, 2, 10),
    (6, 15, 14, 9, 11, 3, 0, 8, 12, 2, 13, 7, 1, 4, 10, 5),
    (10, 2, 8, 4, 7, 6, 1, 5, 15, 11, 9, 14, 3, 12, 13, 0),
)
_ROUNDS = 12
_COLUMNS_AND_DIAGONALS = (
    *((0, 4, 8, 12), (1, 5, 9, 13), (2, 6, 10, 14), (3, 7, 11, 15)),
    *((0, 5, 10, 15), (1, 6, 11, 12), (2, 7, 8, 13), (3, 4, 9, 14)),
)


def fingerprints(points: Points, offsets: Offsets, is_printed: Flags, key: bytes) -> pa.Array:
    """32 hex characters for each row `points[offsets[r]:offsets[r + 1]]` (not empty) to print, else null.

    `key`: up to 64 bytes.
    """
    room = _Room.new()
    start = np.array(_START, np.uint64)
    start[0] ^= np.uint64(0x01010000 ^ len(key) << 8 ^ FINGERPRINT_BYTES)
    if key:
        room.state[:] = start[:, np.newaxis]
        room.message[:] = np.frombuffer(key.ljust(_BLOCK_BYTES, b"\0"), "<u8")[:, np.newaxis]
        room.counts[:] = _BLOCK_BYTES
        _compress_once(room.state, room.message, room.counts, room.is_last)
        start = room.state[:, 0].copy()
    digits = np.empty(int(is_printed.sum()) * _HEX, np.uint8)
    _fill(points, offsets, is_printed, start, bool(key), room, digits)
    ends = np.zeros(len(is_printed) + 1, np.int32)
    np.cumsum(is_printed, out=ends[1:])
    ends *= _HEX
    present = pa.array(is_printed).buffers()[1]
    return pa.StringArray.from_buffers(len(is_printed), pa.py_buffer(ends), pa.py_buffer(digits), present)


class _Room(NamedTuple):
    """What the lanes work in: state, message, count and flag as `_compress` takes them; a window on the UTF-8
    of each lane's text, as bytes and as words; where each lane is; and UTF-8 character by character."""

    state: Words
    message: Words
    counts: Words
    is_last: Words
    window: npt.NDArray[np.uint8]
    words: Words
    lanes: npt.NDArray[np.int64]
    encoded: Points
    sizes: Bytes

    @classmethod
    def new(cls) -> _Room:
        """With all lanes idle."""
        window = np.zeros((_LANES, _WINDOW_BYTES + 4 * _ENCODED_AT_ONCE + _BLOCK_BYTES), np.uint8)
        lanes = np.zeros((_LANES, _LANE_PARTS), np.int64)
        lanes[:, _PRINTS] = -1
        return cls(
            np.zeros((_STATE_WORDS, _LANES), np.uint64),
            np.zeros((_BLOCK_WORDS, _LANES), np.uint64),
            np.zeros(_LANES, np.uint64),
            np.zeros(_LANES, np.uint64),
            window,
            window.view(np.uint64),
            lanes,
            np.zeros(_ENCODED_AT_ONCE, np.uint32),
            np.zeros(_ENCODED_AT_ONCE, np.uint8),
        )


def _compression(
    _: Any, state: Any, message: Any, counts: Any, is_last: Any
) -> tuple[Any, Callable[..., Any]]:
    """The compression function F in every lane: state (8, lanes), message (16, lanes), counts and all ones
    for the last block (lanes)."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        lanes = ir.VectorType(ir.IntType(64), _LANES)

        def place(argument: int, line: int) -> Any:
            array = context.make_array(signature.args[argument])(context, builder, arguments[argument])
            start = builder.bitcast(array.data, lanes.as_pointer())
            return builder.gep(start, [ir.Constant(ir.IntType(64), line)])

        def load(argument: int, line: int = 0) -> Any:
            return builder.load(place(argument, line), align=8)

        def every(value: int) -> Any:
            return ir.Constant(lanes, [value] * _LANES)

        def turned(value: Any, bits: int) -> Any:
            return builder.or_(builder.lshr(value, every(bits)), builder.shl(value, every(64 - bits)))

        before = [load(0, line) for line in range(_STATE_WORDS)]
        words = [load(1, line) for line in range(_BLOCK_WORDS)]
        v = [*before, *map(every, _START)]
        v[12], v[14] = builder.xor(v[12], load(2)), builder.xor(v[14], load(3))
        for number in range(_ROUNDS):
            order = iter(_SIGMA[number % len(_SIGMA)])
            for a, b, c, d in _COLUMNS_AND_DIAGONALS:
                for first_turn, second_turn in ((32, 24), (16, 63)):
                    v[a] = builder.add(builder.add(v[a], v[b]), words[next(order)])
                    v[d] = turned(builder.xor(v[d], v[a]), first_turn)
                    v[c] = builder.add(v[c], v[d])
                    v[b] = turned(builder.xor(v[b], v[c]), second_turn)
        for line in range(_STATE_WORDS):
            after = builder.xor(before[line], builder.xor(v[line], v[line + _STATE_WORDS]))
            builder.store(after, place(0, line), align=8)
        return context.get_dummy_value()

    return types.void(state, message, counts, is_last), generate


# In compiled code only, with arrays for arguments.
_compress: Any = intrinsic(_compression)


@compiled_lean
def _compress_once(state: Words, message: Words, counts: Words, is_last: Words) -> None:
    _compress(state, message, counts, is_last)


def _storing(_: Any, data: Any, at: Any, value: Any) -> tuple[Any, Callable[..., Any]]:
    """Writes the four bytes of a number at any place of an array of bytes."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        array = context.make_array(signature.args[0])(context, builder, arguments[0])
        place = builder.gep(array.data, [arguments[1]])
        builder.store(arguments[2], builder.bitcast(place, ir.IntType(32).as_pointer()), align=1)
        return context.get_dummy_value()

    return types.void(data, types.uint64, types.uint32), generate


_store: Any = intrinsic(_storing)


@compiled_lean
def _fill(
    points: Points,
    offsets: Offsets,
    is_printed: Flags,
    first: Words,
    has_key: bool,
    room: _Room,
    digits: Bytes,
) -> None:
    """Writes the digits of the rows to print, in order; a lane that is done takes the next row."""
    state, message, counts, is_last, window, words, lanes, encoded, sizes = room
    row = done = 0
    while True:
        busy = 0
        for lane in range(_LANES):
            if lanes[lane, _PRINTS] < 0:
                while row < len(is_printed) and not is_printed[row]:
                    row += 1
                if row == len(is_printed):
                    continue
                lanes[lane, _AT], lanes[lane, _END], lanes[lane, _PRINTS] = (
                    offsets[row],
                    offsets[row + 1],
                    done,
                )
                lanes[lane, _READ] = lanes[lane, _HELD] = 0
                counts[lane] = _BLOCK_BYTES if has_key else 0
                for line in range(_STATE_WORDS):
                    state[line, lane] = first[line]
                row += 1
                done += 1
            busy += 1
            if (
                lanes[lane, _HELD] - lanes[lane, _READ] <= _BLOCK_BYTES
                and lanes[lane, _AT] < lanes[lane, _END]
            ):
                _fill_window(points, window[lane], words[lane], lanes[lane], encoded, sizes)
            left = lanes[lane, _HELD] - lanes[lane, _READ]
            is_last[lane] = _ALL_ONES if left <= _BLOCK_BYTES else _NONE
            counts[lane] += np.uint64(min(left, _BLOCK_BYTES))
            word = lanes[lane, _READ] >> 3
            for line in range(_BLOCK_WORDS):
                message[line, lane] = words[lane, word + line]
            lanes[lane, _READ] += _BLOCK_BYTES
        if busy == 0:
            return
        _compress(state, message, counts, is_last)
        for lane in range(_LANES):
            if lanes[lane, _PRINTS] >= 0 and is_last[lane] != _NONE:
                _write_hex(state[0, lane], state[1, lane], digits[lanes[lane, _PRINTS] * _HEX :])
                lanes[lane, _PRINTS] = -1


@compiled_lean
def _fill_window(
    points: Points, window: Bytes, words: Words, lane: Offsets, encoded: Points, sizes: Bytes
) -> None:
    """Moves what is left to the window's beginning, adds UTF-8 while there is room, and zeros behind it."""
    left = lane[_HELD] - lane[_READ]
    for word in range((left + 7) >> 3):
        words[word] = words[(lane[_READ] >> 3) + word]
    used, end = np.uint64(left), np.uint64(_WINDOW_BYTES)
    while lane[_AT] < lane[_END] and used < end:
        count = min(lane[_END] - lane[_AT], _ENCODED_AT_ONCE)
        _encode(points[lane[_AT] : lane[_AT] + count], encoded, sizes)
        for at in range(count):
            _store(window, used, encoded[at])
            used += np.uint64(sizes[at])
        lane[_AT] += count
    lane[_READ], lane[_HELD] = 0, used
    # What the last block has beyond the text is zero.
    for place in range(np.int64(used), np.int64(used) + _BLOCK_BYTES):
        window[place] = 0


@compiled_lean
def _encode(text: Points, encoded: Points, sizes: Bytes) -> None:
    """The UTF-8 of each character as a number, first byte lowest, and how many bytes it has; by vectors."""
    six, eight, sixteen, rest = np.uint32(6), np.uint32(8), np.uint32(16), np.uint32(0x3F)
    for at in range(len(text)):
        point = text[at]
        last = np.uint32(0x80) | (point & rest)
        third = np.uint32(0x80) | ((point >> six) & rest)
        second = np.uint32(0x80) | ((point >> np.uint32(12)) & rest)
        two = np.uint32(0xC0) | (point >> six) | (last << eight)
        three = np.uint32(0xE0) | (point >> np.uint32(12)) | (third << eight) | (last << sixteen)
        four = np.uint32(0xF0) | (point >> np.uint32(18)) | (second << eight) | (third << sixteen)
        four |= last << np.uint32(24)
        is_one, is_two = point < np.uint32(0x80), point < np.uint32(0x800)
        is_three = point < np.uint32(0x10000)
        encoded[at] = point if is_one else (two if is_two else (three if is_three else four))
        sizes[at] = np.uint8(4) - np.uint8(is_one) - np.uint8(is_two) - np.uint8(is_three)


@compiled_lean
def _write_hex(low: np.uint64, high: np.uint64, digits: Bytes) -> None:
    for half in range(2):
        value = low if half == 0 else high
        for digit in range(FINGERPRINT_BYTES):
            # The first of a byte's two digits is its upper half.
            nibble = np.uint8(value >> np.uint64(4 * (digit ^ 1))) & np.uint8(15)
            digits[half * FINGERPRINT_BYTES + digit] = nibble + np.uint8(48 if nibble < np.uint8(10) else 87)
