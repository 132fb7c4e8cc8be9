"""The demo exports are reproducible, complete, consistent, and say truly what was planted."""

from __future__ import annotations

import csv
import hashlib
import json
import os
import subprocess
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest

from ingestion.demo import DemoReport, plan, write_demo
from ingestion.demo.generate import SEEDS, SOURCES
from warehouse.errors import UsageError
from warehouse.seeds import read_seeds

SIZE = 600
Row = dict[str, Any]


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> DemoReport:
    return write_demo(tmp_path_factory.mktemp("demo") / "landing", interviews=SIZE)


@pytest.fixture(scope="module")
def truth(demo: DemoReport) -> Row:
    loaded: Row = json.loads(demo.truth.read_text(encoding="utf-8"))
    return loaded


def rows(path: Path) -> list[Row]:
    """Data rows of an export, read by its format and nothing of ours."""
    if path.suffix == ".parquet":
        return pq.read_table(path).to_pylist()
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    encoding = "gb18030" if path.parent.name in ("candidates", "employees") else "utf-8-sig"
    with path.open(encoding=encoding, newline="") as file:
        return list(csv.DictReader(file))


def source(demo: DemoReport, name: str) -> list[Row]:
    return [row for path in sorted((demo.landing / name).iterdir()) for row in rows(path)]


def fingerprints(home: Path) -> dict[str, str]:
    files = sorted(path for path in home.rglob("*") if path.is_file())
    return {str(p.relative_to(home)): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


# Reproducible


def test_the_same_seed_gives_the_same_bytes_in_another_process_with_another_hash_seed(tmp_path: Path) -> None:
    write_demo(tmp_path / "here" / "landing", interviews=40)
    code = "import sys,pathlib;from ingestion.demo import write_demo;"
    code += "write_demo(pathlib.Path(sys.argv[1]),interviews=40)"
    environment = {**os.environ, "PYTHONHASHSEED": "12345"}
    there = tmp_path / "there" / "landing"
    subprocess.run([sys.executable, "-c", code, str(there)], check=True, env=environment)
    assert fingerprints(tmp_path / "here") == fingerprints(tmp_path / "there")


def test_another_seed_gives_other_bytes(tmp_path: Path) -> None:
    for seed in (1, 2):
        write_demo(tmp_path / str(seed) / "landing", interviews=40, seed=seed)
    one, two = (fingerprints(tmp_path / str(seed)) for seed in (1, 2))
    assert not set(one.values()) & set(two.values())


# Complete


def test_a_small_demo_has_every_source(tmp_path: Path) -> None:
    report = write_demo(tmp_path / "landing", interviews=40)
    assert {path.split("/")[0] for path, count in report.rows.items() if count} == set(SOURCES)
    assert {path.name for path in (tmp_path / "landing").iterdir()} == set(SOURCES)


def test_one_interview_is_a_demo_too(tmp_path: Path) -> None:
    report = write_demo(tmp_path / "landing", interviews=1)
    assert len(source(report, "interviews")) == 1
    assert len(source(report, "answers")) >= 8


def test_as_many_interviews_are_written_as_were_asked_for(demo: DemoReport) -> None:
    ids = [row["面试编号"] for row in source(demo, "interviews")]
    assert len(ids) == len(set(ids)) == demo.interviews == SIZE


def test_a_role_and_quarter_larger_than_a_block_is_written_in_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(plan, "BLOCK_SIZE", 7)
    done: list[tuple[int, int]] = []
    report = write_demo(tmp_path / "landing", interviews=200, on_progress=lambda *at: done.append(at))
    ids = [row["面试编号"] for row in source(report, "interviews")]
    assert len(set(ids)) == len(ids) == 200
    assert max(after - before for (before, _), (after, _) in pairwise([(0, 200), *done])) <= 7
    assert done[-1] == (200, 200)


def test_a_completed_interview_has_an_answer_to_each_of_its_eight_questions(demo: DemoReport) -> None:
    asked: dict[str, set[str]] = {}
    for row in source(demo, "answers"):
        asked.setdefault(row["interview_id"], set()).add(row["question_id"])
    known = {row["question_id"]: row["role_id"] or "" for row in read_seeds(SEEDS)["questions"].to_pylist()}
    for row in source(demo, "interviews"):
        if row["面试状态"] == "已完成":
            questions = asked[row["面试编号"]] & known.keys()
            assert Counter(known[q] for q in questions) == {"": 4, row["岗位编号"]: 4}


def test_every_grade_occurs_in_every_role_in_believable_shares(tmp_path: Path) -> None:
    write_demo(tmp_path / "landing", interviews=8000)
    observed = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))["observed"]
    assert len(observed["grades"]) == 8
    for role, grades in observed["grades"].items():
        shares = {grade: count / sum(grades.values()) for grade, count in grades.items()}
        assert 0.02 < shares["S"] < 0.12, role
        assert 0.14 < shares["A"] < 0.28, role
        assert 0.22 < shares["B"] < 0.38, role
        assert 0.18 < shares["C"] < 0.33, role
        assert 0.10 < shares["D"] < 0.24, role


