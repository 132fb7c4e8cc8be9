"""The whole model on made-up answers: refusals, determinism, order, states, hostile rows."""

from __future__ import annotations

import dataclasses
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from scoring_udfs.errors import KernelError
from scoring_udfs.rating import PREDICTION_SCHEMA, FittedModel, fit, reasons
from scoring_udfs.rating import fitting as fitting_module
from tests.scoring_udfs.rating.made_answers import asked, rated_answers

Fitted = tuple[str, FittedModel]


def test_it_learns_what_the_raters_look_for(fitted: Fitted) -> None:
    _, model = fitted
    evidence = model.report.overall
    assert evidence is not None
    assert evidence.model.qwk > 0.85
    assert evidence.model.qwk > evidence.length.qwk + 0.05
    assert 0.85 <= evidence.coverage <= 1
    assert [question.model for question in model.report.questions] == ["question", "question"]


def test_predictions_stay_on_the_scale_and_in_order(fitted: Fitted) -> None:
    language, model = fitted
    rows = rated_answers(30, language, questions=2, seed=5)
    found = model.predict(rows)
    assert found.schema == PREDICTION_SCHEMA
    assert found["answer_id"].to_pylist() == rows["answer_id"].to_pylist()
    ratings = np.array(found["rating"].to_pylist())
    assert set(ratings) <= {0, 1, 2, 3, 4}
    assert np.all(np.array(found["low"].to_pylist()) <= ratings)
    assert np.all(ratings <= np.array(found["high"].to_pylist()))
    assert np.corrcoef(ratings, rows["rating"].to_pylist())[0, 1] > 0.85


def test_each_row_is_rated_alone(fitted: Fitted) -> None:
    language, model = fitted
    rows = rated_answers(25, language, questions=2, seed=6)
    turned = np.random.default_rng(0).permutation(rows.num_rows)
    assert model.predict(rows.take(turned)).equals(model.predict(rows).take(turned))
    parts = [model.predict(rows.slice(start, 7)) for start in range(0, rows.num_rows, 7)]
    assert pa.concat_tables(parts).equals(model.predict(rows))


def test_a_state_is_data_and_brings_the_model_back(fitted: Fitted) -> None:
    language, model = fitted
    rows = rated_answers(20, language, questions=2, seed=7)
    state = model.to_state()
    assert not [kind for kind in kinds_in(state) if not is_plain(kind)]
    assert FittedModel.from_state(state).predict(rows).equals(model.predict(rows))


def test_the_state_holds_no_text(fitted: Fitted) -> None:
    language, model = fitted
    found = "\n".join(strings_in(model.to_state()))
    assert "指针" not in found
    assert "vinegar" not in found
    assert language in found  # the name of a slice: strings are found where there are some


