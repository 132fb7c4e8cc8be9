"""The scale that the ratings of a question use: its ends, and its steps where it has any."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from scoring_udfs.rating.agreement import Floats

# Steps that people rate in, coarsest first: whole, half, quarter and tenth points.
_STEPS = (1.0, 0.5, 0.25, 0.1)
# Finer scales than this are treated as continuous.
_MOST_LEVELS = 41


@dataclass(frozen=True)
class Scale:
    """Lowest and highest rating seen, and the step between levels (None: continuous)."""

    lowest: float
    highest: float
    step: float | None

    @property
    def levels(self) -> Floats:
        """Every level, ascending; empty for a continuous scale."""
        if self.step is None:
            return np.empty(0, dtype=np.float64)
        count = round((self.highest - self.lowest) / self.step)
        return np.asarray(self.lowest + self.step * np.arange(count + 1), dtype=np.float64)

    def clip(self, values: Floats) -> Floats:
        """Nothing outside what was seen."""
        return np.clip(values, self.lowest, self.highest)

    def snap(self, values: Floats) -> Floats:
        """Clipped, and moved to the nearest level where there are levels (halves up)."""
        clipped = self.clip(values)
        if self.step is None or self.highest == self.lowest:
            return clipped
        nearest = np.floor((clipped - self.lowest) / self.step + 0.5)
        return self.clip(self.lowest + nearest * self.step)


def scale_of(ratings: Floats) -> Scale:
    """The coarsest scale that every rating lies on."""
    lowest, highest = float(ratings.min()), float(ratings.max())
    for step in _STEPS:
        units = (ratings - lowest) / step
        if np.abs(units - np.rint(units)).max() < 1e-6:
            if (highest - lowest) / step <= _MOST_LEVELS - 1:
                return Scale(lowest, highest, step)
            break
    return Scale(lowest, highest, None)
