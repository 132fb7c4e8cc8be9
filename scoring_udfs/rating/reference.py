"""How an answer compares with reference answers: what it covers, what it adds, in what order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.units import FEWEST_SHARING, GAP_COLON, GAP_COMMA, Hashes, Units

# Longer texts are compared by their first units only: aligning two of them takes time in the product.
_LONGEST_ALIGNED = 400

NAMES = (
    *(f"{what}_{n}" for n in (1, 2, 3) for what in ("recall", "precision", "f")),
    *(f"{what}_{part}" for part in ("items", "tail") for what in ("mean", "whole", "half", "least", "share")),
    "grounded_mean", "grounded_least", "strange_count", "strange_share",
    "common_recall", "common_precision", "longest_recall", "longest_precision",
    "length_ratio", "items", "items_ratio", "reference_length", "negations",
    "mean_f_1", "mean_f_2",
)  # fmt: skip
_MEANS = 2  # the last features are means over the references, the others are of the best one


@dataclass(frozen=True)
class Rarity:
    """How much an n-gram tells: rare ones weigh more. `grams` is sorted; others weigh `unseen`."""

    grams: Hashes
    weight: Floats
    unseen: float


def rarity_of(questions: Sequence[Sequence[Units]]) -> Rarity:
    """Weights by the share of questions whose texts hold an n-gram: log of its inverse, plus 0.2."""
    per_question = [
        np.unique(np.concatenate([grams for text in texts for grams in text.grams[:3]]))
        for texts in questions
        if texts
    ]
    count = len(per_question)
    if not count:
        return Rarity(np.empty(0, dtype=np.uint64), np.empty(0), 1.0)
    grams, held = np.unique(np.concatenate(per_question), return_counts=True)
    often = held >= FEWEST_SHARING
    weight = np.log((count + 1) / (held[often] + 0.5)) + 0.2
    return Rarity(grams[often], weight, float(np.log((count + 1) / 1.5) + 0.2))


@dataclass(frozen=True)
class Prepared:
    """A text ready to be compared: n-grams with their weights, and the item (list entry) of each unit."""

    grams: tuple[Hashes, Hashes, Hashes]
    ranked: tuple[Hashes, Hashes, Hashes]  # the same, sorted
    weights: tuple[Floats, Floats, Floats]  # of `ranked`
    worth: Floats  # of each unit; function words next to nothing
    item: NDArray[np.int64]
    tail: int  # the first item after a colon; 0 without one
    latin: NDArray[np.bool_]
    function: NDArray[np.bool_]
    negations: int


def prepared(text: Units, rarity: Rarity) -> Prepared:
    """A text cut at commas, colons and sentence ends."""
    if len(text) > _LONGEST_ALIGNED:
        text = text.keep(np.arange(len(text)) < _LONGEST_ALIGNED)
    grams = (text.grams[0], text.grams[1], text.grams[2])
    item, tail = _items(text.gap, GAP_COMMA, GAP_COLON)
    ranked, weights, worth = _ranked(grams, text.function, rarity.grams, rarity.weight, rarity.unseen)
    return Prepared(
        grams, ranked, weights, worth, item, tail, text.latin, text.function, int(text.negation.sum())
    )


def reference_features(answer: Prepared, references: Sequence[Prepared]) -> Floats:
    """One value a name of NAMES: of the reference that fits best; the last ones are means over all."""
    if not references:
        return np.zeros(len(NAMES))
    all_of_them = [_compared(answer, reference) for reference in references]
    best = max(all_of_them, key=lambda found: found[2] + found[5])
    means = np.mean([[found[2], found[5]] for found in all_of_them], axis=0)
    return np.concatenate([best, means])


def _compared(answer: Prepared, reference: Prepared) -> Floats:
    found: Floats = _comparison(
        answer.grams, answer.ranked, answer.weights, answer.worth, answer.item, answer.latin,
        reference.grams, reference.ranked, reference.weights, reference.worth, reference.item,
        reference.latin, reference.tail,
    )  # fmt: skip
    found[-1] = answer.negations - reference.negations
    return found


@compiled
def _comparison(  # type: ignore[no-untyped-def]
    grams, ranked, weights, worth, item, latin,
    given_grams, given_ranked, given_weights, given_worth, given_item, given_latin, tail,
):  # fmt: skip
    """NAMES without the means; the last entry is left 0."""
    found = np.zeros(32)
    for n in range(3):
        found[3 * n : 3 * n + 3] = _overlap(ranked[n], weights[n], given_ranked[n], given_weights[n])
    covered = _held(given_grams, given_latin, ranked)
    found[9], found[10], found[11], found[12], found[13], _, _ = _by_item(covered, given_worth, given_item, 0)
    found[14], found[15], found[16], found[17], found[18], _, _ = _by_item(
        covered, given_worth, given_item, tail
    )
    grounded = _held(grams, latin, given_ranked)
    found[19], _, _, found[20], _, strange, items = _by_item(grounded, worth, item, 0)
    found[21], found[22] = strange, strange / max(1, items)
    length, given_length = len(item), len(given_item)
    common, longest = _common(grams[0], given_grams[0])
    given_items = given_item[-1] + 1 if given_length else 0
    found[23] = common / max(1, given_length)
    found[24] = common / max(1, length)
    found[25] = longest / max(1, given_length)
    found[26] = longest / max(1, length)
    found[27] = min(length / max(1, given_length), 3.0)
    found[28] = given_items
    found[29] = (item[-1] + 1 if length else 0) / max(1, given_items)
    found[30] = given_length
    return found


@compiled
def _items(gap, comma, colon):  # type: ignore[no-untyped-def]
    """The list entry of each unit, and the first one after a colon that has three units or more behind it."""
    item = np.zeros(len(gap), dtype=np.int64)
    tail, at_colon = 0, -1
    for i in range(1, len(gap)):
        item[i] = item[i - 1] + (gap[i] >= comma)
        if at_colon < 0 and gap[i] == colon:
            at_colon = i
    if at_colon >= 0 and len(gap) - at_colon >= 3:
        tail = item[at_colon]
    return item, tail


@compiled
def _ranked(grams, function, known, weight, unseen):  # type: ignore[no-untyped-def]
    """The n-grams sorted, their weights, and the worth of each unit."""
    ranked = (np.sort(grams[0]), np.sort(grams[1]), np.sort(grams[2]))
    weights = (
        _weighed(ranked[0], known, weight, unseen),
        _weighed(ranked[1], known, weight, unseen),
        _weighed(ranked[2], known, weight, unseen),
    )
    worth = _weighed(grams[0], known, weight, unseen)
    for i in range(len(worth)):
        if function[i]:
            worth[i] = 0.05
    return ranked, weights, worth


@compiled
def _weighed(grams, known, weight, unseen):  # type: ignore[no-untyped-def]
    out = np.full(len(grams), unseen)
    for i in range(len(grams)):
        at = _at(grams[i], known)
        if at >= 0:
            out[i] = weight[at]
    return out


@compiled
def _at(gram, known):  # type: ignore[no-untyped-def]
    """Where an n-gram stands among sorted ones; -1 where it does not."""
    low, high = 0, len(known)
    while low < high:
        middle = (low + high) // 2
        if known[middle] < gram:
            low = middle + 1
        else:
            high = middle
    return low if low < len(known) and known[low] == gram else -1


@compiled
def _held(grams, latin, ranked):  # type: ignore[no-untyped-def]
    """Which units of a text the other one holds: a word as such, a CJK character with a neighbour."""
    count = len(latin)
    held = np.zeros(count, dtype=np.bool_)
    for i in range(count - 1):
        if _at(grams[1][i], ranked[1]) >= 0:
            held[i] = held[i + 1] = True
    for i in range(count):
        if latin[i]:
            held[i] = _at(grams[0][i], ranked[0]) >= 0
    return held


@compiled
def _by_item(held, worth, item, first):  # type: ignore[no-untyped-def]
    """Of the shares of each item that are held: mean, wholly, over half, least; of all; under half; items.

    Items before `first`, and those worth nothing, do not count.
    """
    whole = half = strange = items = 0
    total = all_held = all_worth = 0.0
    least = 1.0
    start = 0
    while start < len(item):
        end = start
        item_held = item_worth = 0.0
        while end < len(item) and item[end] == item[start]:
            item_worth += worth[end]
            if held[end]:
                item_held += worth[end]
            end += 1
        if item[start] >= first and item_worth > 0:
            share = item_held / item_worth
            items += 1
            total += share
            whole += share >= 0.99
            half += share > 0.5
            strange += share < 0.5
            least = min(least, share)
            all_held += item_held
            all_worth += item_worth
        start = end
    if items == 0:
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0, 0
    return total / items, whole / items, half / items, least, all_held / all_worth, strange, items


@compiled
def _overlap(left, left_weight, right, right_weight):  # type: ignore[no-untyped-def]
    """Weighted share of the distinct n-grams of right that left holds, the reverse, and their F; sorted."""
    i = j = 0
    common = left_total = right_total = 0.0
    while i < len(left) or j < len(right):
        take_left = j == len(right) or (i < len(left) and left[i] <= right[j])
        take_right = i == len(left) or (j < len(right) and right[j] <= left[i])
        if take_left and take_right:
            common += left_weight[i]
        if take_left:
            left_total += left_weight[i]
            gram = left[i]
            while i < len(left) and left[i] == gram:
                i += 1
        if take_right:
            right_total += right_weight[j]
            gram = right[j]
            while j < len(right) and right[j] == gram:
                j += 1
    out = np.zeros(3)
    if right_total > 0:
        out[0] = common / right_total
    if left_total > 0:
        out[1] = common / left_total
    if left_total + right_total > 0:
        out[2] = 2 * common / (left_total + right_total)
    return out


@compiled
def _common(left, right):  # type: ignore[no-untyped-def]
    """Lengths of the longest common subsequence and of the longest common run."""
    columns = len(right) + 1
    before = np.zeros(columns, dtype=np.int64)
    now = np.zeros(columns, dtype=np.int64)
    run_before = np.zeros(columns, dtype=np.int64)
    run = np.zeros(columns, dtype=np.int64)
    longest = 0
    for i in range(len(left)):
        for j in range(1, columns):
            if left[i] == right[j - 1]:
                now[j] = before[j - 1] + 1
                run[j] = run_before[j - 1] + 1
                longest = max(longest, run[j])
            else:
                now[j] = max(before[j], now[j - 1])
                run[j] = 0
        before, now = now, before
        run_before, run = run, run_before
    return before[-1], longest
