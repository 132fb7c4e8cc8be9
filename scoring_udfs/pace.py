"""Length and pace: characters or words, a minute, and how well that fits the band (scoring.md, section 2)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_CJK = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))
_LETTERS_AND_DIGITS = ((0x61, 0x7A), (0x30, 0x39))
_APOSTROPHE = 0x27


@dataclass(frozen=True)
class PaceBand:
    """Units a minute: full marks in [low, high], none at or beyond the outer limits, linear between."""

    outer_low: float
    low: float
    high: float
    outer_high: float

    def score(self, units_per_minute: Floats) -> Floats:
        """h in [0, 1] a row; NaN stays NaN."""
        h = np.ones(len(units_per_minute))
        for outside, distance, width in (
            (units_per_minute < self.low, units_per_minute - self.outer_low, self.low - self.outer_low),
            (units_per_minute > self.high, self.outer_high - units_per_minute, self.outer_high - self.high),
        ):
            h[outside] = np.maximum(distance[outside] / width, 0.0) if width > 0 else 0.0
        h[np.isnan(units_per_minute)] = np.nan
        return h


def count_units(texts: Sequence[str]) -> tuple[Integers, Integers]:
    """Of each normalised text: CJK code points (U+3400–4DBF, U+4E00–9FFF), and words ([a-z0-9']+)."""
    # One pass over all texts: the line feed between them is neither and ends a word.
    joined = "\n".join(texts) + "\n"
    codes = np.frombuffer(joined.encode("utf-32-le", "surrogatepass"), dtype="<u4")
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    ends = np.cumsum(lengths + 1)
    starts = ends - lengths - 1
    in_word = _within(codes, _LETTERS_AND_DIGITS) | (codes == _APOSTROPHE)
    word_starts = in_word.copy()
    word_starts[1:] &= ~in_word[:-1]
    return _count(_within(codes, _CJK), starts, ends), _count(word_starts, starts, ends)


def _within(codes: npt.NDArray[np.uint32], ranges: tuple[tuple[int, int], ...]) -> npt.NDArray[np.bool_]:
    found = np.zeros(len(codes), dtype=np.bool_)
    for first, last in ranges:
        found |= (codes >= first) & (codes <= last)
    return found


def _count(mask: npt.NDArray[np.bool_], starts: Integers, ends: Integers) -> Integers:
    running = np.concatenate(([0], np.cumsum(mask, dtype=np.int64)))
    counts: Integers = running[ends] - running[starts]
    return counts


def units_per_minute(units: Floats, answer_seconds: Floats, pause_seconds: Floats) -> Floats:
    """units / minute of speech; NaN where answer_seconds − pause_seconds (NaN = 0) is not positive."""
    spoken = answer_seconds - np.where(np.isnan(pause_seconds), 0.0, pause_seconds)
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(spoken) & (spoken > 0)
    pace = np.full(len(units), np.nan)
    np.divide(units * 60.0, spoken, out=pace, where=usable)
    return pace
