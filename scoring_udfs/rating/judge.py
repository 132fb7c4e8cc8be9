"""Tells passages that an answer would hold from made-up ones, and says which to leave out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from scoring_udfs.rating.agreement import Floats
from scoring_udfs.rating.folds import Ints
from scoring_udfs.rating.growing import Binned, boosted
from scoring_udfs.rating.seen import View, windows
from scoring_udfs.rating.trees import Trees
from scoring_udfs.rating.units import GAP_SENTENCE, Units

# Shorter passages are spared: a slip of the tongue, a list of three. A word counts as much as 1.6 characters.
_SHORTEST_PASSAGE = 16.0
_WORD = 1.6
# A passage reaches as far as units look stranger than this share of genuine ones …
_REACH = 0.2
# … is doubtful when so many of its units look stranger than this share …
_CORE = 0.04
_CORE_UNITS = 5
# … bridges so many units between two such runs, and takes in a sentence of which it holds this share.
_GAP = 4
_MOST = 0.6
_FEWEST_ANSWERS = 20
_MOST_WINDOWS = 12_000
_TREES = 80
_LEAF = 20
_STRIDE = 3
_FOLDS = 3

Windows = NDArray[np.float32]
Doubts = dict[
    str, list[Units | None]
]  # question → its answers without doubtful parts; None: nothing doubtful


@dataclass(frozen=True)
class Genuine:
    """A rated answer and its windows; those of one group are held out together."""

    question: str
    text: Units
    windows: Windows
    group: int


@dataclass(frozen=True)
class Limits:
    """Suspicion from which a unit may belong to a doubtful passage, and to the core of one."""

    reach: float
    core: float

    @classmethod
    def of(cls, genuine: Floats) -> Limits:
        """From the suspicion that the units of genuine answers raise."""
        reach, core = np.quantile(genuine, [1 - _REACH, 1 - _CORE])
        return cls(float(reach), float(core))

    def passages(self, suspicion: Floats, text: Units) -> NDArray[np.bool_]:
        """The units in doubtful passages."""
        return passages(suspicion > self.reach, suspicion > self.core, text)


@dataclass(frozen=True)
class Judge:
    """Suspicion by a forest, and the limits that genuine answers set."""

    forest: Trees
    limits: Limits  # of a question that is not in `by_question`
    by_question: dict[str, Limits]

    def doubtful(self, text: Units, views: Sequence[View], question: str = "") -> NDArray[np.bool_]:
        """Which units are in a doubtful passage."""
        if _size(text.latin) < _SHORTEST_PASSAGE:
            return np.zeros(len(text), dtype=np.bool_)
        suspicion = _suspicion(self.forest, windows(text, views))
        return self.by_question.get(question, self.limits).passages(suspicion, text)


def cut(text: Units, doubtful: NDArray[np.bool_]) -> Units | None:
    """The text without these units; None where there are none."""
    return text.keep(~doubtful) if doubtful.any() else None


def learnt(
    genuine: Sequence[Genuine], made_up: Sequence[Windows], seed: int, by_question: bool = True
) -> tuple[Judge | None, Doubts]:
    """The judge, and what it finds in the genuine answers when it has not seen them or their group.

    Limits are set by the same held-out suspicion. None where there are too few answers to learn from.
    """
    questions = list(dict.fromkeys(one.question for one in genuine))
    if len(genuine) < _FEWEST_ANSWERS or not made_up:
        return None, {name: [None for one in genuine if one.question == name] for name in questions}
    fake = np.concatenate(made_up)
    fold = np.array([one.group % _FOLDS for one in genuine])
    suspicion: dict[int, Floats] = {}
    for number in range(_FOLDS):
        others = [one.windows for one, own in zip(genuine, fold, strict=True) if own != number]
        forest = _forest(np.concatenate(others or [fake[:1]]), fake, seed)
        for row in np.flatnonzero(fold == number):
            suspicion[int(row)] = _suspicion(forest, genuine[int(row)].windows)
    limits = Limits.of(np.concatenate(list(suspicion.values())))
    own: dict[str, Limits] = {}
    doubts: Doubts = {}
    for name in questions:
        rows = [row for row, one in enumerate(genuine) if one.question == name]
        raised = np.concatenate([suspicion[row] for row in rows])
        if by_question and len(rows) >= _FEWEST_ANSWERS and len(raised):
            # A question that is answered with lists, formulas or code is judged by its own answers.
            found = Limits.of(raised)
            own[name] = Limits(max(found.reach, limits.reach), max(found.core, limits.core))
        judged = own.get(name, limits)
        doubts[name] = [
            cut(genuine[row].text, judged.passages(suspicion[row], genuine[row].text)) for row in rows
        ]
    return Judge(_forest(np.concatenate([one.windows for one in genuine]), fake, seed), limits, own), doubts


def passages(strange: NDArray[np.bool_], stranger: NDArray[np.bool_], text: Units) -> NDArray[np.bool_]:
    """Runs of strange units, small gaps filled, that are long enough and have a core.

    A sentence most of which is in such a run belongs to it whole.
    """
    marks = strange.copy()
    if not marks.any():
        return marks
    for start, end in _runs(~marks):
        if start > 0 and end < len(marks) and end - start <= _GAP:
            marks[start:end] = True
    for start, end in _runs(marks):
        if _size(text.latin[start:end]) < _SHORTEST_PASSAGE or stranger[start:end].sum() < _CORE_UNITS:
            marks[start:end] = False
    if marks.any():
        sentence = np.cumsum(text.gap == GAP_SENTENCE)
        share = np.bincount(sentence, weights=marks) / np.maximum(np.bincount(sentence), 1)
        marks |= share[sentence] > _MOST
    return marks


def _suspicion(forest: Trees, rows: Windows) -> Floats:
    """Neighbours look alike: every third unit is judged, and speaks for the next two."""
    return np.asarray(np.repeat(forest.predict(rows[::_STRIDE]), _STRIDE)[: len(rows)])


def _forest(genuine: Windows, made_up: Windows, seed: int) -> Trees:
    random = np.random.default_rng(seed)
    real, fake = _some(genuine, random), _some(made_up, random)
    target = np.concatenate([np.zeros(len(real)), np.ones(len(fake))])
    binned = Binned(sp.csr_matrix((len(target), 0)), np.concatenate([real, fake]))
    return boosted(binned, target, _TREES, 0.5, _LEAF, 5, 0.12, seed)


def _some(rows: Windows, random: np.random.Generator) -> Windows:
    """At most so many, evenly drawn."""
    if len(rows) <= _MOST_WINDOWS:
        return rows
    chosen: Ints = np.sort(random.choice(len(rows), _MOST_WINDOWS, replace=False))
    return rows[chosen]


def _runs(marks: NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Start and end of each run that is marked."""
    edges = np.flatnonzero(np.diff(np.concatenate([[0], marks.astype(np.int8), [0]])))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))


def _size(latin: NDArray[np.bool_]) -> float:
    return len(latin) + (_WORD - 1) * int(latin.sum())
