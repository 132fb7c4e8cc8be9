"""Saying it again, key words in no sentence and filler do not raise a rating."""

from __future__ import annotations

import dataclasses
import random

import numpy as np
import pytest

from scoring_udfs.rating import FittedModel, reasons
from tests.scoring_udfs.rating.attacks import NUMBERS, ORDERS, attacked, key_phrases
from tests.scoring_udfs.rating.made_answers import asked, rated_answers

Fitted = tuple[str, FittedModel]


def changes(language: str, model: FittedModel) -> dict[str, np.ndarray]:
    """Attack → change of the rating of each of forty new answers."""
    learnt = rated_answers(120, language, questions=2)
    phrases = key_phrases(learnt["text"].to_pylist(), learnt["rating"].to_pylist(), language)
    dice = random.Random(1)
    texts = [text for text in rated_answers(50, language, seed=9)["text"].to_pylist() if text][:40]
    plain = np.array(model.predict(asked("q0", *texts))["rating"].to_pylist())
    after = [attacked(text, phrases, language, dice) for text in texts]
    return {
        name: np.array(model.predict(asked("q0", *(one[name] for one in after)))["rating"].to_pylist())
        - plain
        for name in after[0]
    }


def test_no_attack_raises_the_rating(fitted: Fitted) -> None:
    for name, change in changes(*fitted).items():
        assert np.median(change) <= 0, name
        assert change.mean() <= 0.05, name
        assert np.mean(change > 0) <= 0.1, name


@pytest.mark.parametrize("name", ["repeated", "punctuation"])
def test_saying_it_again_and_punctuation_change_nothing_at_all(fitted: Fitted, name: str) -> None:
    assert not changes(*fitted)[name].any()


def test_key_words_alone_are_worth_little_and_a_human_is_asked(fitted: Fitted) -> None:
    language, model = fitted
    learnt = rated_answers(120, language, questions=2)
    phrases = key_phrases(learnt["text"].to_pylist(), learnt["rating"].to_pylist(), language, 30)
    (row,) = model.predict(asked("q0", " ".join(phrases))).to_pylist()
    assert row["rating"] <= 1
    assert row["reason"] == reasons.DOUBTFUL_TEXT


def test_orders_numbers_and_signs_alone_get_the_lowest_rating(fitted: Fitted) -> None:
    language, model = fitted
    nothing = [ORDERS[language], f"{NUMBERS} " * 5, "，。！？……（）" * 20, "👍💯" * 20]
    assert model.predict(asked("q0", *nothing))["rating"].to_pylist() == [0, 0, 0, 0]


def test_ten_million_characters_are_rated_like_their_beginning(fitted: Fitted) -> None:
    language, model = fitted
    text = rated_answers(1, language, seed=3)["text"][0].as_py()
    huge = text * (10_000_000 // len(text))
    found = model.predict(asked("q0", text, huge))["rating"].to_pylist()
    assert found[0] == found[1]


def test_without_the_guard_key_words_would_raise_it(fitted: Fitted) -> None:
    # Keeps the tests above honest: the attack works on a model that believes every word.
    language, model = fitted
    state = model.to_state()
    readings = state["readings"]
    blind = dataclasses.replace(readings, guard=dataclasses.replace(readings.guard, judge=None))
    found = changes(language, FittedModel.from_state(state | {"readings": blind}))
    assert found["key words with spaces"].mean() > 0.3
