"""The compiled way from UTF-8 to normalised code points, row by row, and back to where they came from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scoring_udfs.code_points import Bytes, Flags, Offsets, Points
from scoring_udfs.compiled import Whole, compiled_lean

Positions = npt.NDArray[np.int64]
Lines = npt.NDArray[np.int32]

# What became of a row; for the last two the results have too little room.
DONE, DAMAGED, SLOW, NO_POINTS, NO_EDITS = range(5)
# Characters done at once: with vector instructions, for which Numba's compiler wants 16. Every sum is cut
# back to its width at once: Numba widens it to 64 bits, of which the processor takes fewer together.
BLOCK = 16
_BLOCK = np.uint8(BLOCK)
# What may be done so, as `characters` has it (a test compares every code point). Chinese characters, marks
# (、 to 〠) and quotation marks (‘ to ‟) stay; full-width ASCII becomes ASCII, capitals become small.
_HAN, _HANS = np.uint16(0x3400), np.uint16(0xA000 - 0x3400)
_MARK, _MARKS = np.uint16(0x3001), np.uint16(0x3021 - 0x3001)
_QUOTE, _QUOTES = np.uint16(0x2018), np.uint16(0x2020 - 0x2018)
_WIDE, _WIDES, _NARROWING = np.uint16(0xFF01), np.uint16(0xFF5F - 0xFF01), np.uint16(0xFEE0)
_WIDE_A, _WIDE_SMALL, _WIDE_0 = np.uint16(0xFF21), np.uint16(0x20), np.uint16(0)
_BYTE_SPACE, _PRINTABLE = np.uint8(0x20), np.uint8(0x7F - 0x20)
_BYTE_A, _LETTERS, _SMALL, _BYTE_0 = np.uint8(0x41), np.uint8(26), np.uint8(0x20), np.uint8(0)

# Those of `characters`, which a kept compilation would not see change.
_EXPANDS, _IS_SLOW, _SPACE = np.uint32(0x110000), np.uint32(0xFFFFFFFF), np.uint32(0x20)
_BROKEN = np.uint32(0xFFFFFFFF)
# Unsigned numbers of one width: Numba makes doubles of mixed ones, and looks whether others are negative.
_0, _1, _2, _3, _4 = np.uint64(0), np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
_BLOCK_1, _BLOCK_3 = np.uint64(BLOCK), np.uint64(3 * BLOCK)
_NONE, _ASCII_END = np.uint32(0), np.uint32(0x80)
_UPPER_4, _LEADS_3 = np.uint32(0xF0), np.uint32(0xE0)


@compiled_lean
def normalise_rows(
    texts: tuple[Bytes, Offsets, Flags],
    table: tuple[Points, Points, Offsets],
    results: tuple[Points, Offsets, Positions, Positions, Offsets, Bytes],
    first_row: Whole,
) -> Whole:
    """Fills the results from a row on; gives the row for which there is no room in them.

    texts: bytes, offsets, which are null; table: as `characters.CharacterTable`; results: points, offsets,
    characters, edits, edit offsets, what became of each row (those not done are left empty).
    """
    data, offsets, is_null = texts
    points, new_offsets, characters, edits, edit_offsets, states = results
    for row in range(first_row, len(is_null)):
        used, edit, state = new_offsets[row], edit_offsets[row], DONE
        if not is_null[row]:
            begin, end = offsets[row], offsets[row + 1]
            used, edit, characters[row], state = _normalise(
                data, begin, end, table[0], table[1], table[2], points, used, edits, edit
            )
            states[row] = state
            if state in (NO_POINTS, NO_EDITS):
                return row
            if state != DONE:
                used, edit = new_offsets[row], edit_offsets[row]
        states[row] = state
        new_offsets[row + 1], edit_offsets[row + 1] = used, edit
    return len(is_null)


@compiled_lean
def _normalise(
    data: Bytes,
    begin: Whole,
    after: Whole,
    values: Points,
    expansions: Points,
    expansion_offsets: Offsets,
    made: Points,
    first: Whole,
    edits: Positions,
    edit: Whole,
) -> tuple[Whole, Whole, Whole, Whole]:
    """Writes the row `data[begin:after]` on from `made[first]`; gives where it ends, where its edits end, how
    many characters it had, and what became of it.

    Plain runs are done a block at a time, which may look, and write, behind the end; every other character
    goes through the table.
    """
    first_edit, state = edit, DONE
    at, end, size = np.uint64(begin), np.uint64(after), np.uint64(len(data))
    used, room, read = np.uint64(first), np.uint64(len(made)), np.uint64(0)
    last = _NONE
    if used + (end - at) + _BLOCK_1 > room:
        state = NO_POINTS
    while at < end and state == DONE:
        lead, got, length = np.uint32(data[at]), np.uint64(0), _1
        if lead < _ASCII_END:
            if at + _BLOCK_1 < size and (lead != _SPACE or last != _SPACE):
                got = min(plain_ascii(data[at:], made[used:]), end - at)
        elif (lead & _UPPER_4) == _LEADS_3 and at + _BLOCK_3 <= size:
            got, length = min(plain_of_three(data[at:], made[used:]), (end - at) // _3), _3
        if got == _BLOCK_1:
            # Said apart, with numbers known before: where to go on is guessed, and nothing is waited for.
            used += _BLOCK_1
            read += _BLOCK_1
            at += _BLOCK_3 if length == _3 else _BLOCK_1
            last = made[used - _1]
            continue
        if got != _0:
            used += got
            read += got
            at += got * length
            last = made[used - _1]
            continue
        point, length = _decode(data[at:end])
        if point == _BROKEN:
            state = DAMAGED
            continue
        value = values[point]
        if value < _EXPANDS and (value != _SPACE or last != _SPACE):
            made[used] = value
            used += _1
            last = value
        elif value == _IS_SLOW:
            state = SLOW
        elif edit == len(edits):
            state = NO_EDITS
        elif value == _SPACE:
            # One more of a run of white space, which the last edit may already be about.
            place, old = np.int64(used) - first, np.int64(read)
            if edit == first_edit or edits[edit - 1, 1] != place:
                edits[edit, 0], edits[edit, 1], edits[edit, 2] = place - 1, place, old - 1
                edit += 1
            edits[edit - 1, 3] = old + 1
        else:
            number = np.int64(value - _EXPANDS)
            pieces = np.uint64(expansion_offsets[number + 1] - expansion_offsets[number])
            if used + pieces + (end - at) + _BLOCK_1 > room:
                state = NO_POINTS
            else:
                place = np.int64(used) - first
                edits[edit, 0], edits[edit, 1] = place, place + np.int64(pieces)
                edits[edit, 2], edits[edit, 3] = read, read + _1
                edit += 1
                for piece in range(expansion_offsets[number], expansion_offsets[number + 1]):
                    made[used] = expansions[piece]
                    used += _1
                last = _NONE
        at += length
        read += _1
    return np.int64(used), edit, np.int64(read), state


@compiled_lean
def plain_ascii(data: Bytes, made: Points) -> np.uint64:
    """Writes 16 characters as if they were plain and of one byte; gives how many are before the first that is
    not: printable ASCII, and no space behind a space. The first is no space behind a space."""
    plain = _BLOCK
    for place in range(BLOCK):
        byte, after = data[place], data[place + 1]
        is_odd = np.uint8(byte - _BYTE_SPACE) >= _PRINTABLE
        plain = min(plain, np.uint8(place) if is_odd else _BLOCK)
        is_pair = (byte == _BYTE_SPACE) & (after == _BYTE_SPACE)
        plain = min(plain, np.uint8(place + 1) if is_pair else _BLOCK)
        is_upper = np.uint8(byte - _BYTE_A) < _LETTERS
        made[place] = byte | (_SMALL if is_upper else _BYTE_0)
    return np.uint64(plain)


@compiled_lean
def plain_of_three(data: Bytes, made: Points) -> np.uint64:
    """Writes 16 characters as if they were plain and of three bytes; gives how many are before the first that
    is not: a Chinese character or usual punctuation, which stay, or full-width ASCII."""
    plain = _BLOCK
    for place in range(BLOCK):
        first, second, third = data[3 * place], data[3 * place + 1], data[3 * place + 2]
        point = np.uint16(
            np.uint16(np.uint16(first) << np.uint16(12))
            | np.uint16(np.uint16(second & np.uint8(0x3F)) << np.uint16(6))
            | np.uint16(third & np.uint8(0x3F))
        )
        is_sound = (
            ((first & np.uint8(0xF0)) == np.uint8(0xE0))
            & ((second & np.uint8(0xC0)) == np.uint8(0x80))
            & ((third & np.uint8(0xC0)) == np.uint8(0x80))
        )
        is_wide = np.uint16(point - _WIDE) < _WIDES
        stays = (
            (np.uint16(point - _HAN) < _HANS)
            | (np.uint16(point - _MARK) < _MARKS)
            | (np.uint16(point - _QUOTE) < _QUOTES)
        )
        narrow = np.uint16(point - _NARROWING)
        narrow = np.uint16(narrow | (_WIDE_SMALL if np.uint16(point - _WIDE_A) < _LETTERS else _WIDE_0))
        made[place] = np.uint32(narrow if is_wide else point)
        plain = min(plain, _BLOCK if is_sound & (is_wide | stays) else np.uint8(place))
    return np.uint64(plain)


@compiled_lean
def _decode(data: Bytes) -> tuple[np.uint32, np.uint64]:
    """The character at the beginning of `data`, and how many bytes it has; `_BROKEN` where Python's decoder,
    surrogates let in, would object."""
    lead = np.uint32(data[0])
    point, length = lead, _1
    if (lead & _UPPER_4) == _LEADS_3:
        point, length = _of_three_bytes(data), _3
    elif lead >= _ASCII_END:
        point, length = _of_two_or_four_bytes(data), _2 if lead < np.uint32(0xE0) else _4
    return point, length


@compiled_lean
def _of_three_bytes(data: Bytes) -> np.uint32:
    """The character at the beginning of `data`, or `_BROKEN`."""
    point = _BROKEN
    if len(data) >= 3 and (data[1] & 0xC0) == 0x80 and (data[2] & 0xC0) == 0x80:
        point = np.uint32((data[0] & 0xF) << 12 | (data[1] & 0x3F) << 6 | (data[2] & 0x3F))
    return point if point >= np.uint32(0x800) else _BROKEN


@compiled_lean
def _of_two_or_four_bytes(data: Bytes) -> np.uint32:
    """The character at the beginning of `data`, or `_BROKEN`."""
    point = _BROKEN
    if 0xC2 <= data[0] < 0xE0 and len(data) >= 2 and (data[1] & 0xC0) == 0x80:
        point = np.uint32((data[0] & 0x1F) << 6 | (data[1] & 0x3F))
    elif 0xF0 <= data[0] < 0xF5 and len(data) >= 4:
        tail = (data[1] & 0x3F) << 12 | (data[2] & 0x3F) << 6 | (data[3] & 0x3F)
        is_sound = (data[1] & 0xC0) == 0x80 and (data[2] & 0xC0) == 0x80 and (data[3] & 0xC0) == 0x80
        whole = (data[0] & 7) << 18 | tail
        if is_sound and 0x10000 <= whole <= 0x10FFFF:
            point = np.uint32(whole)
    return point


@compiled_lean
def lead_back(edits: Positions, edit_offsets: Offsets, begins: Offsets, lines: Lines) -> None:
    """Makes spans of normalised rows spans of the originals (`NormalisedTexts.lead_back`)."""
    for row in range(len(begins) - 1):
        first, end = edit_offsets[row], edit_offsets[row + 1]
        if first == end:
            continue
        for line in range(begins[row], begins[row + 1]):
            for side in (1, 2):
                # Of the first character, and of the last one.
                position = lines[line, side] - (side - 1)
                # The last edit that begins at or before the position.
                low, high = first, end
                while low < high:
                    middle = (low + high) // 2
                    if edits[middle, 0] <= position:
                        low = middle + 1
                    else:
                        high = middle
                old = position
                if low > first:
                    if position < edits[low - 1, 1]:
                        # Of a changed stretch the start for a first character, the end for a last one.
                        old = edits[low - 1, 1 + side] - (side - 1)
                    else:
                        old = edits[low - 1, 3] + position - edits[low - 1, 1]
                lines[line, side] = old + (side - 1)
