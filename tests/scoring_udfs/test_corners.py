"""Odd corners of scoring.md, each small enough to be checked by hand."""

from __future__ import annotations

import copy

import pytest

from scoring_udfs.score import score_answers
from tests.scoring_udfs.small_seeds import KEY, SEEDS, batch, h_of, rubrics

COMPILED = rubrics()


def judged(text: str, compiled=COMPILED) -> dict:
    """One answer; its text may hold lone surrogates, which a column of strings cannot."""
    (row,) = score_answers(batch([None]), compiled, KEY, texts=[text]).to_pylist()
    return row


def spans(text: str) -> list[tuple[str, str]]:
    """The phrases that counted, each with the piece of the original that its span cuts out."""
    row = judged(text)
    return [(found["phrase"], text[found["start"] : found["end"]]) for found in row["evidence"]]


@pytest.mark.parametrize(
    ("text", "phrase", "cut_out"),
    [
        ("\ud800数据\udc00", "数据", "数据"),
        ("ﬃ①½数据", "数据", "数据"),
        ("İİİ 数据", "数据", "数据"),  # each İ is two code points in lower case
        ("e\u0301e\u0301数据\u0301", "数据", "数据"),
        ("e\u0301\u0301\u0323 数据", "数据", "数据"),
        ("가\u11a8数据", "数据", "数据"),
        ("ＣＲＭ", "CRM", "ＣＲＭ"),
        ("customer \u3000\t need", "customer need", "customer \u3000\t need"),
        ("㋿ crm", "CRM", "crm"),  # one character that becomes two Chinese ones
        ("ａ／ｂ", "a/b", "ａ／ｂ"),
        ("℅ 数据", "数据", "数据"),
    ],
)
def test_a_span_cuts_out_of_the_original_what_was_said(text: str, phrase: str, cut_out: str) -> None:
    assert (phrase, cut_out) in spans(text)


def test_of_a_character_that_becomes_several_the_whole_is_cut_out() -> None:
    seeds = copy.deepcopy(SEEDS)
    seeds["phrases"].append({"criterion_id": "data", "lang": "zh", "phrase": "f"})
    row = judged("aﬃ", rubrics(seeds))
    assert [(found["start"], found["end"]) for found in row["evidence"]] == [(1, 2), (1, 2)]


@pytest.mark.parametrize("beside", ["7", "x", "Z", "７", "ﬁ", "①"])
def test_letters_and_digits_of_any_width_beside_an_english_phrase_hide_it(beside: str) -> None:
    assert spans(f"{beside}crm") == spans(f"crm{beside}") == []


@pytest.mark.parametrize("beside", ["_", "-", "'", "é", "中", "😀", "\ud800", "ß"])
def test_nothing_else_beside_an_english_phrase_does(beside: str) -> None:
    assert [phrase for phrase, _ in spans(f"{beside}crm{beside}")] == ["CRM"]


@pytest.mark.parametrize(
    ("text", "counts"),
    [
        ("没有一二三四数据", False),  # the cue fills the first two of the six code points
        ("没有一二三四五数据", True),  # both 没有 and 没 begin seven before
        ("没有，数据", True),
        ("没有、数据", False),  # not among the marks that cut
        ("没有—数据", False),
        ("没有：数据", False),
        ("没有.数据", True),
        ("没有３.１数据", True),  # the point of a number is a mark like any other
        ("不不仅数据", False),  # the first 不 is in no exception
        ("不仅不数据", False),
        ("是不是数据", True),
        ("ＮＯＴ data", False),
        ("nott data", True),
        ("don't data", False),
        ("n't data", False),
        ("don't2 data", True),
        ("no" + " " * 30 + "data", False),  # white space is one space
        ("no" + "\ud800" * 18 + "data", False),  # 20 code points before, wholly in
        ("no" + "\ud800" * 19 + "data", True),
        ("not only data", True),
        ("not onlydata 数据", False),  # no whole words, so no exception
    ],
)
def test_the_window_before_a_phrase(text: str, counts: bool) -> None:
    assert (h_of(judged(text))["data"] == 1) is counts


def test_more_phrases_needed_than_there_are_leave_a_part() -> None:
    seeds = copy.deepcopy(SEEDS)
    seeds["criteria"][1]["min_phrases"] = 40
    row = judged("数据 data a/b 数据", rubrics(seeds))
    # 数据, data and a/b, which stands in both languages and is one phrase.
    assert h_of(row)["data"] == 3 / 40
