"""The policy seeds are complete, refer to each other, and mean what an HR author wants them to mean."""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter, defaultdict
from datetime import date
from itertools import pairwise
from pathlib import Path

import pytest

SEEDS = Path(__file__).parents[2] / "dbt_project" / "seeds"
Row = dict[str, str]

KEYS = {
    "competencies": ("competency_id",),
    "departments": ("department_id",),
    "roles": ("role_id",),
    "role_weights": ("role_id", "competency_id", "valid_from"),
    "questions": ("question_id",),
    "criteria": ("criterion_id",),
    "criterion_names": ("criterion_id",),
    "phrases": ("criterion_id", "lang", "phrase"),
    "stage_cues": ("lang", "phrase"),
    "negation_cues": ("lang", "cue"),
    "pace_bands": ("lang",),
    "grade_policy": ("grade",),
    "pay_policy": ("grade", "valid_from"),
    "recommendation_policy": ("grade",),
    "score_calibration": ("competency_id", "raw"),
    "courses": ("course_id",),
    "signal_policy": ("signal",),
    "alert_rules": ("rule_key",),
    "function_words": ("lang", "word"),
}
REFERENCES = [
    ("roles", "department_id", "departments"),
    ("role_weights", "role_id", "roles"),
    ("role_weights", "competency_id", "competencies"),
    ("questions", "role_id", "roles"),
    ("criteria", "competency_id", "competencies"),
    ("criteria", "course_id", "courses"),
    ("criterion_names", "criterion_id", "criteria"),
    ("phrases", "criterion_id", "criteria"),
    ("pay_policy", "grade", "grade_policy"),
    ("recommendation_policy", "grade", "grade_policy"),
    ("score_calibration", "competency_id", "competencies"),
]


