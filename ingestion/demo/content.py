"""The sentences of `content/*.yml`, prepared so that an answer is a few look-ups and one join.

For each question, language and criterion the combinations of its sentences are sorted by the number of
distinct phrases that they carry (`Recipes`): an answer that shall earn two takes any combination of two.
"""

from __future__ import annotations

import itertools
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ingestion.demo.matching import Phrases, units
from ingestion.demo.plan import Floats, Ints
from ingestion.demo.policy import PHRASES, Policy, Question
from warehouse.errors import UsageError

LANGUAGES = ("zh", "en")
STAGES = ("definition", "solution", "verification")
MAX_COMBINATIONS = 30
MAX_SENTENCES = 4


@dataclass(frozen=True)
class Pieces:
    """Interchangeable pieces of text, JSON-escaped, with the units each adds to a pace; the last is ''."""

    texts: tuple[str, ...]
    units: Ints

    def __len__(self) -> int:
        """Number of real pieces."""
        return len(self.texts) - 1


@dataclass(frozen=True)
class Recipes:
    """Pieces by level: level j carries j distinct phrases (the last level: as many or more).

    A level that no combination reaches is replaced by the reachable one below or above it, above with
    probability `above_share`, so that the expected level stays.
    """

    pieces: Pieces
    start: Ints
    count: Ints
    below: Ints
    above: Ints
    above_share: Floats


@dataclass(frozen=True)
class Spoken:
    """A question's sentences in one language, and what its rubric looks for in them.

    `asides` fit before any sentence. `wanted` are the phrases of each scored criterion and all stage cues.
    """

    openings: Pieces
    fillers: Pieces
    details: Pieces
    foreign: Pieces
    stages: Pieces
    stage_start: Ints
    stage_count: Ints
    recipes: tuple[Recipes, ...]
    negated: tuple[Pieces, ...]
    asides: tuple[str, ...]
    wanted: Phrases


@dataclass(frozen=True)
class Content:
    """`spoken[question_id][lang]`; a question without English sentences is answered in Chinese."""

    spoken: Mapping[str, Mapping[str, Spoken]]


def read_content(folder: Path, policy: Policy, details: Mapping[str, Sequence[str]]) -> Content:
    """Reads every YAML file of the folder. Raises `UsageError` when a question has no sentences."""
    questions: dict[str, Any] = {}
    stages: dict[str, Any] = {}
    asides: dict[str, Any] = {}
    for path in sorted(folder.glob("*.yml")):
        with path.open(encoding="utf-8") as file:
            loaded = yaml.load(file, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)) or {}
        questions |= loaded.get("questions") or {}
        stages |= loaded.get("stages") or {}
        asides |= loaded.get("asides") or {}
    if set(stages) < set(STAGES):
        raise UsageError(f"{folder} has no sentences for the stages {', '.join(STAGES)}: add stages.yml.")
    spoken: dict[str, dict[str, Spoken]] = {}
    for role in policy.roles:
        for question in role.questions:
            if question.question_id in spoken:
                continue
            written = questions.get(question.question_id)
            if not written or not (written.get("openings") or {}).get("zh"):
                raise UsageError(
                    f"{folder} has no sentences for the question {question.question_id}: add them."
                )
            maker = _Maker(question, written, stages, details, asides, policy)
            languages = [lang for lang in LANGUAGES if (written["openings"] or {}).get(lang)]
            spoken[question.question_id] = {lang: maker.spoken(lang) for lang in languages}
    return Content(spoken)


