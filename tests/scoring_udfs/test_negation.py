"""Negation, case by case; test_match.py holds the whole against the naive matcher."""

from __future__ import annotations

import pyarrow as pa
import pytest

from scoring_udfs.rubric import compile_rubrics
from scoring_udfs.score import INPUT_COLUMNS, score_answers
from tests.scoring_udfs.small_seeds import phrases_of, scored
from warehouse.seeds import read_seeds
from warehouse.settings import REPOSITORY


def is_counted(text: str) -> bool:
    (row,) = scored([text], question_id="q2")
    phrases = {phrase for _, phrase in phrases_of(row["evidence"])}
    return "团队" in phrases or "we" in phrases


@pytest.mark.parametrize(
    "text",
    [
        "没有团队",
        "没团队",
        "没有一二三四团队",  # 没有 begins 6 before the phrase
        "不是一个好团队",
        "I am not in the 团队",
        "don't like 团队",
        "no one here. not we",
        "并不是不仅团队",  # one 不 is excused, the other is not
        "没有，没有团队",
        "没有、团队",  # 、 is not among the cuts
        "没有：团队",
    ],
)
def test_a_cue_in_the_window_takes_the_hit_away(text: str) -> None:
    assert not is_counted(text)


@pytest.mark.parametrize(
    "text",
    [
        "团队",
        "没有一二三四五团队",  # 没有 begins 7 before the phrase
        "没有。团队",
        "没有！团队",
        "没有？团队",
        "没有；团队",
        "没有，团队",
        "没有,团队",
        "没有.团队",
        "没有!团队",
        "没有?团队",
        "没有;团队",
        "没有…团队",  # … becomes three full stops
        "团队没有",
        "不仅团队",
        "不断团队",
        "是不是团队",
        "know 团队",  # no is not a word here
        "notes 团队",
        "not only 团队",
        "don't.团队",
        "not in a million years 团队",  # not begins more than 20 before
        "n'ta 团队",
    ],
)
def test_no_cue_or_an_exception_leaves_the_hit(text: str) -> None:
    assert is_counted(text)


def test_an_exception_may_reach_into_the_phrase() -> None:
    (row,) = scored(["无论证"], question_id="q2")
    assert phrases_of(row["evidence"]) == [("team", "论证")]
    (row,) = scored(["无需论证"], question_id="q2")
    assert phrases_of(row["negated"]) == [("team", "论证")]


def test_the_english_window_is_twenty_code_points_wide() -> None:
    inside, outside = "not " + "x" * 15 + " 团队", "not " + "x" * 16 + " 团队"
    assert not is_counted(inside)
    assert is_counted(outside)


@pytest.mark.parametrize("apostrophe", ["'", "’", "＇"])
@pytest.mark.parametrize("said", ["We couldn{}t find common ground.", "It wasn{}t a compromise."])
def test_the_shipped_cues_deny_in_english_however_the_apostrophe_is_set(said: str, apostrophe: str) -> None:
    rubrics = compile_rubrics(read_seeds(REPOSITORY / "dbt_project" / "seeds"))
    columns = {name: [None, None] for name in INPUT_COLUMNS} | {"question_id": ["q_general_1"] * 2}
    texts = [said.format(apostrophe), said.replace("n{}t", "")]
    denied, meant = score_answers(pa.table(columns), rubrics, b"k", texts).to_pylist()
    assert len(denied["negated"]) == len(meant["evidence"]) == 1
    assert denied["evidence"] == meant["negated"] == []


def test_one_unnegated_occurrence_is_enough_and_the_negated_one_is_reported() -> None:
    (row,) = scored(["没有团队。后来有了团队"], question_id="q2")
    assert [(e["phrase"], e["start"], e["end"]) for e in row["evidence"]] == [("团队", 9, 11)]
    assert [(e["phrase"], e["start"], e["end"]) for e in row["negated"]] == [("团队", 2, 4)]
    assert row["criteria"][0]["hits"] == 1


def test_negating_a_phrase_removes_its_hit() -> None:
    for phrase in ("团队", "分工"):
        plain, denied = scored([f"我们{phrase}", f"我们没有{phrase}"], question_id="q2")
        assert plain["criteria"][0]["hits"] == denied["criteria"][0]["hits"] + 1


def test_a_full_width_cue_is_a_cue() -> None:
    assert not is_counted("ｎｏｔ 团队")
