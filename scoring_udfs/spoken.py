"""The negation cues of single texts, by the compiled rules that deny phrases when people are scored."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from scoring_udfs.code_points import points_of
from scoring_udfs.denials import spoken_cues
from scoring_udfs.negation import Cue, NegationCues
from scoring_udfs.patterns import begins
from scoring_udfs.search_tables import search_tables


@dataclass(frozen=True)
class SpokenCue:
    """A cue that says no at `[start, end)` of a normalised text; `number` is its place among the cues."""

    cue: Cue
    number: int
    start: int
    end: int


def cues_spoken(texts: Sequence[str], negation: NegationCues) -> list[list[SpokenCue]]:
    """Of each normalised text its cues that stand as they must and in no exception, by start and end."""
    tables, _ = search_tables((), (), negation)
    points = np.concatenate([np.zeros(0, np.uint32), *map(points_of, texts)])
    found: list[list[SpokenCue]] = [[] for _ in texts]
    lines = spoken_cues(points, begins(map(len, texts)), tables.patterns, tables.negation)
    for row, number, start, end in lines.tolist():
        found[row].append(SpokenCue(negation.cues[number], number, start, end))
    return found