class _Maker:
    """Prepares one question."""

    def __init__(
        self,
        question: Question,
        written: Mapping[str, Any],
        stages: Mapping[str, Any],
        details: Mapping[str, Sequence[str]],
        asides: Mapping[str, Sequence[str]],
        policy: Policy,
    ) -> None:
        self._question = question
        self._written = written
        self._stages = stages
        self._details = details
        self._asides = asides
        scored = [c.criterion_id for c in question.criteria if c.kind == PHRASES]
        phrases = {name: policy.phrases.get(name, ()) for name in scored}
        cues = {stage: policy.stage_cues.get(stage, ()) for stage in STAGES}
        self._own = {name: Phrases(phrases[name]) for name in scored}
        self._others = {
            name: Phrases(_joined({**phrases, name: ()}, cues, without=phrases[name])) for name in scored
        }
        self._wanted = Phrases(_joined(phrases, cues, without=()))
        self._cues = {stage: Phrases(cues[stage]) for stage in STAGES}
        self._foreign = {
            stage: Phrases(_joined(phrases, {**cues, stage: ()}, without=())) for stage in ("", *STAGES)
        }

    def spoken(self, lang: str) -> Spoken:
        fillers = self._texts("fillers", lang)
        stages = [self._stage(stage, lang) for stage in STAGES]
        counts = np.array([len(texts) for texts in stages], dtype=np.int64)
        scored = [criterion for criterion in self._question.criteria if criterion.kind == PHRASES]
        return Spoken(
            openings=_pieces(self._neutral(self._texts("openings", lang)), lang, first=True),
            fillers=_pieces(self._neutral(fillers), lang),
            details=_pieces(self._neutral(self._details.get(lang) or ()), lang),
            foreign=_pieces(self._neutral(self._texts("fillers", "en")) if lang == "zh" else [], lang),
            stages=_pieces(list(itertools.chain(*stages)), lang),
            stage_start=np.concatenate(([0], np.cumsum(counts)[:-1])),
            stage_count=counts,
            recipes=tuple(self._recipes(c.criterion_id, c.min_phrases, lang) for c in scored),
            negated=tuple(_pieces(self._negated(c.criterion_id, lang), lang) for c in scored),
            asides=tuple(self._neutral(self._asides.get(lang) or ())),
            wanted=self._wanted,
        )

    def _texts(self, key: str, lang: str) -> list[str]:
        return list((self._written.get(key) or {}).get(lang) or ())

    def _criterion(self, criterion_id: str, key: str, lang: str) -> list[str]:
        written = (self._written.get("criteria") or {}).get(criterion_id) or {}
        return list((written.get(key) or {}).get(lang) or ())

    def _stage(self, stage: str, lang: str) -> list[str]:
        """Sentences that carry a cue of this stage and of no other."""
        texts = [text for text in self._stages[stage].get(lang) or () if self._cues[stage].any(text)]
        return self._neutral(texts, stage) or texts

    def _neutral(self, texts: Iterable[str], stage: str = "") -> list[str]:
        """The texts without any phrase of the question, and without a cue of any stage but `stage`."""
        return [text for text in texts if not self._foreign[stage].any(text)]

    def _negated(self, criterion_id: str, lang: str) -> list[str]:
        """Negated sentences that touch no other criterion and no stage."""
        texts = self._criterion(criterion_id, "negated", lang)
        return [text for text in texts if not self._others[criterion_id].any(text)]

    def _recipes(self, criterion_id: str, needed: int, lang: str) -> Recipes:
        """Combinations of the sentences of a criterion by number of phrases, MAX_COMBINATIONS a level."""
        hits = self._criterion(criterion_id, "hits", lang)
        clean = [text for text in hits if not self._others[criterion_id].any(text)]
        carried = [(text, self._own[criterion_id].found(text)) for text in (clean or hits)]
        carried = [(text, found) for text, found in carried if found]
        levels: list[list[str]] = [[""]] + [[] for _ in range(needed)]
        for size in range(1, min(needed, MAX_SENTENCES, len(carried)) + 1):
            for combination in itertools.combinations(carried, size):
                found: frozenset[str] = frozenset()
                for _, more in combination:
                    if more <= found:
                        break
                    found |= more
                else:
                    joint = "" if lang == "zh" else " "
                    levels[min(len(found), needed)].append(joint.join(text for text, _ in combination))
        return _as_recipes([[""], *(_spread(level, MAX_COMBINATIONS) for level in levels[1:])], lang)


def _joined(
    phrases: Mapping[str, Sequence[str]], cues: Mapping[str, Sequence[str]], without: Sequence[str]
) -> list[str]:
    """All phrases and cues but those of `without`."""
    return [p for p in itertools.chain(*phrases.values(), *cues.values()) if p not in without]


def _as_recipes(levels: list[list[str]], lang: str) -> Recipes:
    """Lays the levels end to end and finds the reachable neighbours of those that are empty."""
    count = np.array([len(level) for level in levels], dtype=np.int64)
    reached = [level for level, texts in enumerate(levels) if texts]
    wanted = np.arange(len(levels))
    below = np.array([max(other for other in reached if other <= level) for level in wanted])
    above = np.array([min((o for o in reached if o >= level), default=below[level]) for level in wanted])
    gap = np.maximum(above - below, 1)
    return Recipes(
        pieces=_pieces(list(itertools.chain(*levels)), lang),
        start=np.concatenate(([0], np.cumsum(count)[:-1])),
        count=count,
        below=below,
        above=above,
        above_share=np.where(above > below, (wanted - below) / gap, 0.0),
    )


def _spread(texts: list[str], most: int) -> list[str]:
    """At most `most` of the texts, evenly spread over the list."""
    if len(texts) <= most:
        return texts
    return [texts[int(at)] for at in np.linspace(0, len(texts) - 1, most).round()]


def _pieces(texts: Sequence[str], lang: str, *, first: bool = False) -> Pieces:
    """Escapes the texts for JSON; English pieces bring the space that parts them from the piece before."""
    joint = "" if lang == "zh" or first else " "
    escaped = tuple(json.dumps(joint + text, ensure_ascii=False)[1:-1] if text else "" for text in texts)
    return Pieces((*escaped, ""), np.array([*(units(text, lang) for text in texts), 0], dtype=np.int64))
