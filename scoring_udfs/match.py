"""Finds every phrase and stage cue of a rubric in a text, in one pass (Aho–Corasick, overlapping)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from ahocorasick_rs import AhoCorasick

from scoring_udfs.negation import CueJudge, FoundCue, NegationCues, is_negated, is_whole_word

Kind = Literal["phrases", "structure", "pace"]
KINDS: tuple[Kind, ...] = ("phrases", "structure", "pace")
STAGES = ("definition", "solution", "verification")
OUT_OF_ORDER = 0.8

# (index of the criterion in its rubric, start, end, label): positions are those of the normalised text.
Occurrence = tuple[int, int, int, int]

_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True)
class Phrase:
    """A phrase of a criterion, or a cue of a stage, as the seed has it and normalised."""

    shown: str
    text: str
    whole_word: bool


@dataclass(frozen=True)
class Criterion:
    """One line of the criteria seed; `phrases` are distinct, `min_phrases` is None but for kind phrases."""

    criterion_id: str
    kind: Kind
    min_phrases: int | None = None
    phrases: tuple[Phrase, ...] = ()


@dataclass(frozen=True)
class Rubric:
    """The criteria of a question, in the order of the seed."""

    rubric_id: str
    criteria: tuple[Criterion, ...]


class Findings(NamedTuple):
    """What a rubric found in a text.

    `counted` and `negated` are sorted by criterion, start and end; `hits` has the distinct un-negated
    phrases (or the stages present) of each criterion; `structure` is h of the structure criteria.
    """

    counted: list[Occurrence]
    negated: list[Occurrence]
    hits: list[int]
    structure: float


class Matcher:
    """One rubric ready to search. Not for pickling: a worker builds its own."""

    def __init__(
        self, rubric: Rubric, stage_cues: Sequence[Sequence[Phrase]], negation: NegationCues, first_label: int
    ) -> None:
        """`stage_cues`: those of each stage of `STAGES`; labels count up from `first_label`."""
        self.labels: list[tuple[str, str]] = []
        self._scales = [(criterion.kind, criterion.min_phrases) for criterion in rubric.criteria]
        self._structures: list[int] = []
        # normalised text → (criterion, label, whole word) · (stage, number of the cue, whole word)
        phrases: dict[str, list[tuple[int, int, bool]]] = {}
        cues: dict[str, list[tuple[int, int, bool]]] = {}
        for index, criterion in enumerate(rubric.criteria):
            for phrase in criterion.phrases:
                label = first_label + len(self.labels)
                phrases.setdefault(phrase.text, []).append((index, label, phrase.whole_word))
                self.labels.append((criterion.criterion_id, phrase.shown))
            if criterion.kind == "structure":
                self._structures.append(index)
        numbered = [(stage, cue) for stage, group in enumerate(stage_cues) for cue in group]
        # Label of cue n for the structure criterion i: _cue_labels[i] + n.
        self._cue_labels = {}
        for index in self._structures:
            self._cue_labels[index] = first_label + len(self.labels)
            self.labels += [(rubric.criteria[index].criterion_id, cue.shown) for _, cue in numbered]
        if self._structures:
            for number, (stage, cue) in enumerate(numbered):
                cues.setdefault(cue.text, []).append((stage, number, cue.whole_word))
        judges: dict[str, list[CueJudge]] = {}
        if phrases:
            for negation_cue in negation.cues:
                judge = CueJudge(negation_cue, negation.exceptions)
                judges.setdefault(negation_cue.text, []).append(judge)
        patterns = list(dict.fromkeys([*phrases, *cues, *judges]))
        self._targets = [
            (phrases.get(pattern, []), cues.get(pattern, []), judges.get(pattern, [])) for pattern in patterns
        ]
        self._automaton = AhoCorasick(patterns) if patterns else None

    def find(self, text: str) -> Findings:
        """Everything of the rubric in the normalised `text`; linear time."""
        counted: list[Occurrence] = []
        negated: list[Occurrence] = []
        negation_cues: list[FoundCue] = []
        # Per stage the earliest cue, of equal ones the longest, then the first of the seed.
        first: dict[int, tuple[int, int, int]] = {}
        # Matches come by ascending end: every cue that may negate a phrase has been met before it.
        targets = self._targets
        for pattern, start, end in self._matches(text):
            phrases, cues, judges = targets[pattern]
            for judge in judges:
                negation_cues.append((start, end, judge))
            for criterion, label, whole_word in phrases:
                if not whole_word or is_whole_word(text, start, end):
                    is_denied = negation_cues and is_negated(text, start, negation_cues)
                    (negated if is_denied else counted).append((criterion, start, end, label))
            for stage, number, whole_word in cues:
                if not whole_word or is_whole_word(text, start, end):
                    found = (start, -end, number)
                    first[stage] = min(found, first.get(stage, found))
        hits = [0] * len(self._scales)
        # A label is one phrase of one criterion.
        for criterion in {label: criterion for criterion, _, _, label in counted}.values():
            hits[criterion] += 1
        stages = [first[stage] for stage in sorted(first)]
        for index in self._structures:
            hits[index] = len(stages)
            counted += [
                (index, start, -minus_end, self._cue_labels[index] + number)
                for start, minus_end, number in stages
            ]
        counted.sort()
        negated.sort()
        return Findings(counted, negated, hits, structure_score([start for start, _, _ in stages]))

    def h(self, findings: Findings, pace: float | None) -> list[float | None]:
        """h of each criterion; `pace` is that of the answer's pace, None without a time."""
        return [
            (1.0 if hits >= least else hits / least)
            if least
            else (findings.structure if kind == "structure" else pace)
            for (kind, least), hits in zip(self._scales, findings.hits, strict=True)
        ]

    def h_skipped(self) -> list[float | None]:
        """h of an answer that was skipped: nothing said, and no pace."""
        return [None if kind == "pace" else 0.0 for kind, _ in self._scales]

    def h_missing(self) -> list[float | None]:
        """h of an answer whose text is not there: absence is not a verdict."""
        return [None] * len(self._scales)

    def _matches(self, text: str) -> list[tuple[int, int, int]]:
        if self._automaton is None:
            return []
        try:
            return self._automaton.find_matches_as_indexes(text, overlapping=True)
        except UnicodeEncodeError:
            # A lone surrogate has no UTF-8; no phrase holds one, so that a stand-in changes nothing.
            stand_in = _SURROGATE.sub("\ufffd", text)
            return self._automaton.find_matches_as_indexes(stand_in, overlapping=True)


def structure_score(first_starts: Sequence[int]) -> float:
    """h of structure: the share of stages present, × 0.8 when their first cues are out of order.

    `first_starts`: the start of the first cue of each stage present, in the order of `STAGES`.
    """
    share = len(first_starts) / len(STAGES)
    in_order = list(first_starts) == sorted(first_starts)
    return share if in_order else share * OUT_OF_ORDER