def test_the_same_ratings_give_the_same_model_in_any_order_and_on_any_machine(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    rows = rated_answers(60, "zh", references=True)
    first = fit(rows)
    monkeypatch.setattr(fitting_module.os, "cpu_count", lambda: 1)
    again = fit(rows.take(np.random.default_rng(1).permutation(60)))
    assert same(first.to_state(), again.to_state())
    assert not same(first.to_state(), fit(rows, seed=1).to_state())


def test_fewer_than_fifty_ratings_fit_no_model() -> None:
    model = fit(rated_answers(49))
    (question,) = model.report.questions
    assert (question.model, question.reason) == ("none", reasons.FEW_RATINGS)
    (row,) = model.predict(asked("q0", "链表的插入和删除只需要修改指针")).to_pylist()
    assert (row["rating"], row["model"], row["reason"]) == (None, "none", reasons.FEW_RATINGS)


def test_constant_ratings_fit_no_model() -> None:
    rows = rated_answers(60)
    model = fit(rows.set_column(3, "rating", pa.array([2.0] * 60)))
    assert model.report.questions[0].reason == reasons.CONSTANT_RATINGS


@pytest.mark.parametrize("language", ["zh", "en"])
def test_ratings_by_chance_fit_hardly_any_model(language: str) -> None:
    # A few in a hundred come through, as in any such test: of these five, drawn beforehand, none.
    found = []
    for seed in range(1, 6):
        rows = rated_answers(80, language, seed=seed)
        chance = np.random.default_rng(seed).integers(0, 5, 80).astype(float)
        found += fit(rows.set_column(3, "rating", pa.array(chance))).report.questions
    assert [question.model for question in found] == ["none"] * 5


@pytest.mark.parametrize("language", ["zh", "en"])
def test_ratings_by_length_alone_fit_no_model(language: str) -> None:
    rows = rated_answers(80, language)
    lengths = np.array([len(text) for text in rows["text"].to_pylist()])
    by_length = np.digitize(lengths, np.quantile(lengths, [0.25, 0.5, 0.75])).astype(float)
    (question,) = fit(rows.set_column(3, "rating", pa.array(by_length))).report.questions
    assert (question.model, question.reason) == ("none", reasons.NOT_BETTER_THAN_LENGTH)
    assert question.evidence is not None


def test_two_raters_are_compared() -> None:
    rows = rated_answers(60)
    twice = pa.concat_tables([rows, rows]).append_column("rater_id", pa.array(["r"] * 60 + ["s"] * 60))
    report = fit(twice).report
    assert (report.answers, report.human_qwk, report.questions[0].raters) == (60, 1.0, 2)


def test_people_are_compared_on_the_answers_that_the_model_is_judged_on() -> None:
    many, few = rated_answers(60), rated_answers(10).set_column(0, "question_id", pa.array(["few"] * 10))
    turned = few.set_column(3, "rating", pa.array([4.0 - rating for rating in few["rating"].to_pylist()]))
    twice = pa.concat_tables([many, few, many, turned], promote_options="permissive")
    report = fit(twice.append_column("rater_id", pa.array(["r"] * 70 + ["s"] * 70))).report
    by_question = {one.question_id: one.human_qwk for one in report.questions}
    assert by_question["q0"] == 1
    assert by_question["few"] is not None
    assert by_question["few"] < 0
    assert (report.overall is not None, report.human_qwk) == (True, 1)


@pytest.mark.parametrize(
    "text", ["", " ", "😀", "\ud800", "?!" * 1000, "a" * 1_000_000, "链表" * 500_000, "\x00", "１２３"]
)
def test_hostile_texts_get_a_rating_on_the_scale(fitted: Fitted, text: str) -> None:
    _, model = fitted
    data = pa.array([text.encode("utf-8", "surrogatepass")], pa.large_binary())
    rows = asked("q0", "x").set_column(2, "text", data)
    (row,) = model.predict(rows).to_pylist()
    assert 0 <= row["low"] <= row["rating"] <= row["high"] <= 4


def test_a_blank_answer_gets_the_lowest_rating_and_a_null_one_none(fitted: Fitted) -> None:
    _, model = fitted
    blank, null = model.predict(asked("q0", "  ", None)).to_pylist()
    assert (blank["rating"], blank["low"], blank["reason"]) == (0, 0, reasons.EMPTY_TEXT)
    assert (null["rating"], null["model"], null["reason"]) == (None, "none", reasons.NO_TEXT)


def test_an_unknown_question_is_not_rated(fitted: Fitted) -> None:
    _, model = fitted
    (row,) = model.predict(asked("other", "链表")).to_pylist()
    assert (row["rating"], row["reason"]) == (None, reasons.UNKNOWN_QUESTION)


def test_an_empty_table_gives_an_empty_table(fitted: Fitted) -> None:
    _, model = fitted
    assert model.predict(asked("q0").slice(0, 0)).num_rows == 0


def test_without_a_single_rating_there_is_nothing_to_learn() -> None:
    with pytest.raises(KernelError, match="nothing can be learnt"):
        fit(rated_answers(10).slice(0, 0))


def test_every_reason_has_words_in_both_languages() -> None:
    codes = {value for name, value in vars(reasons).items() if name.isupper() and isinstance(value, str)}
    assert codes == set(reasons.WORDS)
    for code in codes:
        assert reasons.sentence(code, "zh") and reasons.sentence(code, "en")


def is_plain(kind: type) -> bool:
    ours = dataclasses.is_dataclass(kind) and kind.__module__.startswith("scoring_udfs.rating.")
    return ours or kind in {str, int, float, bool, type(None), dict, list, tuple, np.ndarray}


def walk(value: Any) -> list[Any]:
    if dataclasses.is_dataclass(value):
        inner = [getattr(value, field.name) for field in dataclasses.fields(value)]
    elif isinstance(value, dict):
        inner = [*value.keys(), *value.values()]
    else:
        inner = list(value) if isinstance(value, list | tuple) else []
    return [value, *(found for one in inner for found in walk(one))]


def kinds_in(value: Any) -> set[type]:
    return {float if isinstance(one, np.floating) else type(one) for one in walk(value)}


def strings_in(value: Any) -> list[str]:
    return [one for one in walk(value) if isinstance(one, str)]


def same(left: Any, right: Any) -> bool:
    pairs = list(zip(walk(left), walk(right), strict=True))
    for one, other in pairs:
        if isinstance(one, np.ndarray):
            if not (one.dtype == other.dtype and np.array_equal(one, other, equal_nan=one.dtype.kind == "f")):
                return False
        elif isinstance(one, str | int | float) and one != other:
            return False
    return True
