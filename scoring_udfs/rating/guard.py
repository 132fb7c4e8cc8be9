"""Finds the parts of an answer that are not what an answer looks like: right words in no sentence.

Learnt from the rated answers themselves, whatever their rating: genuine passages against made-up ones
(salads.py). A passage is judged by how many of its neighbouring units were ever seen together, in answers to
this question and to any, by its function words, its pauses and its repetitions. So a question that is
answered with lists does not find lists doubtful. Doubtful parts may lower a rating and never raise it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scoring_udfs.rating.judge import Doubts, Genuine, Judge, cut, learnt
from scoring_udfs.rating.salads import Salad
from scoring_udfs.rating.seen import Seen, View, source_of, windows
from scoring_udfs.rating.units import FEWEST_SHARING, Hashes, Units

_NOTHING = Seen.of([], 1)


@dataclass(frozen=True)
class Guard:
    """For answers to questions with ratings: what all answers, and those to each question, have in common.

    Without a judge (too few answers to learn from) nothing is doubtful.
    """

    everywhere: Seen
    by_question: dict[str, Seen]
    judge: Judge | None

    def without_doubtful(self, text: Units, question: str) -> Units | None:
        """A new text without its doubtful passages; None where it has none."""
        if self.judge is None:
            return None
        return cut(text, self.judge.doubtful(text, self.views(question, None, None), question))

    def views(self, question: str, but: Hashes | None, but_here: Hashes | None) -> list[View]:
        """All answers, and those to the question."""
        return [View(self.everywhere, but), View(self.by_question[question], but_here)]


@dataclass(frozen=True)
class ColdGuard:
    """For answers to questions without ratings: what answers to other questions, and references, hold."""

    everywhere: Seen  # each question is a source
    judge: Judge | None

    def without_doubtful(self, text: Units, references: Hashes) -> Units | None:
        """As Guard's, for an answer to a question with these references (source_of)."""
        if self.judge is None:
            return None
        return cut(text, self.judge.doubtful(text, self.views(references, None)))

    def views(self, references: Hashes, but: Hashes | None) -> list[View]:
        """Answers to other questions, and the references of this one."""
        return [View(self.everywhere, but, references), View(_NOTHING, None, references)]


def fit_guard(
    questions: Mapping[str, Sequence[Units]],
    references: Mapping[str, Sequence[Units]],
    salads: Sequence[Salad],
    seed: int,
) -> tuple[Guard, Doubts]:
    """The guard, where each answer is a source and so is each reference; and its view of the answers."""
    sources = {
        name: [*(source_of([text]) for text in texts), *(source_of([text]) for text in references[name])]
        for name, texts in questions.items()
    }
    here = {name: Seen.of(found, FEWEST_SHARING) for name, found in sources.items()}
    guard = Guard(Seen.of([one for found in sources.values() for one in found], FEWEST_SHARING), here, None)
    genuine = [
        Genuine(name, text, windows(text, guard.views(name, own, own)), zlib.crc32(text.hash.tobytes()))
        for name, texts in questions.items()
        for text, own in zip(texts, sources[name], strict=False)  # the references come last
    ]
    made_up = []
    for salad in salads:
        # A passage of another question's answer is in that answer, which must not vouch for it.
        but = source_of([salad.taken_from]) if salad.taken_from is not None else None
        made_up.append(windows(salad.text, guard.views(salad.question, but, None))[salad.start :])
    judge, doubts = learnt(genuine, made_up, seed)
    return replace(guard, judge=judge), doubts


def fit_cold_guard(
    questions: Mapping[str, Sequence[Units]],
    references: Mapping[str, Hashes],
    salads: Sequence[Salad],
    seed: int,
) -> tuple[ColdGuard, Doubts]:
    """The guard, where each question is a source, left out for its own answers; and its view of them."""
    every = [source_of([text]) for texts in questions.values() for text in texts]
    shared = Seen.of(every, FEWEST_SHARING).grams
    own = {
        name: np.intersect1d(source_of(texts), shared, assume_unique=True)
        for name, texts in questions.items()
    }
    guard = ColdGuard(Seen.of(list(own.values()), 1), None)
    genuine = [
        Genuine(name, text, windows(text, guard.views(references[name], own[name])), number)
        for number, (name, texts) in enumerate(questions.items())
        for text in texts
    ]
    made_up = [
        windows(one.text, guard.views(references[one.question], own[one.question]))[one.start :]
        for one in salads
    ]
    judge, doubts = learnt(genuine, made_up, seed, by_question=False)
    return replace(guard, judge=judge), doubts
