"""Why a row waits, in words: every rule that the ingestion names has words, and the limits are kept."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pytest

from dashboards.catalogue import LANGUAGES, words_in
from dashboards.reasons import in_words
from ingestion.contract import Column
from ingestion.values.ranges import out_of_range

INGESTION = Path(__file__).parents[2] / "ingestion"
# What says why a row is not accepted, and the place of the rule's code among its arguments.
SAYERS = {
    "UnreadableError": 1,
    "SwappedDateError": 1,
    "Trouble": 1,
    "without_rows": 2,
    "BrokenRow": 3,
    "Problem": 3,
}


def codes_in(path: Path) -> Iterator[str]:
    """The codes that a file of the ingestion gives to rows that it does not accept."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    constants = {
        target.id: node.value
        for node in tree.body
        if isinstance(node, ast.Assign)
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        place = SAYERS.get(getattr(call.func, "id", getattr(call.func, "attr", "")))
        if place is None:
            continue
        named = [keyword.value for keyword in call.keywords if keyword.arg == "code"]
        for given in [*call.args[place : place + 1], *named]:
            value = constants.get(given.id, given) if isinstance(given, ast.Name) else given
            if isinstance(value, ast.Constant):
                yield str(value.value)


def test_every_rule_of_the_ingestion_has_words_and_a_remedy() -> None:
    said = {code for path in INGESTION.rglob("*.py") for code in codes_in(path)} | {"broken"}
    assert len(said) > 20
    for language in LANGUAGES:
        words = words_in(language)
        assert said - set(words.choices("code")) == set()
        assert set(words.choices("code_fix")) == set(words.choices("code"))


@pytest.mark.parametrize(
    ("limits", "value", "words"),
    [
        ({"min": 0, "max": 100}, 120.5, "超出范围：应在 0–100 之间"),
        ({"min": -1.5}, -2, "超出范围：不能小于 -1.5"),
        ({"max": 5}, 6, "超出范围：不能大于 5"),
        ({"above": 0}, 0, "超出范围：必须大于 0"),
    ],
)
def test_the_limits_that_the_ingestion_names_stand_in_the_chinese_reason(
    limits: dict[str, float], value: float, words: str
) -> None:
    column = Column(name="score", type="number", **limits)
    (why,) = out_of_range(column, pa.array([float(value)])).values()
    assert in_words(words_in("zh"), why.code, why.sentence(str(value), private=False)) == words


@pytest.mark.parametrize(
    ("code", "reason", "words"),
    [
        (
            "not_in_list",
            "'停薪留职' is not one of active · leave",
            "不在允许的值之内：应为 active · leave",
        ),
        (
            "field_count",
            "the row has 12 fields, the header has 11",
            "字段数与表头不符：这一行 12 个，表头 11 个",
        ),
        ("not_a_number", "'面议' is not a number", "不是数字"),
        ("empty", "the cell is empty, but the column is required", "必填项为空"),
        ("broken", "an object has one key twice", "其他原因：an object has one key twice"),
        ("a_rule_of_tomorrow", "it is new", "a_rule_of_tomorrow：it is new"),
    ],
)
def test_a_reason_in_chinese_names_the_rule_and_what_it_asks_for(code: str, reason: str, words: str) -> None:
    assert in_words(words_in("zh"), code, reason) == words


def test_a_reason_in_english_is_the_sentence_of_the_data() -> None:
    sentence = "the cell is empty, but the column is required"
    assert in_words(words_in("en"), "empty", sentence) == "The cell is empty, but the column is required"
