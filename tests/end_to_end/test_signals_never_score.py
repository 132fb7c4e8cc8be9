"""Whatever the signals' policy says, every score, grade, loss point and recommendation stays as it is."""

from __future__ import annotations

import csv
import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from tests.conftest import build_in_memory
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import REPOSITORY, Settings

# What is not of a person's result: signals themselves, and the names of run and kernel.
OTHER = {"flags", "run_id", "published_at", "kernel_version"}
MARTS = {
    "interview_results": "interview_id",
    "competency_scores": "interview_id, competency_id",
    "answer_scores": "interview_id, question_id",
    "loss_points": "interview_id, criterion_id, question_id",
}


def results(settings: Settings) -> dict[str, list[dict[str, object]]]:
    marts = Marts(settings)
    found = {}
    for mart, keys in MARTS.items():
        rows = marts.query(
            f"select * from {mart} order by {keys}", viewer=OPERATOR, max_rows=None
        ).to_pylist()
        found[mart] = [{name: row[name] for name in row if name not in OTHER} for row in rows]
    return found


def flagged(settings: Settings) -> int:
    sql = "select count(*) as n from answer_scores where list_has_any(flags, ['stuffing', 'similar'])"
    rows = Marts(settings).query(sql, viewer=OPERATOR).to_pylist()
    return int(rows[0]["n"])


def extreme_policy(seeds: Path) -> None:
    """Everything is suspicious, and there is one function word."""
    path = seeds / "signal_policy.csv"
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    lenient = {"dense_at_least", "dense_times", "repetitive_share", "broken_shorter", "similar_share"}
    for row in rows:
        if row["signal"] in lenient:
            row["value"] = {"repetitive_share": "1", "broken_shorter": "9"}.get(row["signal"], "0.01")
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    (seeds / "function_words.csv").write_text("lang,word\nzh,的\n", encoding="utf-8")


@pytest.mark.slow
def test_another_policy_of_signals_flags_others_and_changes_no_result(
    demo_home: Settings, tmp_path: Path
) -> None:
    settings = Settings(home=tmp_path / "home")
    shutil.copytree(demo_home.home, settings.home, symlinks=True)
    before, few = results(settings), flagged(settings)
    project = tmp_path / "dbt_project"
    shutil.copytree(REPOSITORY / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs"))
    extreme_policy(project / "seeds")
    changed = replace(settings, dbt_project=project)
    build_in_memory(changed)
    assert flagged(changed) > 10 * few
    assert flagged(changed) > 200
    assert results(changed) == before
