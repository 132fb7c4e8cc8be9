"""Texts beside what is left of them without doubtful parts, which may lower a rating and never raises it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.runs import Rests
from scoring_udfs.rating.units import Units

Matrix = NDArray[np.float64]


@dataclass(frozen=True)
class Doubt:
    """Of so many texts, which stand before their rests: `owner` is the text of each rest, `weight` that of
    the doubt in what the rest lacks (runs.Rests)."""

    texts: int
    owner: Ints
    weight: Floats

    def take(self, rows: Ints) -> tuple[Doubt, Ints]:
        """The doubt of some texts (ascending), and the rows of these texts and of their rests."""
        mine = np.flatnonzero(np.isin(self.owner, rows))
        every = np.concatenate([rows, self.texts + mine])
        return Doubt(len(rows), np.searchsorted(rows, self.owner[mine]), self.weight[mine]), every

    def credited(self, predict: Callable[[Ints], Matrix], rows: Ints) -> tuple[Matrix, Matrix]:
        """Predictions for some whole texts (ascending), and what of them is credited.

        That is the least of a text and its rests, each of which lowers it by no more than its weight allows.
        `predict`: rows of texts and rests to rows × learners.
        """
        mine, every = self.take(rows)
        predicted = predict(every)
        whole = predicted[: len(rows)]
        least = whole.copy()
        of_rests = whole[mine.owner]
        of_rests += mine.weight[:, None] * (predicted[len(rows) :] - of_rests)
        np.minimum.at(least, mine.owner, of_rests)
        return whole, least


@dataclass(frozen=True)
class Variants:
    """Whole texts, then their rests."""

    texts: list[Units]
    doubt: Doubt

    @classmethod
    def of(cls, whole: Sequence[Units], rests: Sequence[Rests]) -> Variants:
        """One entry of `rests` a text."""
        owner = [row for row, found in enumerate(rests) for _ in found.texts]
        return cls(
            [*whole, *(one for found in rests for one in found.texts)],
            Doubt(
                len(whole),
                np.array(owner, dtype=np.int64),
                np.array([weight for found in rests for weight in found.weights]),
            ),
        )
