"""The model card says what was learnt from, how good it is, and what it is not for, in two languages."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from string import Formatter

import pytest

from orchestration.rating.card import cards, in_language, installed
from orchestration.rating.card_words import LANGS, WORDS, words_of
from orchestration.rating.groups import GroupGap, group_gaps
from orchestration.rating.model_folder import CARD_JSON, CARD_MD, Facts
from scoring_udfs.rating import Report, reasons
from scoring_udfs.rating.agreement import Figures
from scoring_udfs.rating.attacks import NAMES
from scoring_udfs.rating.report import Attack, Evidence, PooledReport, QuestionReport

FACTS = Facts("2026-01-02", "d-0123456789abcdef", 7, {"numpy": "2.4"})
EVIDENCE = Evidence(
    model=Figures(60, 0.81, 0.8, 1.25),
    length=Figures(60, 0.41, 0.4, 2.0),
    tfidf=Figures(60, 0.71, 0.7, 1.5),
    gain_over_length=(0.3, 0.5),
    coverage=0.91,
    width=4.2,
)


Q1 = QuestionReport(
    question_id="q1",
    answers=60,
    raters=2,
    human_qwk=0.88,
    lowest=0.0,
    highest=10.0,
    step=0.5,
    model="question",
    reason="",
    evidence=EVIDENCE,
    weights={"trees": 1.0},
)


def report(*questions: QuestionReport, pooled: bool = False) -> Report:
    return Report(
        answers=60 * len(questions),
        questions=questions,
        human_qwk=0.88,
        overall=EVIDENCE,
        pooled=PooledReport(len(questions), pooled, "" if pooled else reasons.NO_REFERENCE, None),
        groups=(),
        folds=5,
        confidence=0.9,
    )


MIXED = report(
    Q1,
    replace(
        Q1,
        question_id="q2",
        model="none",
        reason=reasons.FEW_RATINGS,
        answers=12,
        evidence=None,
        human_qwk=None,
    ),
    replace(Q1, question_id="q3", model="pooled", reason=reasons.NOT_BETTER_THAN_LENGTH),
)


def markdown(found: Report = MIXED, groups: tuple[GroupGap, ...] = ()) -> str:
    return cards(found, FACTS, groups, "file")[CARD_MD]


def test_chinese_comes_first_then_english() -> None:
    text = markdown()
    assert text.index("# 评分模型卡") < text.index("# Rating model card")
    for name in ("use_text", "limit_humans", "limit_data", "limit_words", "limit_stuffing", "limit_privacy"):
        assert WORDS[name]["zh"] in text and WORDS[name]["en"] in text


def test_every_word_exists_in_both_languages() -> None:
    for name, words in WORDS.items():
        assert set(words) == {"zh", "en"} and all(words.values()), name


def test_a_question_stands_with_its_evidence_and_baselines() -> None:
    english = markdown().partition("# Rating model card")[2]
    row = next(line for line in english.splitlines() if line.startswith("| q1 "))
    cells = [cell.strip() for cell in row.strip("|").split("|")]
    assert cells == [
        *("q1", "60", "2", "0–10 / 0.5", "0.88", "0.81", "0.71", "0.41"),
        *("+0.30 … +0.50", "1.25", "91%", "4.20", "own model"),
    ]
    assert "| q2 | 12 | 2 | 0–10 / 0.5 | – | – |" in english


def test_a_refusal_stands_with_its_reason_in_both_languages() -> None:
    text = markdown()
    for code, name in ((reasons.FEW_RATINGS, "q2"), (reasons.NOT_BETTER_THAN_LENGTH, "q3")):
        for lang in ("zh", "en"):
            assert f"- {reasons.sentence(code, lang)} ({name})" in text


def test_the_scale_of_few_ratings_is_not_shown_since_it_would_show_them() -> None:
    found = cards(report(replace(Q1, answers=4, lowest=77.25, highest=77.25)), FACTS, (), "file")
    assert "77.25" not in found[CARD_MD] + found[CARD_JSON]
    assert "| q1 | 4 | 2 | – |" in found[CARD_MD]


def test_the_documentation_explains_every_reason() -> None:
    text = (Path(__file__).resolve().parents[2] / "docs" / "rating.md").read_text(encoding="utf-8")
    assert [code for code in reasons.WORDS if code not in text] == []


def test_attacks_stand_in_words_with_what_they_changed() -> None:
    tried = tuple(Attack(name, 40, -0.5, 0.05) for name in NAMES)
    chinese, _, english = markdown(replace(MIXED, attacks=tried)).partition("# Rating model card")
    assert "| key words after it, glued | 40 | -0.50 | 5% |" in english
    assert "| 附上关键词，连在一起 | 40 | -0.50 | 5% |" in chinese
    assert all(WORDS[f"attack_{name}"]["en"] in english for name in NAMES)


def test_facts_name_date_hash_seed_and_libraries() -> None:
    text = markdown()
    for fact in ("2026-01-02", "d-0123456789abcdef", "numpy 2.4", "seed: 7".capitalize()):
        assert fact in text


def test_installed_counts_own_and_pooled() -> None:
    assert installed(MIXED) == (1, 1)


def test_ids_of_other_people_cannot_break_the_table() -> None:
    text = markdown(report(replace(Q1, question_id="a|b\n# c`<script>")))
    assert "\n# c" not in text and "<script>" not in text.replace("\\<script\\>", "")
    assert "a\\|b # c" in text


def test_json_says_the_same_and_holds_no_nan() -> None:
    nothing = Evidence(*[Figures(0, float("nan"), 0, 0)] * 3, (0, 0), 0, 0)
    lost = report(replace(Q1, evidence=nothing))
    loaded = json.loads(cards(lost, FACTS, (), "warehouse")[CARD_JSON], parse_constant=pytest.fail)
    assert loaded["report"]["questions"][0]["evidence"]["model"]["qwk"] is None
    assert loaded["facts"]["origin"] == "warehouse"
    assert set(loaded["intended_use"]) == {"zh", "en"}


def test_the_error_of_a_group_is_shown_with_its_n() -> None:
    gaps = group_gaps("gender", ["f"] * 6 + ["m"] * 5, [1.0] * 6 + [-0.5] * 5)
    assert gaps == [GroupGap("gender", "f", 6, 1.0), GroupGap("gender", "m", 5, -0.5)]
    assert "| gender | f | 6 | +1.00 |" in markdown(groups=tuple(gaps))


def test_a_small_group_is_hidden_and_so_is_the_next_one_that_would_give_it_away() -> None:
    values = ["a"] * 9 + ["b"] * 6 + ["c"] * 4
    gaps = {gap.value: gap.n for gap in group_gaps("g", values, [0.0] * 19)}
    assert gaps == {"a": 9, "b": None, "c": None}


def test_two_small_groups_hide_each_other() -> None:
    values = ["a"] * 9 + ["b"] * 4 + [None] * 4
    gaps = {gap.value: gap.n for gap in group_gaps("g", values, [0.0] * 17)}
    assert gaps == {"a": 9, "b": None, None: None}
    hidden = tuple(group_gaps("g", values, [0.0] * 17))
    assert "| g | (not given) | not shown | not shown |" in markdown(groups=hidden)


def test_a_card_is_shown_in_one_language() -> None:
    whole = cards(MIXED, FACTS, [], "file")[CARD_MD]
    assert in_language(whole, "zh").startswith("# 评分模型卡") and "# Rating" not in in_language(whole, "zh")
    assert in_language(whole, "en").startswith("# Rating model card")


def test_what_the_command_says_names_the_same_in_both_languages() -> None:
    for name, by_language in words_of("command").items():
        assert set(by_language) == set(LANGS), name
        names = [
            sorted(field for _, field, _, _ in Formatter().parse(by_language[lang]) if field)
            for lang in LANGS
        ]
        assert names[0] == names[1], name
