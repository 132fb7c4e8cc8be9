"""Texts in units: mixed languages, repetitions, hostile input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_udfs.rating.kinds import stem
from scoring_udfs.rating.units import (
    GAP_COLON,
    GAP_COMMA,
    GAP_SENTENCE,
    GAP_SPACE,
    LONGEST,
    ngrams,
    units_of,
)


def same(left: str, right: str) -> bool:
    return np.array_equal(units_of(left).hash, units_of(right).hash)


def test_a_character_is_a_unit_in_chinese_and_a_word_in_english() -> None:
    units = units_of("用Redis做缓存，3 times")
    assert len(units) == 7
    assert units.latin.tolist() == [False, True, False, False, False, True, True]
    assert units.digit.tolist() == [False] * 5 + [True, False]


def test_small_words_are_known_in_traditional_characters_too() -> None:
    assert units_of("為了讓這些，與鏈").function.tolist() == [True, True, True, True, False, True, False]
    assert units_of("沒無").negation.all()


def test_width_case_and_endings_do_not_matter() -> None:
    assert same("ＴＥＳＴＩＮＧ the samples", "tested  the sample")


def test_an_apostrophe_is_read_however_it_is_set() -> None:
    assert same(
        "They don’t float, the sample‘s mass didn’t change", "they don't float the sample mass didn't change"
    )
    assert units_of("It doesn’t, wasn't, nor will it").negation.tolist() == [
        False,
        True,
        True,
        True,
        False,
        False,
    ]
    assert units_of("they’re the dog’s").function.tolist() == [True, True, False]


def test_an_english_answer_by_hand() -> None:
    units = units_of("We weren't ready, so I split the team's 2 tasks into parts.")
    #                 We weren't ready so I split the team's 2 tasks into parts
    assert units.function.astype(int).tolist() == [1, 1, 0, 1, 1, 0, 1, 0, 0, 0, 1, 0]
    assert units.negation.astype(int).tolist() == [0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
    assert units.digit.astype(int).tolist() == [0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0]
    assert units.latin.all()
    assert same(
        "we weren’t ready; so I split the teams 2 task into part",
        "We weren't ready. So I splits the team's 2 tasks into parts",
    )


@pytest.mark.parametrize(
    ("word", "stemmed"),
    [("studies", "studi"), ("study", "studi"), ("running", "run"), ("glass", "glass"), ("was", "was"),
     ("measured", "measur"), ("measure", "measur"), ("quickly", "quick"), ("customers'", "customers'"),
     ("team's", "team"), ("teams", "team"), ("planned", "plan"), ("planning", "plan"), ("falling", "fall"),
     ("bus", "bus"), ("analysis", "analysis"), ("sing", "sing"), ("2nd", "2nd"), ("naïve", "naïve")],
)  # fmt: skip
def test_endings_are_cut(word: str, stemmed: str) -> None:
    assert stem(word) == stemmed


def test_what_stands_between_units_is_remembered() -> None:
    gaps = units_of("甲，乙：丙。丁").gap.tolist()
    assert gaps == [0, GAP_COMMA, GAP_COLON, GAP_SENTENCE]


@pytest.mark.parametrize(
    ("text", "gaps"),
    [
        ("about 3.14 or 1,000 of them", [0, GAP_SPACE, 0, GAP_SPACE, GAP_SPACE, 0, GAP_SPACE, GAP_SPACE]),
        ("a well-known end.next", [0, GAP_SPACE, GAP_SPACE, GAP_SPACE, GAP_SENTENCE]),
        ("it weighs 3.5kg, i.e. 1,000ml", [0, 1, 1, 0, GAP_COMMA, 0, GAP_SENTENCE, 0]),
        ("n/2.2n+1", [0, GAP_COMMA, GAP_SENTENCE, GAP_COMMA]),
        ("in the U.S. we", [0, GAP_SPACE, GAP_SPACE, 0, GAP_SENTENCE]),
        ("from 1 to 12.5% in 2.", [0, GAP_SPACE, GAP_SPACE, GAP_SPACE, 0, GAP_COMMA, GAP_SPACE]),
        ("the list 1,2 and n-1", [0, GAP_SPACE, GAP_SPACE, GAP_COMMA, GAP_SPACE, GAP_SPACE, GAP_COMMA]),
        ("数组的下标从1.5到2-3", [0] * 7 + [GAP_SENTENCE, 0, 0, GAP_COMMA]),
    ],
)
def test_marks_inside_numbers_and_english_words_do_not_pause(text: str, gaps: list[int]) -> None:
    assert units_of(text).gap.tolist() == gaps


@settings(deadline=None)
@given(st.text(alphabet="链表插入删除指针的是", min_size=1, max_size=30), st.integers(2, 5))
def test_saying_it_again_changes_nothing(text: str, times: int) -> None:
    assert same(text, "。".join([text] * times))
    assert same(text, text * times)


def test_a_long_run_said_before_is_dropped_and_the_new_part_kept() -> None:
    assert same(
        "链表插入不需要移动元素，而且很快。链表插入不需要移动元素，所以好",
        "链表插入不需要移动元素，而且很快。所以好",
    )


@pytest.mark.parametrize("text", ["", " \n", "！！！？？", "😀🎉", "\ud800", None])
def test_nothing_to_read_is_no_unit(text: str | None) -> None:
    assert len(units_of(text)) == 0


def test_a_megabyte_is_cut_to_what_a_person_could_say() -> None:
    text = "".join(chr(0x4E00 + (number * 7919) % 20000) for number in range(350_000))
    assert len(units_of(text)) == LONGEST


def test_runs_are_equal_exactly_where_their_units_are() -> None:
    units = units_of("甲乙丙丁 甲乙丁丙")
    pairs = ngrams(units.hash, 2)
    assert pairs[0] == pairs[4]
    assert len(set(pairs.tolist())) == 6
    assert len(ngrams(units.hash[:1], 2)) == 0


def test_words_that_go_round_in_a_circle_say_nothing() -> None:
    told = "链表只需要修改指针。"
    assert same(f"{told}链表 指针 结点 链表 指针 结点 链表 指针 结点", told)
    # Twice is a repetition like any other; three sentences are no circle, one of them stays.
    assert len(units_of(f"{told}链表 指针 结点 链表 指针 结点")) > len(units_of(told))
    assert same(f"{told}需要连续的空间。" + "需要连续的空间。" * 2, f"{told}需要连续的空间。")
