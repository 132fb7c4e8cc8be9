"""Every fault of the policies is found where it stands; nothing is found where nothing is wrong."""

from __future__ import annotations

import csv
import datetime as dt
import re
from pathlib import Path

import pytest
import yaml

from dashboards.catalogue import words_in
from dashboards.findings import with_place
from scoring_udfs.rubric import compile_rubrics
from scoring_udfs.rubric_check import Finding, sayings
from scoring_udfs.rubric_check.finding import Policies
from tests.scoring_udfs.checked_seeds import CLEAN, change, findings, write
from warehouse.seed_rules import COLUMNS
from warehouse.seeds import read_seeds
from warehouse.settings import REPOSITORY

SEEDS = REPOSITORY / "dbt_project" / "seeds"
FAULTS = yaml.safe_load((Path(__file__).parent / "faults.yml").read_text(encoding="utf-8"))
# Faults that have no other consequence: the check says them, once, and nothing else.
ALONE = ("grade_policy", "score_calibration", "pace_bands", "courses")
SINGLE = [fault for fault in FAULTS if fault["seed"] in ALONE and "unknown" not in fault["finds"]]


def named(fault: dict[str, str]) -> str:
    return f"{fault['finds']} at {fault['at']}"


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write(tmp_path / "seeds")


def spoilt(seeds: Path, fault: dict[str, str]) -> list[Finding]:
    old = CLEAN[fault["seed"]] if fault["old"] == "all" else fault["old"]
    return findings(change(seeds, fault["seed"], old, fault["new"]))


def places(found: list[Finding]) -> list[str]:
    """As `faults.yml` writes them."""
    return [
        f"{f.severity} {f.code} at "
        + " ".join(str(part) for part in (f.seed, f.row, f.column) if part is not None)
        for f in found
    ]


def test_nothing_is_found_where_nothing_is_wrong(seeds: Path) -> None:
    assert findings(seeds) == []


@pytest.mark.parametrize("fault", FAULTS, ids=named)
def test_a_fault_is_found_where_it_stands(seeds: Path, fault: dict[str, str]) -> None:
    assert named(fault) in places(spoilt(seeds, fault))


@pytest.mark.parametrize("fault", SINGLE, ids=named)
def test_a_single_fault_is_a_single_finding(seeds: Path, fault: dict[str, str]) -> None:
    assert len(spoilt(seeds, fault)) == 1


