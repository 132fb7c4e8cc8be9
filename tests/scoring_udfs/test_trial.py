"""One answer tried: points by hand, losses that add up, and a text that can be put together again."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring_udfs.rubric import RubricSet, compile_rubrics
from scoring_udfs.said import pieces
from scoring_udfs.trial import Answer, Trial, UnknownNameError, try_answer, weights_of
from tests.scoring_udfs.checked_seeds import change, write
from tests.scoring_udfs.small_seeds import PIECES
from warehouse.seeds import read_seeds
from warehouse.settings import REPOSITORY

TODAY = dt.date(2026, 9, 30)
Rules = tuple[dict[str, pa.Table], RubricSet]


@pytest.fixture(scope="module")
def shipped() -> Rules:
    seeds = read_seeds(REPOSITORY / "dbt_project" / "seeds")
    return seeds, compile_rubrics(seeds)


@pytest.fixture(scope="module")
def rules(tmp_path_factory: pytest.TempPathFactory) -> Rules:
    """`checked_seeds`, in which q1 asks for cause (2 of logic), help (1 of team) and order (1 of logic)."""
    seeds = read_seeds(write(tmp_path_factory.mktemp("rules")))
    return seeds, compile_rubrics(seeds)


def tried(rules: Rules, text: str, question: str = "q1", role: str | None = None, **more: float) -> Trial:
    return try_answer(*rules, Answer(question, text, **more), role, TODAY)


def test_points_and_losses_are_those_of_the_rules(rules: Rules) -> None:
    trial = tried(rules, "首先我排查了一遍，于是主动补位。")
    # cause 1 of 2 phrases, help met, structure 2 of 3 stages.
    assert {c.criterion_id: c.h for c in trial.criteria} == pytest.approx(
        {"cause": 0.5, "help": 1.0, "order": 2 / 3}
    )
    points = {c.competency_id: c.points for c in trial.competencies}
    assert points == pytest.approx({"logic": 100 * (2 * 0.5 + 2 / 3) / 3, "team": 100})
    assert trial.overall == pytest.approx(100 * (2 * 0.5 + 1 + 2 / 3) / 4)
    lost = {c.criterion_id: c.lost for c in trial.criteria}
    assert lost == pytest.approx({"cause": 25, "help": 0, "order": 100 / 12})


def test_a_role_weighs_the_competencies(rules: Rules) -> None:
    trial = tried(rules, "首先我排查了一遍，于是主动补位。", role="rep")
    logic = 100 * (2 * 0.5 + 2 / 3) / 3
    assert trial.overall == pytest.approx(0.6 * logic + 0.4 * 100)
    assert sum(c.lost for c in trial.criteria) == pytest.approx(100 - (trial.overall or 0))
    assert {c.competency_id: c.weight for c in trial.competencies} == {"logic": 60, "team": 40}


def test_what_would_count_is_what_was_not_said_in_the_language_of_the_answer(rules: Rules) -> None:
    chinese, english = tried(rules, "我排查了。"), tried(rules, "I traced back.")
    assert chinese.criteria[0].missing == ("找到原因",)
    assert english.criteria[0].missing == ("root cause",)
    assert chinese.criteria[2].missing == ("definition", "solution", "verification")


def test_where_one_language_does_not_suffice_both_are_named(tmp_path: Path) -> None:
    folder = change(write(tmp_path), "phrases", "cause,zh,找到原因\n", "")
    seeds = read_seeds(folder)
    trial = tried((seeds, compile_rubrics(seeds)), "没说什么。")
    assert trial.criteria[0].missing == ("排查", "traced back", "root cause")


def test_a_denied_phrase_names_what_denies_it(rules: Rules) -> None:
    text = "我没有　逐一排查，did not have traced back"
    trial = tried(rules, text)
    found = {(denied.phrase, denied.cue, text[denied.cue_start : denied.end]) for denied in trial.denied}
    assert found == {
        ("排查", "没有", "没有　逐一排查"),
        ("traced back", "not", "not have traced back"),
    }
    assert trial.said == ()


def test_the_cue_of_every_one_of_many_denials_is_found(rules: Rules) -> None:
    # Where each cue was looked for from the beginning, this did not end.
    trial = tried(rules, "没有排查。" * 20_000)
    assert {denied.cue for denied in trial.denied} == {"没有"}


def test_an_exception_denies_nothing(rules: Rules) -> None:
    trial = tried(rules, "我不仅排查了")
    assert [said.phrase for said in trial.said] == ["排查"]
    assert trial.denied == ()


def test_stages_out_of_order_are_said_to_be(rules: Rules) -> None:
    trial = tried(rules, "最后，于是，首先")
    assert trial.is_out_of_order
    assert trial.criteria[2].h == pytest.approx(0.8)
    assert trial.criteria[2].missing == ()
    assert not tried(rules, "首先，于是，最后").is_out_of_order


def test_pace_needs_a_time(rules: Rules) -> None:
    text = "共享" * 30
    without, slow = tried(rules, text, "q2"), tried(rules, text, "q2", seconds=24)
    assert [c.h for c in without.criteria] == [None, 1.0]
    assert without.overall == 100
    # 60 characters in 24 seconds are 150 a minute: half way from 100 to 200.
    assert [c.h for c in slow.criteria] == [0.5, 1.0]
    assert slow.overall == 75
    assert without.competencies[0].points is None


@pytest.mark.parametrize("text", ["", "   ", "\u3000\n"])
def test_an_answer_of_nothing_is_a_skipped_one(rules: Rules, text: str) -> None:
    trial = tried(rules, text)
    assert trial.is_skipped
    assert trial.overall == 0


def test_an_unknown_question_names_the_nearest(rules: Rules, shipped: Rules) -> None:
    with pytest.raises(UnknownNameError, match=r"no question 'q9': did you mean q2 or q1\?"):
        tried(rules, "x", "q9")
    with pytest.raises(UnknownNameError) as caught:
        tried(shipped, "x", "q_sales_1")
    assert "q_sales_rep_1" in caught.value.nearest


def test_an_unknown_role_names_the_nearest(rules: Rules) -> None:
    with pytest.raises(UnknownNameError, match=r"no role 'repp': did you mean rep\?"):
        tried(rules, "x", role="repp")


def test_weights_are_those_of_the_day(tmp_path: Path) -> None:
    folder = change(
        write(tmp_path), "role_weights", "", "rep,logic,10,,2025-01-01\nrep,team,90,,2025-01-01\n"
    )
    seeds = read_seeds(folder)
    days = {
        day: weights_of(seeds, "rep", dt.date.fromisoformat(day))
        for day in ("2020-01-01", "2024-12-31", "2025-01-01")
    }
    assert days == {
        "2020-01-01": {"logic": 60, "team": 40},
        "2024-12-31": {"logic": 60, "team": 40},
        "2025-01-01": {"logic": 10, "team": 90},
    }


SAID = [
    "问题在于",
    "于是我",
    "最终",
    "排查",
    "逐一核对",
    "历史数据",
    "traced it back",
    "没有",
    "不仅",
    "did not ",
    "，",
]


@given(st.lists(st.sampled_from([*SAID, *PIECES]), max_size=12).map("".join))
def test_pieces_put_together_are_the_text_and_marked_as_found(shipped: Rules, text: str) -> None:
    trial = tried(shipped, text, "q_general_2")
    cut = pieces(text, trial.said, trial.denied)
    assert "".join(piece.text for piece in cut) == text
    at = 0
    for piece in cut:
        end = at + len(piece.text)
        counted = [said for said in trial.said if said.start < end and said.end > at]
        assert (piece.kind in ("hit", "stage")) == bool(counted)
        at = end


@given(st.lists(st.sampled_from([*SAID, *PIECES]), max_size=12).map("".join))
def test_every_denial_has_its_cue_before_it(shipped: Rules, text: str) -> None:
    for denied in tried(shipped, text, "q_general_2").denied:
        assert denied.cue
        assert denied.cue_start < denied.start


@given(st.lists(st.sampled_from([*SAID, *PIECES]), max_size=12).map("".join))
def test_losses_add_up_to_what_is_missing(shipped: Rules, text: str) -> None:
    for role in (None, "sales_rep"):
        trial = tried(shipped, text, "q_general_2", role)
        if trial.overall is not None:
            assert sum(c.lost for c in trial.criteria) == pytest.approx(100 - trial.overall)
