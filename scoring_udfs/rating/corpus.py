"""All texts of a fit, read once: units, references, and what the guard leaves of each answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from scoring_udfs.rating.answers import Answers
from scoring_udfs.rating.features import features
from scoring_udfs.rating.guard import Guard, fit_guard, of_references
from scoring_udfs.rating.openings import openings_of, without_openings
from scoring_udfs.rating.reference import Prepared, Rarity, prepared, rarity_of
from scoring_udfs.rating.runs import Rests
from scoring_udfs.rating.seen import Seen
from scoring_udfs.rating.units import Hashes, Units, raw_units_of, units_of

# Of a question whose answers come with many different references, so many are kept.
MOST_REFERENCES = 8
# With so many questions that have references a model pooled over questions can be learnt.
FEWEST_QUESTIONS = 10


@dataclass(frozen=True)
class References:
    """Reference answers, ready to be compared with, and as a source of genuine text; hashes only."""

    prepared: tuple[Prepared, ...]
    seen: Seen
    openings: Hashes  # what names the question (openings.py)

    @classmethod
    def of(cls, texts: Sequence[Units], rarity: Rarity) -> References:
        """Of texts already cut into units."""
        openings = openings_of(texts)
        plain = [without_openings(text, openings) for text in texts]
        return cls(tuple(prepared(text, rarity) for text in plain), of_references(texts), openings)


@dataclass(frozen=True)
class Readings:
    """What predict needs to read a text as fit did."""

    guard: Guard
    rarity: Rarity
    references: dict[str, References]  # of each question

    def given(self, references: Sequence[str]) -> References:
        """References that come with an answer."""
        return References.of([raw_units_of(text) for text in references[:MOST_REFERENCES]], self.rarity)

    def numbers(self, units: Sequence[Units], references: Sequence[References]) -> NDArray[np.float32]:
        """Texts × features.NAMES."""
        return features(
            units,
            [given.prepared for given in references],
            self.rarity,
            [given.openings for given in references],
        )


@dataclass(frozen=True)
class Read:
    """The answers to one question as units: whole, and what is left without doubtful parts (judge.Rests)."""

    units: list[Units]
    rests: list[Rests]  # by the judge of known questions
    cold: list[Rests]  # by the judge of new questions


def read_corpus(by_question: dict[str, Answers], seed: int) -> tuple[dict[str, Read], Readings]:
    """Reads all rated answers; the guards judge each as if neither it nor its question had been seen."""
    units = {name: [units_of(text) for text in answers.text] for name, answers in by_question.items()}
    raw = {
        name: [raw_units_of(text) for text in _distinct_references(answers)]
        for name, answers in by_question.items()
    }
    rarity = rarity_of([[*units[name], *raw[name]] for name in by_question])
    references = {name: References.of(found, rarity) for name, found in raw.items()}
    seen = {name: given.seen for name, given in references.items()}
    is_cold = sum(bool(found) for found in raw.values()) >= FEWEST_QUESTIONS
    guard, rests, cold = fit_guard(units, raw, seen, seed, is_cold)
    read = {name: Read(found, rests[name], cold[name]) for name, found in units.items()}
    return read, Readings(guard, rarity, references)


def _distinct_references(answers: Answers) -> list[str]:
    return sorted({text for given in answers.references for text in given})[:MOST_REFERENCES]
