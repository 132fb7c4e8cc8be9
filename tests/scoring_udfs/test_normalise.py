"""Normalising equals NFKC + lower + folded white space, and every position leads back to the original."""

from __future__ import annotations

import sys
import time
import unicodedata
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_udfs.normalise import normalise, normalise_text
from tests.scoring_udfs import naive

TRICKY = (
    "aeIiİΣσς \t\n\r\u0085\u00a0\u3000\u2028…①½ﬁﷺ¨，。！：；（）％Ａ１ｶﾞﾊﾟが가각\u1100\u1161\u11a8㈱㍿中國"
    "\u0301\u0316\u0307\u0308\u0327\u3099\u309a\u0345\u0344\u0f73\u0f71\u0f72\u09c7\u09be\U000110a5\U000110ba"
    "\ud800\udc00😀\U0001d400\u200d\ufe0f\u2126\u212b"
)
TEXTS = st.text(st.sampled_from(TRICKY) | st.characters(exclude_categories=()), max_size=30)


@settings(max_examples=1500, deadline=None)
@given(TEXTS)
def test_the_text_is_what_unicodedata_says(text: str) -> None:
    assert normalise_text(text) == naive.normalise(text)


@settings(max_examples=800, deadline=None)
@given(TEXTS, st.data())
def test_a_span_covers_originals_that_hold_the_normalised_slice(text: str, data: st.DataObject) -> None:
    result = normalise(text)
    if not result.text:
        return
    start = data.draw(st.integers(0, len(result.text) - 1))
    end = data.draw(st.integers(start + 1, len(result.text)))
    first, last = result.span(start, end)
    assert 0 <= first < last <= len(text)
    # Lower case of Σ depends on neighbours that a slice has lost.
    piece = result.text[start:end].replace("ς", "σ")
    assert piece in normalise_text(text[first:last]).replace("ς", "σ")


@settings(max_examples=500, deadline=None)
@given(TEXTS)
def test_spans_ascend_without_a_gap_and_cover_the_whole_text(text: str) -> None:
    result = normalise(text)
    spans = [result.span(i, i + 1) for i in range(len(result.text))]
    if spans:
        assert spans[0][0] == 0
        assert spans[-1][1] == len(text)
    for (a_start, a_end), (b_start, b_end) in pairwise(spans):
        assert a_start <= b_start <= a_end <= b_end


@pytest.mark.parametrize(
    ("text", "normalised", "where", "original"),
    [
        ("做……需求", "做......需求", (7, 9), (3, 5)),
        ("ＣＲＭ 系统", "crm 系统", (0, 3), (0, 3)),
        ("a \u3000\n需求", "a 需求", (2, 4), (4, 6)),
        ("cafe\u0301需求", "café需求", (3, 4), (3, 5)),
        ("cafe\u0301需求", "café需求", (4, 6), (5, 7)),
        ("İ需求", "i̇需求", (2, 4), (1, 3)),
        ("ﬁ需", "fi需", (1, 3), (0, 2)),
        ("😀需求", "😀需求", (1, 3), (1, 3)),
        ("x\u0301需", "x\u0301需", (0, 1), (0, 1)),
        ("\u1112\u1161\u11ab글", "한글", (0, 1), (0, 3)),
    ],
)
def test_positions_lead_back_to_code_points_of_the_original(
    text: str, normalised: str, where: tuple[int, int], original: tuple[int, int]
) -> None:
    result = normalise(text)
    assert result.text == normalised
    assert result.span(*where) == original


@pytest.mark.parametrize("accents", ["\u3099", "\u0323\u0302", "\u0323\u0302\u3099", "\u0345\u0301"])
@pytest.mark.parametrize("letter", ["ｑ", "求", "q"])
def test_an_accent_that_does_not_join_is_no_part_of_the_phrase_before_it(letter: str, accents: str) -> None:
    text = f"需{letter}{accents}。"
    result = normalise(text)
    assert result.span(0, 2) == (0, 2)
    assert normalise_text(text[:2]) == result.text[:2]


@pytest.mark.parametrize("text", ["", " ", "\t\n", "\u3000\u00a0", "\r\n \u2028"])
def test_white_space_alone_is_blank(text: str) -> None:
    assert normalise(text).is_blank


def test_outer_white_space_is_folded_but_not_trimmed() -> None:
    assert normalise_text("\n 好  的\t") == " 好 的 "
    assert not normalise(" 好 ").is_blank


def test_every_character_that_changes_is_normalised_rightly() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        if not character.isascii() and not unicodedata.is_normalized("NFKC", character):
            assert normalise_text(f"x{character}") == naive.normalise(f"x{character}"), ascii(character)


@pytest.mark.parametrize(
    "unit",
    ["需求，", "…", "ＡＢ\t\n", "a\u0301\u0316", "\u0316\u0301", "\u1161", "😀", "\ud800", " ", "ﷺ", "İ"],
)
def test_time_grows_linearly_even_for_texts_made_to_be_slow(unit: str) -> None:
    normalise("…e\u0301")  # the tables are made once
    short, long = unit * (40_000 // len(unit)), unit * (400_000 // len(unit))
    assert seconds(long) < 40 * max(seconds(short), 0.002)


def test_thousands_of_accents_on_one_letter_are_put_in_order() -> None:
    accents = "\u0301\u0316" * 2_000
    assert normalise_text("a" + accents) == naive.normalise("a" + accents)


def seconds(text: str) -> float:
    best = float("inf")
    for _ in range(2):
        started = time.process_time()
        normalise(text)
        best = min(best, time.process_time() - started)
    return best


def test_most_texts_need_no_offset_map() -> None:
    assert normalise("首先，我们做了需求分析！CRM system").maps == ()
