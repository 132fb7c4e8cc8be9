"""Findings of the rubric check as sentences: for the page, and for the command."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from dashboards.catalogue import Words
from scoring_udfs.rubric_check import Finding

# Details that are codes, and the family that has words for them.
_CODED: Mapping[str, str] = MappingProxyType(
    {"lang": "lang_name", "stage": "stage", "other_stage": "stage", "kind": "criterion_kind"}
)


def sentence(words: Words, finding: Finding) -> str:
    """What is wrong and what to do, without the place."""
    named = {
        name: words.of(_CODED[name], value) if name in _CODED else value
        for name, value in finding.details.items()
    }
    return words(f"finding.{finding.code}", **named)


def with_place(words: Words, finding: Finding) -> str:
    """The same with file, row and column."""
    said = sentence(words, finding)
    if not finding.seed:
        return said
    if finding.row is None:
        return words("place.seed", seed=finding.seed, sentence=said)
    if finding.column is None:
        return words("place.row", seed=finding.seed, row=finding.row, sentence=said)
    return words("place.cell", seed=finding.seed, row=finding.row, column=finding.column, sentence=said)
