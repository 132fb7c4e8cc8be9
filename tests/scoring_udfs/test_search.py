"""The compiled search finds what the naive one finds, whatever the rubric; test_match.py has more."""

from __future__ import annotations

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_udfs.score import score_answers
from tests.scoring_udfs import naive
from tests.scoring_udfs.small_seeds import KEY, PIECES, SEEDS, batch, rubrics, scored
from tests.scoring_udfs.test_match import spans

COMPILED = rubrics()
# Texts of every kind of character: what Arrow cannot hold goes in as Python strings.
PIECE = st.sampled_from([*PIECES, "\ud800", "ｶﾞ", "\u1112\u1161\u11ab", "\u2028", "𝚺", "no", "n't "])
TEXTS = st.none() | st.lists(PIECE | st.text(max_size=2), max_size=12).map("".join)


def seeds_of(phrases: list[tuple[str, str]], least: int = 1) -> dict:
    """One rubric of one criterion with these (lang, phrase)."""
    return SEEDS | {
        "questions": [{"question_id": "q1", "rubric_id": "r1"}],
        "criteria": [{"rubric_id": "r1", "criterion_id": "need", "kind": "phrases", "min_phrases": least}],
        "phrases": [
            {"criterion_id": "need", "lang": lang, "phrase": phrase.strip()} for lang, phrase in phrases
        ],
    }


def check(seeds: dict, text: str) -> None:
    """Spans and negated spans of a text that is normalised already equal the naive ones."""
    assert text == naive.normalise(text)
    (row,) = scored([text], rubrics(seeds))
    phrases = [(phrase["phrase"], phrase["lang"]) for phrase in seeds["phrases"]]
    counted, negated = naive.phrase_hits(text, phrases, seeds["negation_cues"])
    assert spans(row["evidence"]) == {("need", *hit) for hit in counted}
    assert spans(row["negated"]) == {("need", *hit) for hit in negated}


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["q1", "q2", "nobody's"]), TEXTS), max_size=8))
def test_a_batch_of_mixed_questions_equals_the_naive_kernels_row_by_row(answers: list) -> None:
    texts = [text for _, text in answers]
    questions = [question for question, _ in answers]
    table = batch([""] * len(texts), question_id=questions, answer_seconds=6.0)
    rows = score_answers(table, COMPILED, KEY, texts=texts).to_pylist()
    for row, question, text in zip(rows, questions, texts, strict=True):
        found = [(c["criterion_id"], c["hits"], c["h"]) for c in row["criteria"]]
        assert found == naive.score(SEEDS, question, text, answer_seconds=6.0)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["zh", "en"]), st.text("ab好 ", min_size=1, max_size=14).filter(str.strip)),
        min_size=1,
        max_size=12,
    ),
    st.lists(st.sampled_from(["a", "b", "好", "ab", "好a", " ", "不", "不仅", "no ", "。"]), max_size=40),
)
def test_patterns_short_and_long_that_begin_alike_are_told_apart(phrases: list, pieces: list[str]) -> None:
    check(seeds_of(phrases), naive.normalise("".join(pieces)))


@pytest.mark.parametrize("length", [1, 2, 7, 8, 9, 16, 17, 40])
def test_a_pattern_of_any_length_is_found_at_both_ends_and_not_one_short(length: int) -> None:
    phrase = "".join(chr(0x4E00 + at) for at in range(length))
    seeds = seeds_of([("zh", phrase)])
    for text in (
        phrase,
        f"{phrase}x",
        f"x{phrase}",
        phrase + phrase,
        phrase[:-1],
        f"{phrase[:-1]}x",
        f"没{phrase}",
    ):
        check(seeds, text)


def test_thousands_of_phrases_many_of_one_beginning_are_all_found() -> None:
    draw = random.Random(4)
    words = {"".join(draw.choices("客户数据团队分工abc", k=draw.randint(1, 9))) for _ in range(4_000)}
    seeds = seeds_of([(draw.choice(["zh", "en"]), word) for word in sorted(words)])
    check(seeds, naive.normalise("".join(draw.choices("客户数据团队分工abc ,不", k=300))))


def test_characters_beyond_the_basic_plane_are_found() -> None:
    check(seeds_of([("zh", "😀😀"), ("zh", "𠀀好")]), "😀😀😀 𠀀好 不𠀀好")


def test_more_is_found_than_there_was_room_for() -> None:
    (row,) = scored(["需求分析" * 20_000])
    assert len(row["evidence"]) == 40_000
    assert row["evidence"][-1]["end"] == 80_000
    assert row["criteria"][0]["hits"] == 2


def test_a_rubric_may_have_several_criteria_of_structure() -> None:
    twice = [
        {"rubric_id": "r1", "criterion_id": name, "kind": "structure", "min_phrases": None} for name in "ab"
    ]
    seeds = SEEDS | {"criteria": [*SEEDS["criteria"], *twice]}
    (row,) = scored(["最后，首先"], rubrics(seeds))
    shown = [(e["criterion_id"], e["phrase"]) for e in row["evidence"]]
    assert shown == [(name, cue) for name in ("order", "a", "b") for cue in ("最后", "首先")]
    assert {c["h"] for c in row["criteria"] if c["kind"] == "structure"} == {2 / 3 * 0.8}


def test_texts_beside_each_other_in_memory_do_not_run_into_each_other() -> None:
    texts = ["需", "求", "没有", "需求", "分析", "cr", "m", "don't ", "crm", "需求", "是", "不是需求"]
    rows = scored(texts, lang="zh")
    assert [row["criteria"][0]["hits"] for row in rows] == [0, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0]
