"""The whole way on files that nobody of this project wrote.

Employees: a Chinese HR export of 10,000 machine-generated people, and 500 of them again as GBK.
Answers: 585 written answers to 100 logistics questions, graded by a teacher (LE), with reference
answers; the reference becomes the rubric: one phrase for every keyword that it contains.
"""

from __future__ import annotations

import csv
import json
import shutil
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.conftest import build_in_memory
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import REPOSITORY, Settings

pytestmark = pytest.mark.slow
SHARED = REPOSITORY.parent / "shared" / "data"


class GradedAnswer(NamedTuple):
    number: int
    question: str
    reference: str
    text: str
    grade: float


def graded_answers(folder: Path) -> list[GradedAnswer]:
    lines = (folder / "train.csv").read_text(encoding="utf-8").splitlines()
    return [
        GradedAnswer(number, question, reference, text, float(grade))
        for number, (question, reference, text, grade) in enumerate(line.split("\t") for line in lines)
    ]


def keywords(reference: str, entities: list[str]) -> list[str]:
    """Keywords of the reference, those that are part of a longer one excepted."""
    found = sorted({entity for entity in entities if len(entity) > 1 and entity in reference})
    return [word for word in found if not any(word != other and word in other for other in found)]


def write_csv(path: Path, header: str, rows: list[tuple[object, ...]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header.split(","))
        writer.writerows(rows)


def write_seeds(seeds: Path, answers: list[GradedAnswer], entities: list[str], texts: dict[str, str]) -> None:
    """One competency, one role, one rubric a question."""
    questions = {answer.question: answer.reference for answer in answers}
    write_csv(
        seeds / "competencies.csv", "competency_id,name_zh,name_en", [("logistics", "物流知识", "Logistics")]
    )
    write_csv(seeds / "departments.csv", "department_id,name_zh,name_en", [("学院", "物流学院", "School")])
    write_csv(
        seeds / "roles.csv",
        "role_id,name_zh,name_en,department_id,score_source",
        [("student", "学生", "Student", "学院", "rubric")],
    )
    write_csv(
        seeds / "role_weights.csv",
        "role_id,competency_id,weight,requirement,valid_from",
        [("student", "logistics", 1, 60, "2020-01-01")],
    )
    write_csv(
        seeds / "courses.csv", "course_id,name_zh,name_en", [("course_logistics", "物流学", "Logistics")]
    )
    write_csv(
        seeds / "questions.csv",
        "question_id,rubric_id,role_id,scenario,text_zh,text_en,expected_seconds",
        [(f"le_{q}", f"r_le_{q}", "student", "", texts[q], texts[q], 60) for q in questions],
    )
    words = {question: keywords(reference, entities) for question, reference in questions.items()}
    write_csv(
        seeds / "criteria.csv",
        "rubric_id,criterion_id,competency_id,kind,weight,min_phrases,loss_zh,loss_en,advice_zh,advice_en,course_id",
        [
            (
                f"r_le_{q}",
                f"le_{q}.keywords",
                "logistics",
                "phrases",
                1,
                len(found),
                "要点不全",
                "Points are missing",
                "写全各要点",
                "Name every point",
                "course_logistics",
            )
            for q, found in words.items()
        ],
    )
    write_csv(
        seeds / "phrases.csv",
        "criterion_id,lang,phrase",
        [(f"le_{q}.keywords", "zh", word) for q, found in words.items() for word in found],
    )


@pytest.fixture(scope="module")
def real_home(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    base = tmp_path_factory.mktemp("real")
    project = base / "dbt_project"
    shutil.copytree(REPOSITORY / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs"))
    settings = Settings(home=base / "home", dbt_project=project).ensure()
    folder = shared_data / "graded_answers_zh" / "LE"
    answers = graded_answers(folder)
    entities = (folder / "entities.txt").read_text(encoding="utf-8").split()
    texts = dict(
        line.split("\t")[:2] for line in (folder / "qa.csv").read_text(encoding="utf-8").splitlines() if line
    )
    write_seeds(project / "seeds", answers, entities, texts)
    for source in ("employees", "interviews", "answers", "human_ratings"):
        (settings.landing / source).mkdir(parents=True)
    for path in (shared_data / "zh_hr").rglob("员工信息表*.csv"):
        shutil.copy(path, settings.landing / "employees" / path.name)
    write_csv(
        settings.landing / "interviews" / "exam.csv",
        "面试ID,候选人ID,岗位ID,状态,完成时间",
        [(f"le-{a.number}", f"s-{a.number}", "student", "已完成", "2025-05-20 10:00:00") for a in answers],
    )
    with (settings.landing / "answers" / "exam.jsonl").open("w", encoding="utf-8") as file:
        for a in answers:
            row = {"interview_id": f"le-{a.number}", "question_id": f"le_{a.question}", "text": a.text}
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
    write_csv(
        settings.landing / "human_ratings" / "teacher.csv",
        "interview_id,rater_id,question_id,rating",
        [(f"le-{a.number}", "teacher", f"le_{a.question}", a.grade * 100) for a in answers],
    )
    build_in_memory(settings)
    return settings


def health(settings: Settings) -> dict[str, dict[str, int]]:
    rows = Marts(settings).query(
        "select source, sum(rows_in)::bigint as rows_in, sum(kept)::bigint as kept, "
        "sum(duplicates)::bigint as duplicates, sum(quarantined)::bigint as quarantined "
        "from ingest_health group by source",
        viewer=OPERATOR,
    )
    return {row.pop("source"): row for row in rows.to_pylist()}


def test_every_row_of_the_real_files_is_accounted_for(real_home: Settings) -> None:
    counts = health(real_home)
    assert counts["answers"] == {"rows_in": 585, "kept": 585, "duplicates": 0, "quarantined": 0}
    assert counts["human_ratings"]["kept"] == 585
    employees = counts["employees"]
    assert employees["rows_in"] == 10_500
    assert employees["kept"] + employees["duplicates"] + employees["quarantined"] == 10_500


def test_the_gbk_copy_of_the_same_people_adds_nobody(real_home: Settings) -> None:
    people = Marts(real_home).query("select count(*) as n from people.employees", viewer=OPERATOR)
    assert people.to_pylist() == [{"n": 10_000}]
    assert health(real_home)["employees"]["duplicates"] == 500


def test_explained_scores_agree_with_the_teacher(real_home: Settings) -> None:
    """Measured on LE, whose rubric is the keyword list that comes with it: r about 0.88."""
    folder = SHARED / "graded_answers_zh" / "LE"
    grades = {f"le-{answer.number}": answer.grade for answer in graded_answers(folder)}
    rows = (
        Marts(real_home)
        .query("select interview_id, composite_score from interview_results", viewer=OPERATOR)
        .to_pylist()
    )
    assert len(rows) == 585
    ours = [row["composite_score"] for row in rows]
    theirs = [grades[row["interview_id"]] for row in rows]
    assert correlation(ours, theirs) > 0.85


def correlation(xs: list[float], ys: list[float]) -> float:
    mean_x, mean_y = sum(xs) / len(xs), sum(ys) / len(ys)
    covariance = sum((x - mean_x) * (y - mean_y) for x, y in zip(xs, ys, strict=True))
    spread = sum((x - mean_x) ** 2 for x in xs) * sum((y - mean_y) ** 2 for y in ys)
    return covariance / spread**0.5


def test_no_answer_text_stands_in_clear_outside_landing(real_home: Settings) -> None:
    texts = [a.text for a in graded_answers(SHARED / "graded_answers_zh" / "LE") if len(a.text) >= 12][:50]
    needles = [text.encode() for text in texts]
    for path in real_home.home.rglob("*"):
        if path.is_file() and real_home.landing not in path.parents:
            content = path.read_bytes()
            assert not any(needle in content for needle in needles), path.relative_to(real_home.home)
