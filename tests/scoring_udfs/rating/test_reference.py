"""An answer beside its reference."""

from __future__ import annotations

import pytest

from scoring_udfs.rating.reference import NAMES, prepared, rarity_of, reference_features
from scoring_udfs.rating.units import raw_units_of, units_of

RARITY = rarity_of([])
REFERENCE = "盘点内容包括：数量盘点、重量盘点、账实核对。"


def compared(answer: str, *references: str) -> dict[str, float]:
    ready = [prepared(raw_units_of(text), RARITY) for text in references]
    values = reference_features(prepared(units_of(answer), RARITY), ready)
    return dict(zip(NAMES, values.tolist(), strict=True))


def test_a_copy_covers_everything_and_adds_nothing() -> None:
    found = compared(REFERENCE, REFERENCE)
    for name in ("recall_1", "precision_3", "mean_items", "whole_tail", "grounded_least", "common_recall"):
        assert found[name] == pytest.approx(1)
    assert found["strange_count"] == 0


def test_one_item_of_three_is_a_third_of_the_list() -> None:
    found = compared("重量盘点。", REFERENCE)
    assert found["whole_tail"] == pytest.approx(1 / 3)
    assert found["grounded_mean"] == 1


def test_what_the_reference_lacks_is_strange() -> None:
    found = compared("重量盘点、随便写写。", REFERENCE)
    assert found["strange_count"] == 1
    assert found["strange_share"] == 0.5


def test_the_same_words_in_another_order_have_a_shorter_common_part() -> None:
    straight, turned = compared("数量盘点重量盘点", REFERENCE), compared("点盘量重点盘量数", REFERENCE)
    assert turned["recall_1"] == straight["recall_1"]
    assert turned["common_recall"] < straight["common_recall"]


def test_the_best_of_several_references_counts() -> None:
    assert compared(REFERENCE, "完全不同的答案", REFERENCE)["recall_2"] == pytest.approx(1)
    assert compared(REFERENCE, "完全不同的答案", REFERENCE)["mean_f_2"] < 0.6


def test_without_reference_or_text_all_is_zero() -> None:
    assert not any(compared("答案").values())
    assert compared("", REFERENCE)["recall_1"] == 0
