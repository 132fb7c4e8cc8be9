"""The fast matcher finds exactly what the naive one finds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_udfs.match import structure_score
from scoring_udfs.normalise import normalise_text
from scoring_udfs.score import score_answers
from tests.scoring_udfs import naive
from tests.scoring_udfs.small_seeds import PIECES, SEEDS, batch, h_of, phrases_of, rubrics, scored

COMPILED = rubrics()
TEXTS = st.lists(st.sampled_from(PIECES) | st.text(max_size=2), max_size=14).map("".join)
EASY_TEXTS = TEXTS.filter(lambda text: not any(0xD800 <= ord(c) < 0xE000 for c in text))


@settings(max_examples=600, deadline=None)
@given(
    text=EASY_TEXTS, question=st.sampled_from(["q1", "q2"]), seconds=st.sampled_from([None, 0.0, 1.5, 6.0])
)
def test_hits_and_h_equal_those_of_the_naive_kernels(text: str, question: str, seconds: float | None) -> None:
    (row,) = scored([text], COMPILED, question_id=question, answer_seconds=seconds)
    fast = [(c["criterion_id"], c["hits"], c["h"]) for c in row["criteria"]]
    assert fast == naive.score(SEEDS, question, text, answer_seconds=seconds)


@settings(max_examples=600, deadline=None)
@given(text=EASY_TEXTS.map(naive.normalise), question=st.sampled_from(["q1", "q2"]))
def test_every_span_is_one_the_naive_matcher_finds(text: str, question: str) -> None:
    if naive.normalise(text) != text:
        return
    (row,) = scored([text], COMPILED, question_id=question)
    wanted_counted, wanted_negated = set(), set()
    is_blank = not text.strip()
    for criterion in SEEDS["criteria"]:
        if criterion["rubric_id"] != f"r{question[1]}" or criterion["kind"] != "phrases" or is_blank:
            continue
        name = criterion["criterion_id"]
        phrases = [(p["phrase"], p["lang"]) for p in SEEDS["phrases"] if p["criterion_id"] == name]
        counted, negated = naive.phrase_hits(text, phrases, SEEDS["negation_cues"])
        wanted_counted |= {(name, *hit) for hit in counted}
        wanted_negated |= {(name, *hit) for hit in negated}
    assert spans(row["evidence"]) - stage_spans(row) == wanted_counted
    assert spans(row["negated"]) == wanted_negated


def spans(rows: list[dict]) -> set[tuple[str, str, int, int]]:
    return {(r["criterion_id"], normalise_text(r["phrase"]), r["start"], r["end"]) for r in rows}


def stage_spans(row: dict) -> set[tuple[str, str, int, int]]:
    return {span for span in spans(row["evidence"]) if span[0] == "order"}


@st.composite
def seeds_and_text(draw: st.DrawFn) -> tuple[dict, str]:
    """Rubrics of short random words, so that phrases, cues and exceptions overlap in every way."""
    word = st.text(alphabet="不断没有ab n'", min_size=1, max_size=3).map(str.strip).filter(bool)
    lang = st.sampled_from(["zh", "en"])
    phrases = draw(st.lists(st.tuples(st.sampled_from(["need", "data"]), lang, word), min_size=1, max_size=5))
    cues = draw(st.lists(st.tuples(lang, word, st.sampled_from(["cue", "exception"])), max_size=6))
    seeds = {
        "questions": [{"question_id": "q1", "rubric_id": "r1"}],
        "criteria": [
            {"rubric_id": "r1", "criterion_id": name, "kind": "phrases", "min_phrases": least}
            for name, least in (("need", 2), ("data", 1))
            if any(owner == name for owner, _, _ in phrases)
        ],
        "phrases": [{"criterion_id": c, "lang": k, "phrase": p} for c, k, p in phrases],
        "stage_cues": SEEDS["stage_cues"],
        "negation_cues": [{"lang": k, "cue": c, "kind": kind} for k, c, kind in cues]
        or [{"lang": "zh", "cue": "从不", "kind": "cue"}],
        "pace_bands": SEEDS["pace_bands"],
    }
    text = draw(st.text(alphabet="不断没有ab n't，x", max_size=60))
    return seeds, text


@settings(max_examples=500, deadline=None)
@given(seeds_and_text())
def test_random_rubrics_give_what_the_naive_kernels_give(case: tuple[dict, str]) -> None:
    seeds, text = case
    (row,) = scored([text], rubrics(seeds))
    fast = [(c["criterion_id"], c["hits"], c["h"]) for c in row["criteria"]]
    assert fast == naive.score(seeds, "q1", text)


def test_overlapping_phrases_both_count() -> None:
    (row,) = scored(["做需求分析"])
    assert phrases_of(row["evidence"]) == [("need", "需求"), ("need", "需求分析")]
    assert h_of(row)["need"] == 1.0


def test_saying_a_phrase_again_adds_evidence_but_no_hit() -> None:
    once, twice = scored(["需求", "需求需求"])
    assert [c["hits"] for c in once["criteria"]] == [c["hits"] for c in twice["criteria"]]
    assert len(twice["evidence"]) == 2


def test_an_english_phrase_is_a_whole_word_and_a_chinese_one_is_not() -> None:
    rows = scored(["crm", "用crm系统", "crms", "2crm", "用数据库"])
    assert [row["criteria"][0]["hits"] for row in rows] == [1, 1, 0, 0, 0]
    assert h_of(rows[4])["data"] == 1.0


def test_a_phrase_listed_in_both_languages_counts_once_and_anywhere() -> None:
    (row,) = scored(["xa/bx"])
    assert phrases_of(row["evidence"]) == [("data", "a/b")]


def test_phrases_are_normalised_like_texts() -> None:
    (row,) = scored(["our ｄａｔａ"])
    assert phrases_of(row["evidence"]) == [("data", "ＤＡＴＡ")]


@pytest.mark.parametrize(
    ("text", "h"),
    [
        ("首先，于是，最后", 1.0),
        ("最后，于是，首先", 0.8),
        ("于是，首先", 2 / 3 * 0.8),
        ("首先，最后", 2 / 3),
        ("最后", 1 / 3),
        ("没有首先", 1 / 3),
        ("不知道", 0.0),
        ("The problem was hard, so we met; 最后", 1.0),
        ("also", 0.0),
    ],
)
def test_structure_is_the_share_of_stages_less_a_fifth_when_out_of_order(text: str, h: float) -> None:
    (row,) = scored([text])
    assert h_of(row)["order"] == pytest.approx(h, abs=1e-15)


def test_evidence_of_structure_is_the_first_longest_cue_of_each_stage() -> None:
    (row,) = scored(["于是最后结果，首先，最后"])
    assert [(e["phrase"], e["start"], e["end"]) for e in row["evidence"]] == [
        ("于是", 0, 2),
        ("最后结果", 2, 6),
        ("首先", 7, 9),
    ]


def test_stages_that_begin_at_the_same_place_are_in_order() -> None:
    assert structure_score([4, 4, 9]) == 1.0
    assert structure_score([4, 3]) == pytest.approx(2 / 3 * 0.8)


def test_a_rubric_may_be_shared_by_questions() -> None:
    answers = batch(["需求分析"] * 2, question_id=["q1", "q1_again"])
    first, second = score_answers(answers, COMPILED, b"k").to_pylist()
    assert first == second
