"""What scoring.md, section 7, asks of the kernels (order and batches are in test_score.py)."""

from __future__ import annotations

import time

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_udfs.normalise import normalise_text
from scoring_udfs.score import score_answers
from tests.scoring_udfs.small_seeds import PIECES, SEEDS, batch, h_of, rubrics, scored

COMPILED = rubrics()
PHRASES = [row["phrase"] for row in SEEDS["phrases"] if row["criterion_id"] in ("need", "data")]
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
KINDS = {row["criterion_id"]: row["kind"] for row in SEEDS["criteria"]}


@settings(max_examples=300, deadline=None)
@given(TEXTS.filter(str.strip), st.sampled_from(PHRASES))
def test_one_more_matched_phrase_never_lowers_a_score(text: str, phrase: str) -> None:
    before, after = scored([text, f"{text}。{phrase}。"], COMPILED)
    for criterion, h in h_of(before).items():
        if KINDS[criterion] == "phrases":
            assert h_of(after)[criterion] >= h


@settings(max_examples=300, deadline=None)
@given(TEXTS)
def test_saying_it_again_changes_nothing(text: str) -> None:
    once, twice = scored([text, f"{text}。{text}"], COMPILED)
    if text.strip():
        assert h_of(once) == h_of(twice)


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_spans_slice_back_to_their_phrases(text: str) -> None:
    (row,) = scored([text], COMPILED)
    for span in row["evidence"] + row["negated"]:
        assert 0 <= span["start"] < span["end"] <= len(text)
        said = normalise_text(text[span["start"] : span["end"]])
        assert normalise_text(span["phrase"]) in said.replace("ς", "σ")


@given(st.sampled_from(["需求", "客户访谈", "数据"]), st.sampled_from(["没有", "没", "不", "无"]))
def test_negating_a_phrase_removes_its_hit(phrase: str, cue: str) -> None:
    said, denied = scored([f"我们{phrase}", f"我们{cue}{phrase}"], COMPILED)
    assert sum(c["hits"] for c in said["criteria"]) == 1
    assert sum(c["hits"] for c in denied["criteria"]) == 0
    assert [span["phrase"] for span in denied["negated"]] == [phrase]


@settings(max_examples=200, deadline=None)
@given(st.none() | st.text(st.characters(exclude_categories=()), max_size=50))
def test_no_text_of_any_code_points_crashes(text: str | None) -> None:
    (row,) = score_answers(batch([None]), COMPILED, b"k", texts=[text]).to_pylist()
    assert len(row["criteria"]) == 4
    assert all(h is None or 0 <= h <= 1 for h in h_of(row).values())


def test_ten_megabytes_take_linear_time_and_give_the_right_hits() -> None:
    unit = "我们没有做需求分析，后来用了crm系统；首先…😀"
    small, large = unit * 1_000, unit * (10_000_000 // len(unit.encode()))
    started = time.perf_counter()
    scored([small], COMPILED)
    middle = time.perf_counter()
    (row,) = score_answers(batch([large]), COMPILED, b"k").select(["criteria", "text_chars"]).to_pylist()
    ended = time.perf_counter()
    assert row["text_chars"] == len(large)
    assert [c["hits"] for c in row["criteria"]] == [1, 0, 1, 0]
    growth = len(large) / len(small)
    assert ended - middle < 5 * growth * max(middle - started, 0.01)
