"""Questions to the marts: they pass the gateway, read marts only, and their two branches agree."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards.ask import FOLDER, marts, runnable, sql_of
from tests.dashboards.fixture_marts import write_marts
from warehouse.viewer import Viewer

NAMES = sorted(path.stem for path in FOLDER.glob("*.sql"))
READER = Viewer("hr", "hr")
EVERYTHING: dict[str, Any] = {
    "lang": "en",
    "department": "all",
    "role": "all",
    "scenario": "all",
    "quarter": "all",
    "coverage_minimum": 0.6,
    "of_role": "sales_rep",
    "weight_set": "2024-01-01",
    "proposal": '[{"competency_id": "logic", "weight": 1.0, "requirement": null}]',
    "today": "2026-10-01",
    "each_role": True,
    "competency": "composite",
    "status": "all",
    "grade": "all",
    "top10": False,
    "recommendation": "all",
    "flag": "all",
    "search": "",
    "row_limit": 100,
    "with_names": True,
    "interview": "I000074",
    "candidate": "P1",
    "interviews": "I000074\x1fI000075",
    "batch": "all",
    "requisition": "RQ-sales_rep",
    "participation_alert": 0.6,
    "question": "q_sales_rep_1",
    "measure": "points",
    "fewest": 0,
    "until": "2026-07-01",
    "outcome": "all",
    "of_grade": "all",
    "gap": "all",
    "gap_role": "all",
    "help": "all",
    "help_kind": "course",
    "pool": "all",
    "compare": "I000074,I000075",
    "shown": 5,
    "only_out": False,
    "source": "all",
    "file": "all",
    "reason": "all",
    "state": "all",
    "ids": "I000074,E1",
    "as_of": "2026-10-01",
    "duty": "all",
    "duty_state": "all",
    "case": "",
    "cases": "all",
}


def ask(home: Path, name: str, **parameters: object) -> list[dict[str, Any]]:
    sql = sql_of(name)
    used = {key: {**EVERYTHING, **parameters}[key] for key in set(re.findall(r"\$(\w+)", sql))}
    rows: list[dict[str, Any]] = marts(str(home)).query(sql, used, viewer=READER).to_pylist()
    return rows


@pytest.fixture(scope="module")
def one_department(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same interviews as in `marts_home`, all in one department."""
    home = tmp_path_factory.mktemp("one_department")
    path = write_marts(home / "published")
    with duckdb.connect(str(path)) as connection:
        for mart in ("interview_results", "competency_scores", "offers"):
            connection.execute(f"update marts.{mart} set department_id = 'sales'")
    return home


@pytest.mark.parametrize("name", NAMES)
def test_every_question_passes_the_gateway_and_runs(marts_home: Path, name: str) -> None:
    ask(marts_home, name)


@pytest.mark.parametrize("name", NAMES)
def test_the_shown_sql_runs_as_it_stands_and_gives_the_same(marts_home: Path, name: str) -> None:
    odd = {"search": "O'Neil -- $today", "quarter": "2026-07-01"}
    values = {key: {**EVERYTHING, **odd}[key] for key in set(re.findall(r"\$(\w+)", sql_of(name)))}
    shown = marts(str(marts_home)).query(runnable(name, values), viewer=READER)
    assert shown.to_pylist() == ask(marts_home, name, **odd)


@pytest.mark.parametrize("name", NAMES)
def test_every_question_says_what_it_asks(name: str) -> None:
    assert sql_of(name).startswith("-- ")


