"""All texts of a fit, read once: units, references, and what the guard leaves of each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.rating.answers import Answers
from scoring_udfs.rating.features import features
from scoring_udfs.rating.guard import ColdGuard, Guard, fit_cold_guard, fit_guard
from scoring_udfs.rating.reference import Prepared, Rarity, prepared, rarity_of
from scoring_udfs.rating.salads import salads_of
from scoring_udfs.rating.seen import source_of
from scoring_udfs.rating.units import Hashes, Units, raw_units_of, units_of

# Of a question whose answers come with many different references, so many are kept.
MOST_REFERENCES = 8


@dataclass(frozen=True)
class References:
    """Reference answers, ready to be compared with, and as a source of genuine text; hashes only."""

    prepared: tuple[Prepared, ...]
    source: Hashes

    @classmethod
    def of(cls, texts: Sequence[Units], rarity: Rarity) -> References:
        """Of texts already cut into units."""
        return cls(tuple(prepared(text, rarity) for text in texts), source_of(texts))


@dataclass(frozen=True)
class Readings:
    """What predict needs to read a text as fit did."""

    guard: Guard
    cold_guard: ColdGuard  # for questions without a model of their own
    rarity: Rarity
    references: dict[str, References]  # of each question

    def given(self, references: Sequence[str]) -> References:
        """References that come with an answer."""
        return References.of([raw_units_of(text) for text in references[:MOST_REFERENCES]], self.rarity)

    def numbers(self, units: Sequence[Units], references: Sequence[References]) -> NDArray[np.float32]:
        """Texts × features.NAMES."""
        return features(units, [given.prepared for given in references], self.rarity)


@dataclass(frozen=True)
class Read:
    """The answers to one question as units: whole, and without doubtful parts (None where there are none)."""

    units: list[Units]
    cut: list[Units | None]  # by the guard of known questions
    cold: list[Units | None]  # by the guard of new questions

    @property
    def everything(self) -> list[Units]:
        """The whole answers, then the cut ones, then the coldly cut ones."""
        return [*self.units, *(one for one in (*self.cut, *self.cold) if one is not None)]

    @property
    def known(self) -> int:
        """How many of `everything` are whole answers or cut by the guard of known questions."""
        return len(self.units) + sum(one is not None for one in self.cut)

    @property
    def cold_rows(self) -> NDArray[np.int64]:
        """For each answer the row of `everything` that lacks its coldly doubtful parts."""
        is_cut = np.array([one is not None for one in self.cold], dtype=np.bool_)
        rows = np.arange(len(self.units))
        rows[is_cut] = self.known + np.arange(is_cut.sum())
        return rows


def read_corpus(by_question: dict[str, Answers], seed: int) -> tuple[dict[str, Read], Readings]:
    """Reads all rated answers; the guards judge each as if neither it nor its question had been seen."""
    units = {name: [units_of(text) for text in answers.text] for name, answers in by_question.items()}
    raw = {
        name: [raw_units_of(text) for text in _distinct_references(answers)]
        for name, answers in by_question.items()
    }
    rarity = rarity_of([[*units[name], *raw[name]] for name in by_question])
    references = {name: References.of(found, rarity) for name, found in raw.items()}
    salads = salads_of(units, seed)
    guard, cut = fit_guard(units, raw, salads, seed)
    sources = {name: given.source for name, given in references.items()}
    cold_guard, cold = fit_cold_guard(units, sources, salads, seed)
    read = {name: Read(found, cut[name], cold[name]) for name, found in units.items()}
    return read, Readings(guard, cold_guard, rarity, references)


def _distinct_references(answers: Answers) -> list[str]:
    return sorted({text for given in answers.references for text in given})[:MOST_REFERENCES]
