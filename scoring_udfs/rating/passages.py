"""What the place before each unit, and the passage around it, look like to somebody who read other answers.

A place where two pieces were put together is one where what was expected to follow does not follow, and
what follows is expected after something else. A passage is judged by how much of it was ever seen together,
by its function words, pauses and repetitions, and by how many such places it has.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.seen import Seen, Stream
from scoring_udfs.rating.units import Units

# Those of `units`, which a kept compilation would not see change.
GAP_SPACE, GAP_COMMA, GAP_SENTENCE = 1, 2, 4

WINDOWS = (10, 24, 50)
Rows = NDArray[np.float32]


def joints(text: Units, views: Sequence[Seen]) -> tuple[Rows, Rows]:
    """Units × features of the place before each unit, and units × what each view knows of the unit there."""
    stream = Stream.of(text)
    looked = np.concatenate([view.look(stream) for view in views])
    found: tuple[Rows, Rows] = _joints(looked, stream.at, text.function)
    return found


def surroundings(text: Units, known: Rows, doubt: Floats) -> Rows:
    """Units × features of the passages of WINDOWS units around each.

    `known`: from `joints`; `doubt`: log odds that two pieces were put together before the unit.
    """
    found: Rows = _surroundings(
        known, doubt, text.hash, text.gap, text.function, text.latin, np.array(WINDOWS, dtype=np.int64)
    )
    return found


@compiled
def _joints(looked, at_token, is_function):  # type: ignore[no-untyped-def]
    """`looked`: twelve rows a view (seen.Seen.look), columns are tokens; each unit stands at a token."""
    views, tokens = len(looked) // 12, looked.shape[1]
    columns = 36 * views + 7
    out = np.zeros((len(at_token), columns), dtype=np.float32)
    known = np.zeros((len(at_token), 5 * views), dtype=np.float32)
    pauses = np.ones(tokens, dtype=np.bool_)
    function = np.zeros(tokens, dtype=np.bool_)
    for unit in range(len(at_token)):
        pauses[at_token[unit]] = False
        function[at_token[unit]] = is_function[unit]
    logs = np.log1p(looked)
    # Beyond either end of the text nothing is known.
    counts = np.zeros((12 * views, tokens + 8))
    counts[:, 4 : tokens + 4] = looked
    wide = np.zeros((12 * views, tokens + 8))
    wide[:, 4 : tokens + 4] = logs
    since = unit = 0
    for token in range(tokens):
        if pauses[token]:
            since = 0
            continue
        i = token + 4
        row = out[unit]
        for view in range(views):
            base, to = 12 * view, 36 * view
            pair, three, four = base + 3, base + 6, base + 9
            known[unit, 5 * view] = counts[base, i] > 0
            known[unit, 5 * view + 1] = counts[pair, i] > 0
            known[unit, 5 * view + 2] = min(wide[pair, i], 2.0)
            known[unit, 5 * view + 3] = counts[three, i] > 0
            known[unit, 5 * view + 4] = counts[four, i] > 0
            row[to] = wide[base, i]
            row[to + 1] = wide[base, i - 1]
            # Runs across the place.
            row[to + 2] = wide[pair, i]
            row[to + 3] = wide[three, i]
            row[to + 4] = wide[three, i + 1]
            row[to + 5] = wide[four, i]
            row[to + 6] = wide[four, i + 1]
            row[to + 7] = wide[four, i + 2]
            for length in range(3):
                at, left, right = to + 8 + 6 * length, base + 3 * length, i + length
                # What ended here, and what usually goes on; what begins here, and what usually goes before.
                row[at] = wide[left, i - 1]
                row[at + 1] = counts[left + 1, i - 1] / (counts[left, i - 1] + 1)
                row[at + 2] = wide[left, right]
                row[at + 3] = counts[left + 2, right] / (counts[left, right] + 1)
                row[at + 4] = wide[left + 1, i - 1] - wide[left + 3, i]
                row[at + 5] = wide[left + 2, right] - wide[left + 3, right]
            row[to + 26] = wide[pair, i - 1]
            row[to + 27] = wide[pair, i - 2]
            row[to + 28] = wide[pair, i + 1]
            row[to + 29] = wide[pair, i + 2]
            for length in range(3):
                row[to + 30 + 2 * length] = wide[base + 3 * length + 1, i - 1]
                row[to + 31 + 2 * length] = wide[base + 3 * length + 2, i + length]
        at = 36 * views
        for offset in range(2):
            row[at + offset] = token - 1 - offset < 0 or pauses[token - 1 - offset]
            row[at + 2 + offset] = token + 1 + offset >= tokens or pauses[token + 1 + offset]
        row[at + 4] = function[token]
        row[at + 5] = token > 0 and function[token - 1]
        row[at + 6] = min(since, 40)
        since += 1
        unit += 1
    return out, known


@compiled
def _surroundings(known, doubt, units, gap, function, latin, sizes):  # type: ignore[no-untyped-def]
    length, seen = known.shape
    columns = seen + 13
    sums = np.zeros((length + 1, columns))  # over the units before each, so that a window is a difference
    runs, clauses = _runs(function, gap)
    for i in range(length):
        sums[i + 1] = sums[i]
        own = sums[i + 1]
        for column in range(seen):
            own[column] += known[i, column]
        own = own[seen:]
        again = pair_again = False
        for j in range(i - 1, max(-1, i - 201), -1):
            if units[j] == units[i]:
                again = True
                if j > 0 and units[j - 1] == units[i - 1]:
                    pair_again = True
                    break
        start = i == 0 or gap[i] == GAP_SENTENCE
        own[0] += pair_again
        own[1] += again and not function[i]
        own[2] += function[i]
        own[3] += gap[i] == GAP_SPACE and not latin[i]
        own[4] += gap[i] >= GAP_COMMA and not start
        own[5] += start
        own[6] += latin[i]
        own[7] += runs[i]
        own[8] += clauses[i]
        own[9] += np.log1p((np.exp(doubt[i]) - 1) / 8)
        own[10] += max(doubt[i], -3.0)
        own[11] += doubt[i] > 0
        own[12] += doubt[i] > 1.5
    out = np.empty((length, columns * len(sizes)), dtype=np.float32)
    for number in range(len(sizes)):
        size = sizes[number]
        for i in range(length):
            left = max(0, min(i - size // 2, length - size))
            right = min(length, left + size)
            for column in range(columns):
                whole = sums[right, column] - sums[left, column]
                out[i, number * columns + column] = whole / (right - left)
    return out


@compiled
def _runs(function, gap):  # type: ignore[no-untyped-def]
    """For each unit the length of the run without a function word, and the log length of its clause."""
    length = len(function)
    runs, clauses = np.zeros(length), np.zeros(length)
    start = begin = 0
    for i in range(length + 1):
        if i == length or function[i]:
            runs[start:i] = min(i - start, 30)
            start = i + 1
        if i == length or (i > 0 and gap[i] >= GAP_COMMA):
            clauses[begin:i] = np.log1p(i - begin)
            begin = i
    return runs, clauses