@pytest.mark.parametrize(
    ("name", "parameters"),
    [
        ("quarters", {}),
        ("quarters", {"role": "sales_rep", "scenario": "external"}),
        ("grade_shares", {"quarter": "2026-07-01"}),
        ("grade_quarters", {"role": "data_analyst"}),
        ("distributions", {}),
        ("distributions", {"competency": "logic"}),
        ("summaries", {"scenario": "external"}),
        ("summaries", {"competency": "logic"}),
    ],
)
def test_the_rule_for_one_department_gives_what_the_mart_says_for_all(
    marts_home: Path, one_department: Path, name: str, parameters: dict[str, str]
) -> None:
    from_mart = ask(marts_home, name, **parameters)
    computed = ask(one_department, name, department="sales", **parameters)
    assert from_mart

    def comparable(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
        kept = [row for row in rows if row.get("n") != 0]
        rounded = [
            {key: round(v, 6) if isinstance(v, float) else v for key, v in row.items()} for row in kept
        ]
        return sorted(rounded, key=lambda row: str(list(row.values())))

    assert comparable(computed) == comparable(from_mart)


def test_a_score_is_never_shown_across_the_edge_of_its_grade(tmp_path: Path) -> None:
    path = write_marts(tmp_path / "published", interviews=64)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update marts.interview_results set composite_score = 89.96, grade = 'A' "
            "where interview_id = 'I000000'"
        )
    (row,) = ask(tmp_path, "candidate", interview="I000000")
    assert (row["composite_score"], row["score_shown"]) == (89.96, 89.9)


def test_tasks_name_the_gaps_between_pay_bands(marts_home: Path) -> None:
    gaps = [row for row in ask(marts_home, "tasks") if row["task"] == "gap"]
    assert [(row["other"], row["grade"], row["low"], row["high"]) for row in gaps] == [
        ("B", "A", 14000.0, 15000.0),
        ("A", "S", 17000.0, 18000.0),
    ]


def test_a_source_is_overdue_by_the_days_beyond_its_interval(marts_home: Path) -> None:
    sources = {row["source"]: row for row in ask(marts_home, "sources", today="2026-09-30")}
    found = {name: (row["arrival"], row["days_overdue"]) for name, row in sources.items()}
    # Came on the 21st, local time, and is expected every 7 days: due on the 28th.
    assert found["performance_reviews"] == ("overdue", 2)
    assert found["interviews"] == ("on_time", 0)
    assert found["privacy_requests"] == ("never", 0)
    # Came on the 30th and is expected every day: the 1st is the last day in time.
    for today, arrival in (("2026-10-01", "on_time"), ("2026-10-02", "overdue")):
        (row,) = [row for row in ask(marts_home, "sources", today=today) if row["source"] == "interviews"]
        assert row["arrival"] == arrival


def test_lost_points_add_up_to_what_is_missing_to_a_hundred(marts_home: Path) -> None:
    (person,) = ask(marts_home, "candidate")
    losses = ask(marts_home, "candidate_losses")
    lost = sum(row["points_lost"] for row in losses)
    assert lost == pytest.approx(100 - person["composite_score"], abs=0.01)


def test_the_steps_to_the_next_grade_come_first_and_lead_there(marts_home: Path) -> None:
    (person,) = ask(marts_home, "candidate")
    (band,) = ask(marts_home, "candidate_next_band")
    losses = ask(marts_home, "candidate_losses")
    steps = [row for row in losses if row["is_step"]]
    assert steps and losses[: len(steps)] == steps
    assert band["steps_n"] == len(steps)
    reached = person["composite_score"] + sum(row["points_lost"] for row in steps)
    assert reached == pytest.approx(band["composite_with_steps"])
    assert reached >= band["next_min_score"]


def test_a_plan_names_what_helps_against_each_gap_the_heaviest_first(marts_home: Path) -> None:
    with_most_gaps = (
        "select interview_id from marts.development_plans group by all order by count(*) desc, 1 limit 1"
    )
    (found,) = marts(str(marts_home)).query(with_most_gaps, viewer=READER).to_pylist()
    plan = ask(marts_home, "candidate_plan", interview=found["interview_id"])
    assert len(plan) > 1
    assert all(
        row["gap"] == pytest.approx(row["requirement"] - row["score"]) and row["gap"] > 0 for row in plan
    )
    assert all(row["course"] and row["project"] and row["mentor"] and row["tip"] for row in plan)


def test_a_capped_picture_of_offers_spreads_its_dots_over_the_whole_row(marts_home: Path) -> None:
    every = ask(marts_home, "offers", only_out=False, row_limit=2_000, quarter="all")
    part = ask(marts_home, "offers", only_out=False, row_limit=len(every) // 3, quarter="all")
    assert min(row["jitter"] for row in part) < 0.2
    assert max(row["jitter"] for row in part) > 0.8