def read(name: str) -> list[Row]:
    with (SEEDS / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def normal(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


@pytest.fixture(scope="module")
def seeds() -> dict[str, list[Row]]:
    return {name: read(name) for name in KEYS}


@pytest.mark.parametrize("name", KEYS)
def test_a_seed_is_plain_utf8_with_one_value_per_column_and_no_stray_spaces(name: str) -> None:
    content = (SEEDS / f"{name}.csv").read_bytes()
    assert not content.startswith(b"\xef\xbb\xbf")
    assert b"\r" not in content
    assert content.endswith(b"\n")
    for row in read(name):
        assert None not in row, f"{name}: a value too many in {row}"
        assert None not in row.values(), f"{name}: a value too few in {row}"
        assert all(value == value.strip() for value in row.values()), f"{name}: stray spaces in {row}"


@pytest.mark.parametrize("name", KEYS)
def test_keys_are_present_and_unique(name: str, seeds: dict[str, list[Row]]) -> None:
    keys = [tuple(row[column] for column in KEYS[name]) for row in seeds[name]]
    assert all(all(key) for key in keys)
    assert [key for key, n in Counter(keys).items() if n > 1] == []


@pytest.mark.parametrize(("name", "column", "target"), REFERENCES)
def test_every_reference_leads_somewhere(
    name: str, column: str, target: str, seeds: dict[str, list[Row]]
) -> None:
    known = {row[KEYS[target][0]] for row in seeds[target]}
    assert {row[column] for row in seeds[name]} - known - {""} == set()


def test_each_rubric_belongs_to_exactly_one_question_and_names_its_criteria_after_it(
    seeds: dict[str, list[Row]],
) -> None:
    rubrics = [row["rubric_id"] for row in seeds["questions"]]
    assert len(rubrics) == len(set(rubrics))
    assert {row["rubric_id"] for row in seeds["criteria"]} == set(rubrics)
    for row in seeds["questions"]:
        assert row["rubric_id"] == "r_" + row["question_id"].removeprefix("q_")
        assert int(row["expected_seconds"]) > 0
        assert row["text_zh"] and row["text_en"]
    for row in seeds["criteria"]:
        assert row["criterion_id"].startswith(row["rubric_id"].removeprefix("r_") + ".")


def test_each_criterion_has_a_short_name_that_its_question_gives_once(seeds: dict[str, list[Row]]) -> None:
    names = {row["criterion_id"]: row for row in seeds["criterion_names"]}
    for column, longest in (("name_zh", 12), ("name_en", 40)):
        called = [(row["rubric_id"], names[row["criterion_id"]][column]) for row in seeds["criteria"]]
        assert [one for one, n in Counter(called).items() if n > 1] == []
        assert [name for _, name in called if not 0 < len(name) <= longest] == []


def test_there_are_at_least_24_questions_and_each_role_has_four_of_its_own(
    seeds: dict[str, list[Row]],
) -> None:
    per_role = Counter(row["role_id"] for row in seeds["questions"])
    assert sum(per_role.values()) >= 24
    assert per_role[""] >= 4
    for role in seeds["roles"]:
        assert per_role[role["role_id"]] >= 4, role["role_id"]


def test_each_question_has_four_weighed_criteria_with_words_advice_and_a_course(
    seeds: dict[str, list[Row]],
) -> None:
    rubrics: dict[str, list[Row]] = defaultdict(list)
    for row in seeds["criteria"]:
        rubrics[row["rubric_id"]].append(row)
        assert float(row["weight"]) > 0, row["criterion_id"]
        for column in ("loss_zh", "loss_en", "advice_zh", "advice_en", "course_id"):
            assert row[column], (row["criterion_id"], column)
        if row["kind"] == "phrases":
            assert int(row["min_phrases"]) >= 1
        else:
            assert row["kind"] in {"structure", "pace"}
            assert row["min_phrases"] == ""
    for rubric_id, criteria in rubrics.items():
        kinds = Counter(row["kind"] for row in criteria)
        assert len(criteria) >= 4, rubric_id
        assert kinds["phrases"] >= 3, rubric_id
        assert kinds["structure"] == 1, rubric_id
    assert "pace" in {row["kind"] for row in rubrics["r_general_4"]}


def test_each_phrases_criterion_can_be_met_in_either_language(seeds: dict[str, list[Row]]) -> None:
    words: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in seeds["phrases"]:
        assert row["lang"] in {"zh", "en"}
        words[row["criterion_id"], row["lang"]].add(normal(row["phrase"]))
    for row in seeds["criteria"]:
        key = row["criterion_id"]
        if row["kind"] == "phrases":
            assert len(words[key, "zh"]) >= 5, key
            assert len(words[key, "en"]) >= 3, key
            assert min(len(words[key, "zh"]), len(words[key, "en"])) >= int(row["min_phrases"]), key
        else:
            assert not words[key, "zh"] | words[key, "en"], f"{key} is no phrases criterion"


def test_a_chinese_phrase_is_a_term_and_not_a_sentence(seeds: dict[str, list[Row]]) -> None:
    lengths = {row["phrase"]: len(row["phrase"]) for row in seeds["phrases"] if row["lang"] == "zh"}
    assert {phrase: n for phrase, n in lengths.items() if not 2 <= n <= 8} == {}


def test_no_phrase_earns_two_criteria_of_one_rubric(seeds: dict[str, list[Row]]) -> None:
    rubric_of = {row["criterion_id"]: row["rubric_id"] for row in seeds["criteria"]}
    phrases: dict[str, list[tuple[str, str]]] = defaultdict(list)
    for row in seeds["phrases"]:
        phrases[rubric_of[row["criterion_id"]]].append((row["criterion_id"], normal(row["phrase"])))
    clashes = [
        (one, inner, other, outer)
        for pairs in phrases.values()
        for one, inner in pairs
        for other, outer in pairs
        if one != other and inner in outer
    ]
    assert clashes == []


def test_every_weighted_competency_of_a_role_is_asked_about(seeds: dict[str, list[Row]]) -> None:
    rubrics_of: dict[str, set[str]] = defaultdict(set)
    for row in seeds["questions"]:
        rubrics_of[row["role_id"]].add(row["rubric_id"])
    for weight in seeds["role_weights"]:
        asked = rubrics_of[""] | rubrics_of[weight["role_id"]]
        covered = {row["competency_id"] for row in seeds["criteria"] if row["rubric_id"] in asked}
        assert weight["competency_id"] in covered, weight


def test_the_weights_of_a_role_sum_to_100_on_every_date_they_begin(seeds: dict[str, list[Row]]) -> None:
    totals: dict[tuple[str, str], float] = defaultdict(float)
    for row in seeds["role_weights"]:
        assert float(row["weight"]) > 0
        assert 60 <= float(row["requirement"]) <= 80
        assert date.fromisoformat(row["valid_from"])
        totals[row["role_id"], row["valid_from"]] += float(row["weight"])
    assert {role for role, _ in totals} == {row["role_id"] for row in seeds["roles"]}
    assert set(totals.values()) == {100.0}


def test_sales_weigh_problem_solving_at_30_per_cent_from_2026(seeds: dict[str, list[Row]]) -> None:
    found = {
        row["valid_from"]: float(row["weight"])
        for row in seeds["role_weights"]
        if (row["role_id"], row["competency_id"]) == ("sales_rep", "problem_solving")
    }
    assert found == {"2024-01-01": 20.0, "2026-01-01": 30.0}


def test_every_competency_has_a_course_that_teaches_it(seeds: dict[str, list[Row]]) -> None:
    taught = {row["competency_id"] for row in seeds["criteria"] if row["course_id"]}
    assert taught == {row["competency_id"] for row in seeds["competencies"]}


def test_a_cue_belongs_to_one_stage_only_and_each_stage_has_both_languages(
    seeds: dict[str, list[Row]],
) -> None:
    cues = seeds["stage_cues"]
    assert {(row["stage"], row["lang"]) for row in cues} == {
        (stage, lang) for stage in ("definition", "solution", "verification") for lang in ("zh", "en")
    }
    clashes = [
        (one["phrase"], other["phrase"])
        for one in cues
        for other in cues
        if one["stage"] != other["stage"] and normal(one["phrase"]) in normal(other["phrase"])
    ]
    assert clashes == []


def test_the_negations_of_the_scoring_contract_are_all_there(seeds: dict[str, list[Row]]) -> None:
    by_kind: dict[str, set[str]] = defaultdict(set)
    for row in seeds["negation_cues"]:
        by_kind[row["kind"]].add(row["cue"])
    assert set(by_kind) == {"cue", "exception"}
    assert by_kind["cue"] >= {
        *("没有", "没", "未", "不", "无", "并非", "not", "no", "never", "without", "n't"),
    }
    assert by_kind["exception"] >= {"不仅", "不但", "不只", "不断", "无论", "not only"}


def test_an_exception_covers_a_cue_of_its_own_language(seeds: dict[str, list[Row]]) -> None:
    cues = [(row["lang"], normal(row["cue"])) for row in seeds["negation_cues"] if row["kind"] == "cue"]
    for row in seeds["negation_cues"]:
        if row["kind"] == "exception":
            assert any(lang == row["lang"] and cue in normal(row["cue"]) for lang, cue in cues), row["cue"]


def test_grades_tile_the_scale_without_gap_or_overlap(seeds: dict[str, list[Row]]) -> None:
    bands = sorted(
        (float(row["min_score"]), float(row["max_score"]), row["grade"]) for row in seeds["grade_policy"]
    )
    assert [grade for *_, grade in bands] == ["D", "C", "B", "A", "S"]
    assert bands[0][0] == 0
    assert bands[-1][1] == 100
    assert all(low[1] == high[0] for low, high in pairwise(bands))


def test_pay_is_set_for_s_a_b_only(seeds: dict[str, list[Row]]) -> None:
    pay = {row["grade"]: (int(row["pay_min"]), int(row["pay_max"])) for row in seeds["pay_policy"]}
    assert pay == {"S": (18000, 20000), "A": (15000, 17000), "B": (12000, 14000)}


def test_every_grade_has_a_recommendation_and_a_next_stage(seeds: dict[str, list[Row]]) -> None:
    rows = {row["grade"]: row for row in seeds["recommendation_policy"]}
    assert set(rows) == {row["grade"] for row in seeds["grade_policy"]}
    for row in rows.values():
        for column in ("recommendation", "recommendation_below_requirement"):
            assert row[column] in {"advance", "supplement", "not_now"}
        for column in ("next_stage", "next_stage_below_requirement"):
            assert row[column] in {"second_round", "supplement_interview", "none"}
    assert rows["B"]["recommendation_below_requirement"] == "supplement"


def test_pace_bands_rise_from_outer_low_to_outer_high(seeds: dict[str, list[Row]]) -> None:
    assert {row["lang"] for row in seeds["pace_bands"]} == {"zh", "en"}
    for row in seeds["pace_bands"]:
        edges = [float(row[column]) for column in ("outer_low", "low", "high", "outer_high")]
        assert edges == sorted(edges)
        assert edges[0] < edges[1] and edges[2] < edges[3]
