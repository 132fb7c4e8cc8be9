"""Rubrics and negation cues as arrays that compiled code searches with."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from scoring_udfs.characters import CODE_POINTS
from scoring_udfs.match import KINDS, STAGES, Phrase, Rubric, structure_score
from scoring_udfs.negation import REACH, SUFFIX_CUES, WINDOW_CUTS, WORD_CHARACTERS, Cue, NegationCues
from scoring_udfs.patterns import (
    Bytes,
    Codes,
    Ints,
    Output,
    PatternSets,
    Records,
    SmallInts,
    begins,
    buckets_of_set,
    lay_out,
)

Floats = npt.NDArray[np.float64]
Label = tuple[str, str]

# Bits of `NegationTables.kinds`.
WORD_CHARACTER, CUT, CUE_START = 1, 2, 4
# How a cue must stand.
STANDS_ANYWHERE, STANDS_ALONE, ENDS_A_WORD = 0, 1, 2

# kind: index into `KINDS`; least: min_phrases; cue_label: the label of the first stage cue.
CRITERION = np.dtype([("kind", np.int64), ("least", np.float64), ("cue_label", np.int64)])
# Of a negation cue: reach of its window, rule how it must stand, and the covers that may excuse it.
CUE = np.dtype([("reach", np.int64), ("rule", np.int64), ("cover_begin", np.int64), ("cover_end", np.int64)])
# An exception that holds a cue: `letters[begin:end]`, its rule, and how far into it the cue stands.
COVER = np.dtype([("begin", np.int64), ("end", np.int64), ("rule", np.int64), ("offset", np.int64)])


class NegationTables(NamedTuple):
    """`kinds[c]`: what a character is; `letters`: of the exceptions; `farthest`: the greatest reach.
    `buckets`: as `patterns.buckets_of_set` gives them for the cues."""

    cues: Records
    buckets: SmallInts
    covers: Records
    letters: Codes
    kinds: Bytes
    farthest: int


class SearchTables(NamedTuple):
    """All that a search needs.

    `patterns`: the phrases and stage cues of each rubric (owner: index of the criterion in its rubric, or
    −1 − stage; label: of the phrase, or number of the cue), and in the last set the negation cues (owner:
    index into the cues). `criteria` from `criterion_begin[r]` are rubric r's. `structure[n, 1]`: h of n
    stages in order; 0 for out of order. `labels`: how many there are; `most_meanings`: of one
    pattern; `structures[r]`: how many criteria of rubric r are of that kind.
    """

    patterns: PatternSets
    negation: NegationTables
    criterion_begin: Ints
    criteria: Records
    structure: Floats
    labels: int
    most_meanings: int
    structures: Ints


def search_tables(
    rubrics: Sequence[Rubric], stage_cues: Sequence[Sequence[Phrase]], negation: NegationCues
) -> tuple[SearchTables, list[Label]]:
    """The tables, and criterion_id and phrase (as in the seed) of each label."""
    labels: list[Label] = []
    criteria: list[tuple[int, float, int]] = []
    pattern_sets = [_patterns(rubric, stage_cues, labels, criteria) for rubric in rubrics]
    cue_patterns: dict[str, list[Output]] = {}
    for number, cue in enumerate(negation.cues):
        cue_patterns.setdefault(cue.text, []).append(Output(number, 0, False))
    stages = range(len(STAGES) + 1)
    patterns = lay_out([*pattern_sets, cue_patterns])
    tables = SearchTables(
        patterns=patterns,
        negation=_negation_tables(negation, buckets_of_set(patterns, len(pattern_sets))),
        criterion_begin=begins(len(rubric.criteria) for rubric in rubrics),
        criteria=np.array(criteria, CRITERION),
        structure=np.array(
            [[structure_score(range(n, 0, -1)), structure_score(range(n))] for n in stages], np.float64
        ),
        labels=len(labels),
        most_meanings=max(
            (len(outputs) for patterns in pattern_sets for outputs in patterns.values()), default=0
        ),
        structures=np.array(
            [sum(criterion.kind == "structure" for criterion in rubric.criteria) for rubric in rubrics],
            np.int64,
        ),
    )
    return tables, labels


def _patterns(
    rubric: Rubric,
    stage_cues: Sequence[Sequence[Phrase]],
    labels: list[Label],
    criteria: list[tuple[int, float, int]],
) -> dict[str, list[Output]]:
    """Normalised text → what it stands for in this rubric; adds to the labels and criteria of all."""
    patterns: dict[str, list[Output]] = {}
    for index, criterion in enumerate(rubric.criteria):
        for phrase in criterion.phrases:
            patterns.setdefault(phrase.text, []).append(Output(index, len(labels), phrase.whole_word))
            labels.append((criterion.criterion_id, phrase.shown))
    numbered = [(stage, cue) for stage, group in enumerate(stage_cues) for cue in group]
    for criterion in rubric.criteria:
        criteria.append((KINDS.index(criterion.kind), criterion.min_phrases or 0, len(labels)))
        if criterion.kind == "structure":
            labels += [(criterion.criterion_id, cue.shown) for _, cue in numbered]
    if any(criterion.kind == "structure" for criterion in rubric.criteria):
        for number, (stage, cue) in enumerate(numbered):
            patterns.setdefault(cue.text, []).append(Output(-1 - stage, number, cue.whole_word))
    return patterns


def _negation_tables(negation: NegationCues, buckets: SmallInts) -> NegationTables:
    texts = [exception.text for exception in negation.exceptions]
    letter_begins = begins(map(len, texts)).tolist()
    cues: list[tuple[int, ...]] = []
    covers: list[tuple[int, ...]] = []
    for cue in negation.cues:
        first = len(covers)
        for number, exception in enumerate(negation.exceptions):
            for at in range(len(exception.text)):
                if exception.text.startswith(cue.text, at):
                    covers.append((letter_begins[number], letter_begins[number + 1], _rule(exception), at))
        cues.append((REACH[cue.lang], _rule(cue), first, len(covers)))
    letters = np.array([ord(character) for text in texts for character in text], np.uint32)
    return NegationTables(
        np.array(cues, CUE),
        buckets,
        np.array(covers, COVER),
        letters,
        _character_kinds(negation),
        max((REACH[cue.lang] for cue in negation.cues), default=0),
    )


def _rule(cue: Cue) -> int:
    if cue.lang != "en":
        return STANDS_ANYWHERE
    return ENDS_A_WORD if cue.text in SUFFIX_CUES else STANDS_ALONE


def _character_kinds(negation: NegationCues) -> Bytes:
    kinds = np.zeros(CODE_POINTS, np.uint8)
    for characters, bit in (
        (WORD_CHARACTERS, WORD_CHARACTER),
        (WINDOW_CUTS, CUT),
        ({cue.text[0] for cue in negation.cues}, CUE_START),
    ):
        kinds[[ord(character) for character in characters]] |= bit
    return kinds
