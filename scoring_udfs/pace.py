"""Length and pace: characters or words, a minute, and how well that fits the band (scoring.md, section 2)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]

_CJK = ((0x3400, 0x4DBF), (0x4E00, 0x9FFF))
_DECIMALS = 9


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


def pace_scores(per_minute: Floats, langs: Sequence[str | None], bands: Mapping[str, PaceBand]) -> Floats:
    """h of pace a row by the band of its language; NaN without a band or without units a minute."""
    is_lang = {lang: np.array([given == lang for given in langs], dtype=np.bool_) for lang in bands}
    return banded_scores(per_minute, is_lang, bands)


def banded_scores(
    per_minute: Floats, is_lang: Mapping[str, npt.NDArray[np.bool_]], bands: Mapping[str, PaceBand]
) -> Floats:
    """As `pace_scores`; `is_lang` tells which rows are of a language."""
    h = np.full(len(per_minute), np.nan)
    for lang, rows in is_lang.items():
        h[rows] = bands[lang].score(per_minute[rows])
    return h


def count_cjk(texts: Sequence[str]) -> Integers:
    """CJK code points (U+3400–4DBF, U+4E00–9FFF) of each normalised text."""
    if not texts:
        return np.zeros(0, dtype=np.int64)
    # All texts in one pass; the line feed after each keeps empty ones apart and is not counted.
    codes = np.frombuffer("\n".join([*texts, ""]).encode("utf-32-le", "surrogatepass"), dtype="<u4")
    lengths = np.fromiter(map(len, texts), dtype=np.int64, count=len(texts))
    starts = np.cumsum(lengths + 1) - lengths - 1
    is_cjk = np.zeros(len(codes), dtype=np.bool_)
    for first, last in _CJK:
        # Unsigned: what lies below `first` wraps round to far above.
        is_cjk |= (codes - np.uint32(first)) <= last - first
    counts: Integers = np.add.reduceat(is_cjk, starts, dtype=np.int64)
    return counts


def units_per_minute(units: Floats, answer_seconds: Floats, pause_seconds: Floats) -> Floats:
    """units / minute of speech; NaN where answer_seconds − pause_seconds (NaN = 0) is not positive."""
    spoken = answer_seconds - np.where(np.isnan(pause_seconds), 0.0, pause_seconds)
    with np.errstate(invalid="ignore"):
        usable = np.isfinite(spoken) & (spoken > 0)
    pace = np.full(len(units), np.nan)
    with np.errstate(over="ignore"):
        np.divide(units * 60.0, spoken, out=pace, where=usable)
    pace[np.isinf(pace)] = np.nan  # a time too small to divide by is no time
    # 33.3 s − 3.3 s is 29.999999999999996 s in binary: what is exactly on a band's edge must stay there.
    rounded: Floats = np.round(pace, _DECIMALS)
    return rounded
