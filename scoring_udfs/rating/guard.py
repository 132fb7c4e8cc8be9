"""Finds the parts of an answer that are not what an answer looks like: right words in no sentence.

Learnt from the rated answers themselves, whatever their rating: genuine passages against made-up ones
(salads.py). A passage is judged by what other answers show of it (passages.py): answers to this question
and to any. So a question that is answered with lists does not find lists doubtful. Doubtful parts may lower
a rating and never raise it.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np

from scoring_udfs.rating.bowl import Phrases
from scoring_udfs.rating.foreign import without_foreign
from scoring_udfs.rating.joiners import without_joiners
from scoring_udfs.rating.judge import Case, Doubts, Judge, learnt
from scoring_udfs.rating.runs import NOTHING_DOUBTFUL, Rests
from scoring_udfs.rating.salads import Salad, salads_of
from scoring_udfs.rating.seen import Seen, Source
from scoring_udfs.rating.units import FEWEST_SHARING, Units

# Answers are looked at through what the other folds hold: as a new answer will be.
_FOLDS = 6
_SALADS = 4.0
_MOST_SALADS = 6000
Texts = Mapping[str, Sequence[Units]]


@dataclass(frozen=True)
class Guard:
    """What all answers, and those to each question, have in common; two judges.

    Without a judge (too few answers to learn from) nothing is doubtful.
    """

    everywhere: Seen
    by_question: dict[str, Seen]
    judge: Judge | None
    cold_judge: Judge | None  # for questions without ratings

    def rests(self, texts: Sequence[Units], question: str) -> list[Rests]:
        """What is left of new texts without their doubtful passages."""
        if self.judge is None:
            return [NOTHING_DOUBTFUL] * len(texts)
        here = self.by_question[question]
        plain = [without_foreign(text, here) for text in texts]
        padded = [row for row, text in enumerate(texts) if plain[row] is not text]
        every, listed = _with_lists([*texts, *(plain[row] for row in padded)])
        found = self.judge.rests(every, [(self.everywhere, here)] * len(every), question)
        found = _with_those_of_lists(found, listed)
        for row, of_plain in zip(padded, found[len(texts) :], strict=True):
            found[row] = found[row].beside(plain[row], of_plain)
        return found[: len(texts)]

    def cold_rests(self, texts: Sequence[Units], references: Sequence[Seen]) -> list[Rests]:
        """The same for answers to questions without ratings, each with its references (of_references)."""
        if self.cold_judge is None:
            return [NOTHING_DOUBTFUL] * len(texts)
        every, listed = _with_lists(texts)
        views = [(self.everywhere, references[row]) for row in (*range(len(texts)), *listed)]
        return _with_those_of_lists(self.cold_judge.rests(every, views), listed)


def _with_lists(texts: Sequence[Units]) -> tuple[list[Units], list[int]]:
    """Texts, then those with lists once more without what joins them; and which those are."""
    bare = [without_joiners(text) for text in texts]
    listed = [row for row, text in enumerate(texts) if bare[row] is not text]
    return [*texts, *(bare[row] for row in listed)], listed


def _with_those_of_lists(found: Sequence[Rests], listed: Sequence[int]) -> list[Rests]:
    """What is left of each text, also of it as a list: what `_with_lists` put behind goes to its text."""
    count = len(found) - len(listed)
    every = list(found[:count])
    for row, rests in zip(listed, found[count:], strict=True):
        every[row] = Rests((*every[row].texts, *rests.texts), (*every[row].weights, *rests.weights))
    return every


@dataclass(frozen=True)
class _Sources:
    answers: dict[str, list[Source]]
    references: dict[str, list[Source]]

    def everywhere(self, kept: Mapping[str, Sequence[bool]]) -> Seen:
        return Seen.of([one for name in self.answers for one in self._of(name, kept)], FEWEST_SHARING)

    def here(self, kept: Mapping[str, Sequence[bool]]) -> dict[str, Seen]:
        return {name: Seen.of(self._of(name, kept), FEWEST_SHARING) for name in self.answers}

    def _of(self, name: str, kept: Mapping[str, Sequence[bool]]) -> list[Source]:
        if name not in kept:
            return []
        own = [one for one, is_kept in zip(self.answers[name], kept[name], strict=True) if is_kept]
        return [*own, *self.references[name]]


def of_references(texts: Sequence[Units]) -> Seen:
    """A question's references as something seen; they are no secret of a person's."""
    return Seen.of([Source.of(text) for text in texts], 1)


def fit_guard(
    questions: Texts, references: Texts, seen: Mapping[str, Seen], seed: int, is_cold: bool
) -> tuple[Guard, Doubts, Doubts]:
    """The guard, and what its two judges find in the answers that they had not seen.

    `seen`: each question's references (of_references). The judge for new questions is only learnt where
    `is_cold`.
    """
    sources = _Sources(
        {name: [Source.of(text) for text in texts] for name, texts in questions.items()},
        {name: [Source.of(text) for text in references[name]] for name in questions},
    )
    everyone = {name: [True] * len(texts) for name, texts in questions.items()}
    phrases = {name: Phrases.of(texts) for name, texts in questions.items()}
    judge, doubts = learnt(*_warm(questions, sources, phrases, seed), seed)
    nothing: Doubts = {name: [NOTHING_DOUBTFUL] * len(texts) for name, texts in questions.items()}
    cold_judge, cold = None, nothing
    if is_cold:
        cold_judge, cold = learnt(
            *_cold(questions, references, sources, seen, phrases, seed), seed, by_question=False
        )
    return Guard(sources.everywhere(everyone), sources.here(everyone), judge, cold_judge), doubts, cold


def _warm(
    questions: Texts, sources: _Sources, phrases: Mapping[str, Phrases], seed: int
) -> tuple[list[Case], list[Case]]:
    """Genuine answers and salads, in folds of answers; equal answers share one."""
    folds = {
        name: [zlib.crc32(text.hash.tobytes()) % _FOLDS for text in texts]
        for name, texts in questions.items()
    }
    genuine: dict[tuple[str, int], Case] = {}
    made_up: list[Case] = []
    for fold in range(_FOLDS):
        others = {name: [one != fold for one in own] for name, own in folds.items()}
        everywhere, here = sources.everywhere(others), sources.here(others)
        known = {name: _where(texts, others[name], True) for name, texts in questions.items()}
        new = {name: _where(texts, others[name], False) for name, texts in questions.items()}
        for name, texts in questions.items():
            for row, text in enumerate(texts):
                if folds[name][row] == fold:
                    views = (everywhere, here[name])
                    case = Case.of(name, text, views, fold)
                    plain = without_foreign(text, here[name])
                    if plain is not text:
                        case = replace(case, plain=Case.of(name, plain, views, fold))
                    genuine[name, row] = case
        salads = salads_of(known, new, phrases, _each(questions), np.random.default_rng([seed, fold]))
        made_up += [_case(one, (everywhere, here[one.question]), fold) for one in salads]
    return [genuine[name, row] for name, texts in questions.items() for row in range(len(texts))], made_up


def _cold(
    questions: Texts,
    references: Texts,
    sources: _Sources,
    seen: Mapping[str, Seen],
    phrases: Mapping[str, Phrases],
    seed: int,
) -> tuple[list[Case], list[Case]]:
    """The same in folds of questions: others' answers are known, and of this one its references only."""
    fold_of = {name: number % _FOLDS for number, name in enumerate(questions)}
    genuine: dict[str, list[Case]] = {}
    made_up: list[Case] = []
    for fold in range(_FOLDS):
        others = {name: [True] * len(questions[name]) for name, own in fold_of.items() if own != fold}
        everywhere = sources.everywhere(others)
        new = {name: questions[name] for name, own in fold_of.items() if own == fold}
        for name, texts in new.items():
            genuine[name] = [Case.of(name, text, (everywhere, seen[name]), fold) for text in texts]
        known = {name: [*references[name], *texts] for name, texts in new.items()}
        salads = salads_of(known, new, phrases, _each(questions), np.random.default_rng([seed, fold]))
        made_up += [_case(one, (everywhere, seen[one.question]), fold) for one in salads]
    return [one for name in questions for one in genuine[name]], made_up


def _each(questions: Texts) -> float:
    return min(_SALADS, _MOST_SALADS / max(1, sum(map(len, questions.values()))))


def _case(salad: Salad, views: Sequence[Seen], fold: int) -> Case:
    return Case.of(salad.question, salad.text, views, fold, salad.made_up, salad.starts)


def _where(texts: Sequence[Units], marks: Sequence[bool], wanted: bool) -> list[Units]:
    return [text for text, mark in zip(texts, marks, strict=True) if mark == wanted]
