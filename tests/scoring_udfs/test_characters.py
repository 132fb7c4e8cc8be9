"""The table of characters says of every single one what the plain definition says."""

from __future__ import annotations

import sys
import unicodedata
from itertools import pairwise

import numpy as np
import pytest

from scoring_udfs.characters import EXPANDS, IS_SLOW, character_table, joining
from tests.scoring_udfs import naive

EVERY_CODE_POINT = range(sys.maxunicode + 1)


def test_every_character_that_the_table_settles_becomes_what_the_definition_makes_of_it() -> None:
    table = character_table()
    offsets = table.expansion_offsets.tolist()
    expansions = ["".join(map(chr, table.expansions[a:b])) for a, b in pairwise(offsets)]
    wrong = []
    for code, value in zip(EVERY_CODE_POINT, table.values.tolist(), strict=True):
        if value != IS_SLOW:
            made = chr(value) if value < EXPANDS else expansions[value - EXPANDS]
            if made != naive.normalise(chr(code)):
                wrong.append(hex(code))
    assert not wrong


def test_a_character_joins_when_it_combines_or_is_the_second_half_of_a_composite() -> None:
    seconds = {chr(code) for code in (*range(0x1160, 0x1200), *range(0xD7B0, 0xD800))}
    for character in map(chr, EVERY_CODE_POINT):
        if unicodedata.decomposition(character):
            seconds.update(unicodedata.normalize("NFD", character)[1:])
    heads = (unicodedata.normalize("NFKD", chr(code))[0] for code in EVERY_CODE_POINT)
    wanted = [code for code, head in enumerate(heads) if unicodedata.combining(head) or head in seconds]
    assert np.flatnonzero(joining()).tolist() == wanted


@pytest.mark.parametrize("character", ["\u0301", "\u3099", "ﾞ", "\u1161", "\u11a8", "Σ", "𝚺"])
def test_what_depends_on_its_neighbours_takes_the_exact_way(character: str) -> None:
    assert character_table().values[ord(character)] == IS_SLOW


@pytest.mark.parametrize(
    "character", ["好", "，", "Ａ", "😀", "…", "\u200d", "\ufe0f", "\ud800", "é", "İ", "ﬁ"]
)
def test_what_answers_are_made_of_needs_no_exact_way(character: str) -> None:
    assert character_table().values[ord(character)] != IS_SLOW
