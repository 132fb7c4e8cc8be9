"""Tells passages that an answer would hold from made-up ones, and says what is left of a text without them.

Two forests. One looks at the place before each unit: were two pieces put together there? The other looks at
the passage around each unit, and at what the first one found in it. Both learn from the rated answers and
from salads (salads.py), each seen through what other answers hold.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.growing import Binned, boosted
from scoring_udfs.rating.passages import Rows, joints, surroundings
from scoring_udfs.rating.runs import NOTHING_DOUBTFUL, Evidence, Limits, Rests, is_short, rests_of
from scoring_udfs.rating.seen import Seen
from scoring_udfs.rating.trees import Trees
from scoring_udfs.rating.units import Units

# Evidence against a unit that is as likely made up as genuine: none.
_DRIFT = 0.5
# Of a passage in pieces, one unit in so many begins a piece.
_PIECE = 8
_FEWEST_ANSWERS = 20
# A question with so many answers has limits of its own; among its own count so many answers to all questions.
_ENOUGH_FOR_LIMITS = 40
_COMMON = 20
_MOST_ROWS = 12_000
_MOST_PLACES = 12_000
_TREES = 100
_LEAF = 20
_STRIDE = 3
_FOLDS = 3
# Units that are judged at once.
_MOST_UNITS = 2000
_EVERYONE = -1  # no fold is left out

_T = TypeVar("_T")
Doubts = dict[str, list[Rests]]  # question → each of its answers


@dataclass(frozen=True)
class Case:
    """A text as others' answers show it; cases of one group are held out together.

    `made_up`: its units that are; `starts`: those before which two pieces were put together. A genuine answer
    has neither.
    """

    question: str
    text: Units
    places: Rows
    known: Rows
    group: int
    made_up: NDArray[np.bool_]
    starts: Ints
    plain: Case | None = None  # of a genuine answer: without its foreign passages, where it has any

    @classmethod
    def of(
        cls, question: str, text: Units, views: Sequence[Seen], group: int,
        made_up: NDArray[np.bool_] | None = None, starts: Ints | None = None,
    ) -> Case:  # fmt: skip
        """As one sees it who has these views."""
        places, known = joints(text, views)
        return cls(
            question, text, places, known, group,
            np.zeros(len(text), dtype=np.bool_) if made_up is None else made_up,
            np.empty(0, dtype=np.int64) if starts is None else starts,
        )  # fmt: skip

    @property
    def fold(self) -> int:
        """Which of the judge's folds it is in."""
        return self.group % _FOLDS


@dataclass(frozen=True)
class Readers:
    """The two forests."""

    joints: Trees
    odds: float  # of a joint, among what the first one learnt from
    passages: Trees

    def evidence(self, cases: Sequence[Case]) -> list[Evidence]:
        """What both say of some texts."""
        doubts = _doubts(self.joints, self.odds, cases)
        around = [surroundings(one.text, one.known, doubt) for one, doubt in zip(cases, doubts, strict=True)]
        return _evidence(self.passages, around, doubts)


@dataclass(frozen=True)
class Judge:
    """The readers, and how much evidence it takes."""

    readers: Readers
    limits: Limits  # of a question that is not in `by_question`
    by_question: dict[str, Limits]

    def rests(
        self, texts: Sequence[Units], views: Sequence[Sequence[Seen]], question: str = ""
    ) -> list[Rests]:
        """What is left of new texts without their doubtful passages; `views` runs in step with them."""
        limits = self.by_question.get(question, self.limits)
        found = [NOTHING_DOUBTFUL] * len(texts)
        for rows in _blocks(texts):
            cases = [Case.of(question, texts[row], views[row], 0) for row in rows]
            for row, evidence in zip(rows, self.readers.evidence(cases), strict=True):
                found[row] = rests_of(texts[row], evidence, limits)
        return found


def _blocks(texts: Sequence[Units]) -> Iterator[list[int]]:
    """Texts that are long enough to hold a passage, some at a time: a forest reads many rows faster than
    few, while what is known of them fits the processor's cache."""
    block: list[int] = []
    units = 0
    for row, text in enumerate(texts):
        if is_short(text):
            continue
        if block and units + len(text) > _MOST_UNITS:
            yield block
            block, units = [], 0
        block.append(row)
        units += len(text)
    if block:
        yield block


def learnt(
    genuine: Sequence[Case], made_up: Sequence[Case], seed: int, by_question: bool = True
) -> tuple[Judge | None, Doubts]:
    """The judge, and what it finds in the genuine answers when it has not seen them or their group.

    Limits are set by the same held-out evidence. None where there are too few answers to learn from.
    """
    questions = list(dict.fromkeys(one.question for one in genuine))
    if not _is_enough(genuine, made_up):
        return None, {
            name: [NOTHING_DOUBTFUL for one in genuine if one.question == name] for name in questions
        }
    evidence, readers = _cross_fitted(genuine, made_up, seed)
    most = np.array([one.most for one, _ in evidence])
    common = np.quantile(most, (np.arange(_COMMON) + 0.5) / _COMMON, axis=0)
    limits = Limits.of(most)
    own: dict[str, Limits] = {}
    doubts: Doubts = {}
    for name in questions:
        rows = [row for row, one in enumerate(genuine) if one.question == name]
        if by_question and len(rows) >= _ENOUGH_FOR_LIMITS:
            # A question that is answered with lists, formulas or code is judged by its own answers.
            own[name] = Limits.of(np.concatenate([most[rows], common]))
        judged = own.get(name, limits)
        doubts[name] = [_rests(genuine[row], evidence[row], judged) for row in rows]
    return Judge(readers, limits, own), doubts


