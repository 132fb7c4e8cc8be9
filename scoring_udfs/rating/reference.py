"""How an answer compares with reference answers: what it covers, what it adds, in what order."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.compiled import compiled
from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.seen import among
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

    def of(self, grams: Hashes) -> Floats:
        """One weight an n-gram."""
        if len(self.grams) == 0:
            return np.full(len(grams), self.unseen)
        at = np.minimum(np.searchsorted(self.grams, grams), len(self.grams) - 1)
        return np.where(self.grams[at] == grams, self.weight[at], self.unseen)


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
    starts = text.gap >= GAP_COMMA
    if len(starts):
        starts[0] = False
    item = np.cumsum(starts, dtype=np.int64)
    colons = np.flatnonzero((text.gap == GAP_COLON) & starts)
    tail = int(item[colons[0]]) if len(colons) and len(text) - colons[0] >= 3 else 0
    ranked = (np.sort(grams[0]), np.sort(grams[1]), np.sort(grams[2]))
    weights = (rarity.of(ranked[0]), rarity.of(ranked[1]), rarity.of(ranked[2]))
    worth = np.where(text.function, 0.05, rarity.of(grams[0]))
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
    found = np.zeros(len(NAMES) - _MEANS)
    for n in range(3):
        found[3 * n : 3 * n + 3] = _overlap(
            answer.ranked[n], answer.weights[n], reference.ranked[n], reference.weights[n]
        )
    covered = _held(reference, answer)
    worth = reference.worth
    found[9:14] = _by_item(covered, worth, reference.item, 0)[:5]
    found[14:19] = _by_item(covered, worth, reference.item, reference.tail)[:5]
    mean, _, _, least, _, strange, items = _by_item(_held(answer, reference), answer.worth, answer.item, 0)
    found[19:23] = mean, least, strange, strange / max(1, items)
    length, reference_length = len(answer.item), len(reference.item)
    common, longest = _common(answer.grams[0], reference.grams[0])
    items = int(reference.item[-1]) + 1 if reference_length else 0
    found[23] = common / max(1, reference_length)
    found[24] = common / max(1, length)
    found[25] = longest / max(1, reference_length)
    found[26] = longest / max(1, length)
    found[27] = min(length / max(1, reference_length), 3.0)
    found[28] = items
    found[29] = (int(answer.item[-1]) + 1 if length else 0) / max(1, items)
    found[30] = reference_length
    found[31] = answer.negations - reference.negations
    return found


def _held(text: Prepared, other: Prepared) -> NDArray[np.bool_]:
    """Which units of `text` the other one holds: a word as such, a CJK character with a neighbour."""
    alone = among(text.grams[0], other.ranked[0])
    pairs = among(text.grams[1], other.ranked[1])
    joined = np.zeros(len(alone), dtype=np.bool_)
    joined[:-1] |= pairs
    joined[1:] |= pairs
    return np.where(text.latin, alone, joined)


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