@pytest.mark.parametrize(("seed", "column"), [(seed, name) for seed in COLUMNS for name in COLUMNS[seed]])
def test_an_absent_column_is_one_finding_however_many_cells_it_leaves_empty(
    seeds: Path, seed: str, column: str
) -> None:
    path = seeds / f"{seed}.csv"
    rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
    at = rows[0].index(column) if column in rows[0] else len(rows[0])
    path.write_text("".join(",".join([*row[:at], *row[at + 1 :]]) + "\n" for row in rows), encoding="utf-8")
    assert places(findings(seeds)) == [f"error no_column at {seed} 1 {column}"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_finding_is_one_sentence_that_says_what_to_do(tmp_path: Path, lang: str) -> None:
    for number, fault in enumerate(FAULTS):
        for found in spoilt(write(tmp_path / str(number)), fault):
            said = with_place(words_in(lang), found)
            assert "\n" not in said
            assert "{" not in said
            assert {"zh": "：", "en": ": "}[lang] in said.removeprefix(f"{found.seed}.csv"), said
            assert said.endswith("。" if lang == "zh" else ".")


def test_the_shipped_rules_have_no_error_and_one_known_warning() -> None:
    grave = [(f.code, f.details.get("phrase")) for f in findings(SEEDS) if f.severity != "note"]
    # "target group" says "target" too; the demo answers are planned with both.
    assert grave == [("phrase_contains_own", "target group")]


def test_every_fault_is_listed_not_only_the_first(seeds: Path) -> None:
    change(seeds, "roles", "rubric", "guess")
    change(seeds, "grade_policy", "A,80", "A,85")
    change(seeds, "phrases", "stepped in", "n't")
    codes = [found.code for found in findings(seeds)]
    assert {"not_in_list", "grade_gap", "phrase_beside_letter"} <= set(codes)
    assert [found.severity for found in findings(seeds)] == sorted(
        (found.severity for found in findings(seeds)), key=["error", "warning", "note"].index
    )


def test_a_folder_that_is_not_there_is_one_finding(tmp_path: Path) -> None:
    (found,) = findings(tmp_path / "nowhere")
    assert (found.severity, found.code) == ("error", "no_folder")


def test_a_missing_file_is_named_and_stops_nothing_else(seeds: Path) -> None:
    (seeds / "phrases.csv").unlink()
    change(seeds, "grade_policy", "A,80", "A,85")
    assert {(f.code, f.seed) for f in findings(seeds)} == {
        ("no_seed", "phrases"),
        ("grade_gap", "grade_policy"),
    }


def test_a_file_in_another_encoding_is_named_with_its_line(seeds: Path) -> None:
    (seeds / "phrases.csv").write_bytes(CLEAN["phrases"].encode("gb18030"))
    assert "error not_utf8 at phrases 2" in places(findings(seeds))


def test_weights_that_begin_later_leave_a_role_without(seeds: Path) -> None:
    assert findings(seeds, dt.date(2024, 1, 1)) == []
    assert [f.code for f in findings(seeds, dt.date(2023, 12, 31))] == ["weights_begin_later"]


def test_weights_that_add_up_to_nothing_score_nobody(seeds: Path) -> None:
    change(seeds, "role_weights", "60,70", "0,70")
    change(seeds, "role_weights", "40,,", "0,,")
    assert "weights_add_to_zero" in [found.code for found in findings(seeds)]


def test_a_competency_that_no_question_of_the_role_measures_is_named(seeds: Path) -> None:
    change(seeds, "competencies", "", "magic,魔法,Magic\n")
    change(seeds, "role_weights", "", "rep,magic,10,,2024-01-01\n")
    (found,) = findings(seeds)
    assert (found.severity, found.code, found.row) == ("warning", "competency_unmeasured", 4)
    # Where a vendor may measure it, it is only good to know.
    change(seeds, "roles", "rubric", "vendor")
    (found,) = findings(seeds)
    assert found.severity == "note"


def test_a_competency_without_weight_counts_for_nothing(seeds: Path) -> None:
    change(seeds, "role_weights", "rep,team,40,,2024-01-01\n", "")
    assert [found.code for found in findings(seeds)] == ["competency_unweighted", "criterion_not_counted"]


def test_a_role_without_any_question_is_named(seeds: Path) -> None:
    change(seeds, "roles", "", "new,新,New,sales,rubric\n")
    change(seeds, "role_weights", "", "new,logic,1,,2024-01-01\n")
    change(seeds, "questions", "q1,r1,,external", "q1,r1,rep,external")
    assert [found.code for found in findings(seeds)] == ["role_without_questions"]


def test_a_phrase_inside_another_language_s_word_is_not_said(seeds: Path) -> None:
    """English is matched by whole words: to say "planning" is not to say "plan"."""
    change(seeds, "phrases", "stepped in", "replanning")
    change(seeds, "phrases", "root cause", "plan")
    assert findings(seeds) == []


def test_a_phrase_denied_inside_another_does_not_score_twice(seeds: Path) -> None:
    change(seeds, "phrases", "主动补位", "没有排查")
    assert [found.code for found in findings(seeds)] == ["phrase_says_no"]


def test_reserved_words_are_refused(seeds: Path) -> None:
    for seed, old, new in (("roles", "rep,", "all,"), ("role_weights", "rep,logic", "all,logic")):
        change(seeds, seed, old, new)
    change(seeds, "role_weights", "rep,team", "all,team")
    change(seeds, "questions", "q2,r2,rep", "q2,r2,all")
    assert [found.code for found in findings(seeds)] == ["reserved"]


def test_a_phrase_that_the_kernel_does_not_hear_is_named(seeds: Path) -> None:
    """The check asks the kernel itself: here one that was compiled without the phrase."""
    policies = Policies(read_seeds(seeds))
    deaf = compile_rubrics(read_seeds(change(seeds, "phrases", "cause,zh,排查\n", "")))
    found = list(sayings.check(policies, deaf))
    assert places(found) == ["warning phrase_never_counts at phrases 2 phrase"]


def test_a_file_that_cannot_be_opened_is_named(seeds: Path) -> None:
    (seeds / "phrases.csv").unlink()
    (seeds / "phrases.csv").mkdir()
    assert "error unreadable at phrases" in places(findings(seeds))


def test_every_sentence_belongs_to_a_fault_that_a_test_makes() -> None:
    here = Path(__file__).read_text(encoding="utf-8")
    made = {fault["finds"].split()[1] for fault in FAULTS} | set(re.findall(r"[a-z_0-9]+", here))
    known = {key.removeprefix("finding.") for key in words_in("zh").entries if key.startswith("finding.")}
    # `other`: whatever the compiler may refuse one day without a check of its own.
    assert known - made == set()
