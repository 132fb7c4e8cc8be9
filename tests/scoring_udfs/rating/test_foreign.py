"""Passages that no other answer to the question would hold are left out, whatever they are about."""

from __future__ import annotations

import pytest

from scoring_udfs.rating.foreign import without_foreign
from scoring_udfs.rating.seen import Seen, Source
from scoring_udfs.rating.units import units_of

ANSWERS = {
    "zh": [
        "链表插入时只需要修改指针。",
        "链表插入时只需要改指针，不移动元素。",
        "链表插入时只需要修改指针。",
    ],
    "en": [
        "They need to know the mass of it.",
        "You need to know the mass of it first.",
        "I need to know the mass.",
    ],
}
FILLER = {
    "zh": "春天来了，小草从土里探出头来。孩子们在操场上放风筝。",
    "en": "Spring has come, and children fly their kites. My grandmother bakes apple pies.",
}


def here(language: str) -> Seen:
    """What at least two answers to the question hold."""
    return Seen.of([Source.of(units_of(text)) for text in ANSWERS[language]], 2)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("order", ["{answer} {filler}", "{filler} {answer}"])
def test_filler_changes_nothing_of_what_is_read(language: str, order: str) -> None:
    answer = ANSWERS[language][0]
    padded = units_of(order.format(answer=answer, filler=FILLER[language]))
    left = without_foreign(padded, here(language))
    assert left.hash.tolist() == units_of(answer).hash.tolist()


@pytest.mark.parametrize("language", ["zh", "en"])
def test_an_answer_like_others_stays_as_it_is(language: str) -> None:
    answer = units_of(ANSWERS[language][1])
    assert without_foreign(answer, here(language)) is answer


def test_a_few_words_of_ones_own_stay() -> None:
    answer = units_of("链表插入时只需要修改指针，很方便。")
    assert without_foreign(answer, here("zh")) is answer


def test_of_filler_alone_nothing_is_left() -> None:
    assert len(without_foreign(units_of(FILLER["zh"]), here("zh"))) == 0
