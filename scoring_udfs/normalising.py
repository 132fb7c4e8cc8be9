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
# Characters decoded at once: with vector instructions, for which Numba's compiler wants 16.
BLOCK = 16

# Those of `characters`, which a kept compilation would not see change.
_EXPANDS, _IS_SLOW, _SPACE = np.uint32(0x110000), np.uint32(0xFFFFFFFF), np.uint32(0x20)
_BROKEN = np.uint32(0xFFFFFFFF)
# Unsigned numbers of one width: Numba makes doubles of mixed ones, and looks whether others are negative.
_1, _2, _3, _4 = np.uint64(1), np.uint64(2), np.uint64(3), np.uint64(4)
_BLOCK_1, _BLOCK_3, _LAST_OF_3 = np.uint64(BLOCK), np.uint64(3 * BLOCK), np.uint64(3 * BLOCK - 3)


@compiled_lean
def normalise_rows(
    texts: tuple[Bytes, Offsets, Flags],
    table: tuple[Points, Points, Offsets],
    results: tuple[Points, Offsets, Positions, Positions, Offsets, Bytes],
    decoded: Points,
    first_row: Whole,
) -> Whole:
    """Fills the results from a row on; gives the row for which there is no room in them.

    texts: bytes, offsets, which are null; table: as `characters.CharacterTable`; results: points, offsets,
    characters, edits, edit offsets, what became of each row (those not done are left empty). `decoded`: room
    for the longest row and `BLOCK` more.
    """
    data, offsets, is_null = texts
    points, new_offsets, characters, edits, edit_offsets, states = results
    for row in range(first_row, len(is_null)):
        used, edit, state = new_offsets[row], edit_offsets[row], DONE
        if not is_null[row]:
            count = _decode(data[offsets[row] : offsets[row + 1]], decoded)
            if count < 0:
                state = DAMAGED
            else:
                characters[row] = count
                used, edit, state = _normalise(
                    decoded[:count], table[0], table[1], table[2], points, used, edits, edit
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
def _decode(data: Bytes, points: Points) -> Whole:
    """Code points of a row, as many as it gives; −1 where Python's decoder, surrogates let in, would object.

    Runs of characters of one byte, or of three, are decoded a block at a time.
    """
    at, end, used = np.uint64(0), np.uint64(len(data)), np.uint64(0)
    is_sound = True
    while at < end:
        first = np.uint32(data[at])
        if first < np.uint32(0x80):
            if at + _BLOCK_1 <= end and _ascii_block(data[at:], points[used:]):
                at += _BLOCK_1
                used += _BLOCK_1
                continue
            point, size = first, _1
        elif (first & np.uint32(0xF0)) == np.uint32(0xE0):
            if (
                at + _BLOCK_3 <= end
                and (data[at + _LAST_OF_3] & np.uint8(0xF0)) == np.uint8(0xE0)
                and _block_of_three_bytes(data[at:], points[used:])
            ):
                at += _BLOCK_3
                used += _BLOCK_1
                continue
            point, size = _of_three_bytes(data[at:]), _3
        else:
            point, size = _of_two_or_four_bytes(data[at:]), _2 if first < np.uint32(0xE0) else _4
        if point == _BROKEN:
            is_sound = False
            break
        points[used] = point
        at += size
        used += _1
    return np.int64(used) if is_sound else -1


@compiled_lean
def _normalise(
    text: Points,
    values: Points,
    expansions: Points,
    expansion_offsets: Offsets,
    made: Points,
    begin: Whole,
    edits: Positions,
    edit: Whole,
) -> tuple[Whole, Whole, Whole]:
    """Writes a row from `made[begin]` on; gives where it ends, where its edits end, and what became of it."""
    first_edit, state = edit, DONE
    used, end = np.uint64(begin), np.uint64(len(text))
    first, room = used, np.uint64(len(made))
    last = np.uint32(0)
    at = np.uint64(0)
    if used + end > room:
        state = NO_POINTS
    while at < end and state == DONE:
        value = values[text[at]]
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
            place = np.int64(used - first)
            if edit == first_edit or edits[edit - 1, 1] != place:
                edits[edit, 0], edits[edit, 1], edits[edit, 2] = place - 1, place, np.int64(at) - 1
                edit += 1
            edits[edit - 1, 3] = np.int64(at) + 1
        else:
            number = np.int64(value - _EXPANDS)
            size = np.uint64(expansion_offsets[number + 1] - expansion_offsets[number])
            if used + size + (end - at) > room:
                state = NO_POINTS
            else:
                edits[edit, 0], edits[edit, 1] = used - first, used - first + size
                edits[edit, 2], edits[edit, 3] = at, at + _1
                edit += 1
                for piece in range(expansion_offsets[number], expansion_offsets[number + 1]):
                    made[used] = expansions[piece]
                    used += _1
                last = np.uint32(0)
        at += _1
    return np.int64(used), edit, state


@compiled_lean
def _ascii_block(data: Bytes, points: Points) -> np.bool_:
    """Decodes 16 characters as if they were of one byte; tells whether they are."""
    together = np.uint8(0)
    for place in range(BLOCK):
        together |= data[place]
        points[place] = data[place]
    return together < np.uint8(0x80)


@compiled_lean
def _block_of_three_bytes(data: Bytes, points: Points) -> np.bool_:
    """Decodes 16 characters as if they were of three bytes; tells whether they are."""
    wrong, least = np.uint32(0), np.uint32(0xFFFFFFFF)
    for place in range(BLOCK):
        first, second, third = data[3 * place], data[3 * place + 1], data[3 * place + 2]
        wrong |= np.uint32((first & np.uint8(0xF0)) ^ np.uint8(0xE0))
        wrong |= np.uint32((second & np.uint8(0xC0)) ^ np.uint8(0x80))
        wrong |= np.uint32((third & np.uint8(0xC0)) ^ np.uint8(0x80))
        point = (
            (np.uint32(first & np.uint8(0x0F)) << np.uint32(12))
            | (np.uint32(second & np.uint8(0x3F)) << np.uint32(6))
            | np.uint32(third & np.uint8(0x3F))
        )
        least = min(least, point)
        points[place] = point
    return wrong == np.uint32(0) and least >= np.uint32(0x800)


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
