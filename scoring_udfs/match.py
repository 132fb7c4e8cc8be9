"""What a rubric looks for: criteria with their phrases, and the stages of a structured answer."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

Kind = Literal["phrases", "structure", "pace"]
KINDS: tuple[Kind, ...] = ("phrases", "structure", "pace")
STAGES = ("definition", "solution", "verification")
OUT_OF_ORDER = 0.8


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


def structure_score(first_starts: Sequence[int]) -> float:
    """h of structure: the share of stages present, × 0.8 when their first cues are out of order.

    `first_starts`: the start of the first cue of each stage present, in the order of `STAGES`.
    """
    share = len(first_starts) / len(STAGES)
    in_order = list(first_starts) == sorted(first_starts)
    return share if in_order else share * OUT_OF_ORDER