def _rests(case: Case, evidence: tuple[Evidence, Evidence | None], limits: Limits) -> Rests:
    found = rests_of(case.text, evidence[0], limits)
    if case.plain is None or evidence[1] is None:
        return found
    return found.beside(case.plain.text, rests_of(case.plain.text, evidence[1], limits))


def _is_enough(genuine: Sequence[Case], made_up: Sequence[Case]) -> bool:
    """Whether there is something to learn from without any of the folds."""
    joined = [one for one in made_up if len(one.starts)]
    return len(genuine) >= _FEWEST_ANSWERS and all(
        _without(cases, fold) for cases in (genuine, joined) for fold in range(_FOLDS)
    )


def _cross_fitted(
    genuine: Sequence[Case], made_up: Sequence[Case], seed: int
) -> tuple[list[tuple[Evidence, Evidence | None]], Readers]:
    """The evidence in each genuine answer, and in it when plain, by readers that have not seen its fold;
    readers that saw all."""

    def first(fold: int) -> tuple[Trees, float]:
        real = np.concatenate([one.places for one in _without(genuine, fold)])
        fake = np.concatenate([one.places[one.starts] for one in _without(made_up, fold)])
        return _forest(real, fake, _MOST_PLACES, seed)

    firsts = _for_each_fold(first)
    doubts = [
        [found for one in cases for found in _doubts(*firsts[one.fold], [one])]
        for cases in (genuine, made_up)
    ]
    around = [
        [surroundings(one.text, one.known, doubt) for one, doubt in zip(cases, found, strict=True)]
        for cases, found in zip((genuine, made_up), doubts, strict=True)
    ]

    def second(fold: int) -> Trees:
        real = [rows for one, rows in zip(genuine, around[0], strict=True) if one.fold != fold]
        salads = [(one, rows) for one, rows in zip(made_up, around[1], strict=True) if one.fold != fold]
        # What stands beside a salad is genuine: so its edges are learnt.
        real += [rows[~one.made_up] for one, rows in salads]
        fake = [rows[one.made_up] for one, rows in salads]
        return _forest(np.concatenate(real), np.concatenate(fake), _MOST_ROWS, seed)[0]

    seconds = _for_each_fold(second)
    plain = {fold: Readers(*firsts[fold], seconds[fold]) for fold in range(_FOLDS)}
    evidence = [
        (
            _evidence(seconds[one.fold], [rows], [doubt])[0],
            plain[one.fold].evidence([one.plain])[0] if one.plain else None,
        )
        for one, rows, doubt in zip(genuine, around[0], doubts[0], strict=True)
    ]
    return evidence, Readers(*firsts[_EVERYONE], seconds[_EVERYONE])


def _for_each_fold(fitted: Callable[[int], _T]) -> dict[int, _T]:
    """Without each fold, and with all of them; growing trees leaves Python's lock alone."""
    folds = (*range(_FOLDS), _EVERYONE)
    with ThreadPoolExecutor(min(len(folds), os.cpu_count() or 1)) as pool:
        return dict(zip(folds, pool.map(fitted, folds), strict=True))


def _without(cases: Sequence[Case], fold: int) -> Sequence[Case]:
    return [one for one in cases if one.fold != fold]


def _doubts(forest: Trees, odds: float, cases: Sequence[Case]) -> list[Floats]:
    """Log odds that two pieces were put together before each unit."""
    found = _log_odds(forest.predict(_one_below_another([one.places for one in cases])), 0.003) - np.log(odds)
    return np.split(found, np.cumsum([len(one.places) for one in cases[:-1]]))


def _evidence(forest: Trees, around: Sequence[Rows], doubts: Sequence[Floats]) -> list[Evidence]:
    """Of passages, neighbours look alike: every third unit is judged, and speaks for the next two."""
    strided = [rows[::_STRIDE] for rows in around]
    judged = _log_odds(forest.predict(_one_below_another(strided)), 0.02) - _DRIFT
    by_text = np.split(judged, np.cumsum([len(rows) for rows in strided[:-1]]))
    return [
        Evidence(np.repeat(found, _STRIDE)[: len(rows)], np.log1p((np.exp(doubt) - 1) / _PIECE))
        for found, rows, doubt in zip(by_text, around, doubts, strict=True)
    ]


def _one_below_another(rows: Sequence[Rows]) -> Rows:
    return rows[0] if len(rows) == 1 else np.concatenate(rows)


def _log_odds(share: Floats, least: float) -> Floats:
    clipped = np.clip(share, least, 1 - least)
    return np.asarray(np.log(clipped / (1 - clipped)))


def _forest(genuine: Rows, made_up: Rows, most: int, seed: int) -> tuple[Trees, float]:
    """The share of made-up rows among rows like one, by trees; and their odds among all."""
    random = np.random.default_rng(seed)
    real, fake = _some(genuine, most, random), _some(made_up, most, random)
    target = np.concatenate([np.zeros(len(real)), np.ones(len(fake))])
    binned = Binned(sp.csr_matrix((len(target), 0)), np.concatenate([real, fake]))
    return boosted(binned, target, _TREES, 0.3, _LEAF, 5, 0.12, seed), len(fake) / len(real)


def _some(rows: Rows, most: int, random: np.random.Generator) -> Rows:
    """At most so many, evenly drawn."""
    if len(rows) <= most:
        return rows
    return rows[np.sort(random.choice(len(rows), most, replace=False))]