# Believable and consistent


def test_nothing_refers_to_what_does_not_exist(demo: DemoReport) -> None:
    people = {row["候选人编号"] for row in source(demo, "candidates")}
    interviews = {row["面试编号"] for row in source(demo, "interviews")}
    staff = {row["员工编号"] for row in source(demo, "employees")}
    openings = {row["requisition_id"] for row in source(demo, "requisitions")}
    assert {row["候选人编号"] for row in source(demo, "interviews")} <= people
    assert {row["原面试编号"] for row in source(demo, "interviews")} - {""} <= interviews
    assert {row["需求编号"] for row in source(demo, "interviews")} - {""} <= openings
    assert {row["候选人编号"] for row in source(demo, "applications")} <= people
    assert {row["员工编号"] for row in source(demo, "applications")} - {""} <= staff
    assert {row["候选人编号"] for row in source(demo, "assessments")} <= people
    assert {row["直属上级编号"] for row in source(demo, "employees")} - {""} <= staff
    # But for the one whom the case review_of_an_unknown_employee plants.
    assert {row["employee_id"] for row in source(demo, "performance_reviews")} - staff == {"E8000491"}
    assert {row["employee_id"] for row in source(demo, "promotions")} <= staff
    assert {row["person_id"] for row in source(demo, "training_records")} <= people | staff
    assert {row["candidate_id"] for row in source(demo, "privacy_requests")} <= people
    for name in ("answers", "vendor_scores", "human_ratings", "surveys", "comments"):
        assert {row["interview_id"] for row in source(demo, name)} <= interviews


