"""Tries a fitted question out on what a cheat would make of answers that its learners had not seen."""

from __future__ import annotations

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace

import numpy as np

from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.bowl import Bowl, Passage, Phrases
from scoring_udfs.rating.corpus import Readings
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.learners import fit_learners
from scoring_udfs.rating.question import Material, QuestionModel
from scoring_udfs.rating.report import Attack
from scoring_udfs.rating.units import (
    GAP_COMMA,
    GAP_NONE,
    GAP_SENTENCE,
    GAP_SPACE,
    Units,
    raw_units_of,
    units_of_kinds,
    without_repetitions,
)
from scoring_udfs.rating.variants import Variants

# So many answers are tried in all, and at least so many of a question.
_ANSWERS = 300
_FEWEST = 10
_KEY_WORDS = 12
_PIECES = 6
_PIECE = 8
_HELD_OUT = 0  # the fold that is tried

# Not what the guard learnt padding from (salads.py).
_FILLER = {
    "zh": "这个问题非常重要，值得我们认真思考。总而言之，我认为这是一个很好的问题。"
    "今天天气很好，我们一起去公园散步吧。",
    "en": "This is a very important question. In conclusion, I believe that it was good. "
    "We went for a walk in the park.",
}
NAMES = ("key_words", "glued", "strewn", "shuffled", "foreign", "filler", "pieces", "other_answer")


@dataclass(frozen=True)
class Tried:
    """One question: its model, what it was made of, and all answers to it and to others."""

    name: str
    model: QuestionModel
    material: Material
    units: Sequence[Units]
    strangers: Sequence[Units]


def attacks_of(tried: Sequence[Tried], readings: Readings, seed: int) -> tuple[Attack, ...]:
    """How much each attack changes the rating, over all questions.

    Learners are fitted anew without the answers that are tried; the guard has read them.
    """
    if not tried:
        return ()
    each = max(_FEWEST, _ANSWERS // len(tried))
    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:
        found = list(pool.map(lambda one: _changes(one, readings, each, seed), tried))
    changes = {name: np.concatenate([one[name] for one in found]) for name in NAMES}
    return tuple(
        Attack(name, len(change), float(change.mean()), float((change > 0).mean()))
        for name, change in changes.items()
        if len(change)
    )


def _changes(tried: Tried, readings: Readings, most: int, seed: int) -> dict[str, Floats]:
    """Attack → change of the rating of each answer that is tried."""
    material = tried.material
    train = np.flatnonzero(material.fold != _HELD_OUT)
    test = np.flatnonzero(material.fold == _HELD_OUT)[:most]
    learners = fit_learners(material.texts, train, material.ratings[train], seed)
    model = replace(tried.model, learners=learners)
    texts = [tried.units[row] for row in test]
    cheat = _Cheat.of(tried, train, np.random.default_rng([seed, len(tried.units)]))
    every = [*texts, *(without_repetitions(cheat.made(name, text)) for name in NAMES for text in texts)]
    variants = Variants.of(every, readings.guard.rests(every, tried.name))
    given = [readings.references[tried.name]] * len(variants.texts)
    ratings, _ = model.predict(variants, readings.numbers(variants.texts, given))
    plain, after = ratings[: len(texts)], ratings[len(texts) :].reshape(len(NAMES), len(texts))
    return dict(zip(NAMES, after - plain, strict=True))


@dataclass(frozen=True)
class _Cheat:
    """Somebody who has read the better answers, and answers to other questions."""

    bowl: Bowl
    strangers: Sequence[Units]
    random: np.random.Generator

    @classmethod
    def of(cls, tried: Tried, read: Ints, random: np.random.Generator) -> _Cheat:
        ratings = tried.material.ratings
        better = [tried.units[row] for row in read if ratings[row] >= np.median(ratings)]
        answers = [text for text in better if len(text)] or [raw_units_of("-")]
        return cls(Bowl(answers, Phrases.of(tried.units), random), tried.strangers, random)

    def made(self, name: str, text: Units) -> Units:
        """A text turned into what the attack of this name makes of it."""
        if name == "strewn":
            return self.bowl.strewn(text, _KEY_WORDS)
        if name == "key_words":
            return _joined(text, self.bowl.key_words(_KEY_WORDS, GAP_SPACE))
        if name == "glued":
            return _joined(text, self.bowl.key_words(_KEY_WORDS, GAP_NONE))
        if name == "shuffled":
            return _joined(text, self.bowl.shuffled())
        if name == "pieces":
            return _joined(text, self.bowl.snippets(_PIECES, _PIECE, _PIECE + 1, GAP_COMMA))
        return _joined(text, _sentences(self._fluent(name, text)))

    def _fluent(self, name: str, text: Units) -> Units:
        if name == "other_answer":
            return self.bowl.answer()
        if name == "foreign" and self.strangers:
            return self.strangers[int(self.random.integers(len(self.strangers)))]
        return raw_units_of(_FILLER["en" if 2 * int(text.latin.sum()) > len(text) else "zh"])


def _joined(text: Units, added: Passage) -> Units:
    return units_of_kinds([*text.kinds, *added.kinds], np.array([*text.gap, *added.gaps], dtype=np.uint8))


def _sentences(text: Units) -> Passage:
    return Passage(list(text.kinds), [GAP_SENTENCE, *text.gap[1:].tolist()], [0])