def test_times_run_forward_and_end_in_the_quarter_of_the_file(demo: DemoReport) -> None:
    for path in sorted((demo.landing / "interviews").iterdir()):
        year, quarter = path.stem.removeprefix("interviews_").split("Q")
        for row in rows(path):
            steps = ("创建时间", "邀请时间", "接受时间", "开始时间", "完成时间", "通知时间", "归档时间")
            order = [row[name] for name in steps if row[name]]
            assert order == sorted(order)
            assert not row["预约时间"] or row["预约时间"] >= row["接受时间"]
            when = row["完成时间"] or row["邀请时间"]
            assert (when[:4], (int(when[5:7]) + 2) // 3) == (year, int(quarter))


def test_some_interviews_end_in_a_local_quarter_that_has_not_begun_in_utc(demo: DemoReport) -> None:
    first = {f"{year}-{3 * quarter - 2:02d}-01 00:" for year, quarter in plan.QUARTERS}
    ends = {row["完成时间"][:14] for row in source(demo, "interviews")}
    assert len(first & ends) >= 4


def test_only_roles_that_take_a_vendors_score_have_one(demo: DemoReport) -> None:
    role = {row["面试编号"]: row["岗位编号"] for row in source(demo, "interviews")}
    assert {role[row["interview_id"]] for row in source(demo, "vendor_scores")} == {"rd_manager"}


def test_nobody_can_be_called_or_written_to(demo: DemoReport) -> None:
    people = source(demo, "candidates")
    assert all(row["邮箱"].endswith("@example.com") for row in people)
    assert all(len(row["手机"]) == 11 and row["手机"].startswith("100") for row in people)


def test_most_offers_lie_in_the_band_of_the_grade_and_some_outside(truth: Row) -> None:
    counts = truth["counts"]
    assert 0 < counts["applications/offers_out_of_band"] < 0.3 * counts["applications/offers"]


# True


def test_the_truth_counts_the_rows_of_every_file(demo: DemoReport, truth: Row) -> None:
    files = sorted(path for path in demo.landing.rglob("*") if path.is_file())
    counted = {str(path.relative_to(demo.landing)): len(rows(path)) for path in files}
    assert truth["rows"] == demo.rows == counted


def test_the_truth_counts_answers_as_they_stand_in_the_files(demo: DemoReport, truth: Row) -> None:
    answers = source(demo, "answers")
    found = {
        "skipped": sum(a["skipped"] or a["text"] == "" for a in answers),
        "skipped_as_empty_text": sum(a["text"] == "" for a in answers),
        "missing_text": sum(a["text"] is None and not a["skipped"] for a in answers),
        "repeated": len(answers)
        - len({(a["interview_id"], a["text"]) for a in answers if a["text"]})
        - sum(not a["text"] for a in answers),
        "second_attempt": sum(a["attempt"] == 2 for a in answers),
        "unknown_question": sum(a["question_id"] == "q_trial_2026" for a in answers),
        "with_words": sum("words" in a for a in answers),
    }
    assert {kind: truth["counts"][f"answers/{kind}"] for kind in found} == found
    assert all(found[kind] for kind in ("skipped", "missing_text", "repeated", "second_attempt"))


def test_the_truth_counts_interviews_as_they_stand_in_the_files(demo: DemoReport, truth: Row) -> None:
    words = {"completed": "已完成", "declined": "已拒绝", "abandoned": "已放弃", "expired": "已过期"}
    words |= {"invited": "已邀请", "accepted": "已接受", "started": "进行中"}
    interviews = source(demo, "interviews")
    found = Counter(row["面试状态"] for row in interviews)
    assert {s: truth["counts"][f"interviews/{s}"] for s in words} == {s: found[w] for s, w in words.items()}
    assert truth["counts"]["interviews/supplement"] == sum(bool(row["原面试编号"]) for row in interviews)
    refused = sum(bool(row["拒绝AI面试时间"]) for row in source(demo, "candidates"))
    assert truth["counts"]["candidates/refused_ai"] == refused


def test_the_severe_rater_is_severe_and_the_weak_question_is_named(demo: DemoReport, truth: Row) -> None:
    ratings = source(demo, "human_ratings")
    severe = truth["planted"]["severe_rater"]
    means = [
        float(np.mean([float(row["rating"]) for row in ratings if (row["rater_id"] == severe) is mine]))
        for mine in (True, False)
    ]
    assert means[0] < means[1] - 3
    assert truth["planted"]["weak_question"] in {row["question_id"] for row in source(demo, "answers")}


# Refusals


@pytest.mark.parametrize(
    ("interviews", "seed", "sentence"),
    [
        (0, 1, "0 interviews cannot be written: ask for 1 or more."),
        (-3, 1, "-3 interviews cannot be written: ask for 1 or more."),
        (5, -1, "The seed -1 is negative: give 0 or a greater whole number."),
    ],
)
def test_an_impossible_demo_is_refused_in_one_sentence(
    tmp_path: Path, interviews: int, seed: int, sentence: str
) -> None:
    with pytest.raises(UsageError) as refused:
        write_demo(tmp_path / "landing", interviews=interviews, seed=seed)
    assert str(refused.value) == sentence
    assert list(tmp_path.iterdir()) == []


def test_a_landing_that_holds_exports_is_refused_and_left_alone(tmp_path: Path) -> None:
    write_demo(tmp_path / "landing", interviews=10)
    before = fingerprints(tmp_path)
    with pytest.raises(UsageError, match="already holds files"):
        write_demo(tmp_path / "landing", interviews=20)
    assert fingerprints(tmp_path) == before


def test_a_demo_that_breaks_off_leaves_nothing_in_landing(tmp_path: Path) -> None:
    def stop(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        write_demo(tmp_path / "landing", interviews=100, on_progress=stop)
    assert list(tmp_path.iterdir()) == []
