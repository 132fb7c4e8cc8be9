"""Histories do not depend on the order of arrival: real files, the real ingestion, the real SQL."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from ingestion.ingest import run
from tests.dbt_project.compiled import Compiled
from tests.dbt_project.conftest import Project
from warehouse.settings import Settings

COLUMNS = ("department_id", "status", "monthly_salary")
HEADERS = {"department_id": "部门编号", "status": "员工状态", "monthly_salary": "月薪"}
PAY_FILE = "pay file"
# Which columns the files of a kind have; a pay file speaks of nothing else, the others are whole.
KINDS = {
    "whole": COLUMNS,
    "without pay": ("department_id", "status"),
    "without status": ("department_id", "monthly_salary"),
    PAY_FILE: ("monthly_salary",),
}
PROFILE = """
profile: pay
version: "1"
title: {zh: 工资, en: Pay}
tables:
  pay:
    files: ["*.csv"]
    recognise: [工号, 本月工资]
    outputs:
      - source: employees
        partial: true
        columns: {employee_id: 工号, monthly_salary: 本月工资, exported_at: 工资日期}
"""
State = tuple[Any, ...]


@dataclass(frozen=True)
class Export:
    """A file as of one day: employee → the values of the columns that its kind has (None = an empty cell)."""

    day: int
    kind: str
    rows: Mapping[str, Mapping[str, Any]]

    @property
    def content(self) -> str:
        when = f"2026-01-{self.day:02d} 08:00:00"
        if self.kind == PAY_FILE:
            lines = ["工号,本月工资,工资日期"]
            lines += [f"{one},{_cell(row['monthly_salary'])},{when}" for one, row in self.rows.items()]
        else:
            names = KINDS[self.kind]
            lines = [",".join(["员工编号", "入职日期", *(HEADERS[name] for name in names), "导出时间"])]
            lines += [
                ",".join([one, "2020-01-01", *(_cell(row[name]) for name in names), when])
                for one, row in self.rows.items()
            ]
        return "\n".join(lines) + "\n"


def _cell(value: object) -> str:
    return "" if value is None else str(value)


@st.composite
def exports(draw: st.DrawFn) -> list[Export]:
    """Two to six files of different days in the order of their days; few values, so that many are equal."""
    values = {
        "department_id": st.sampled_from(["sales", "technology"]),
        "status": st.sampled_from(["active", "left"]),
        "monthly_salary": st.sampled_from([None, 100, 200]),
    }
    found = []
    for day in sorted(draw(st.sets(st.integers(1, 28), min_size=2, max_size=6))):
        kind = draw(st.sampled_from(["whole", *KINDS]))
        row = st.fixed_dictionaries({name: values[name] for name in KINDS[kind]})
        rows = draw(st.dictionaries(st.sampled_from(["E1", "E2", "E3"]), row, min_size=1))
        found.append(Export(day, kind, rows))
    return found


def expected(files: Sequence[Export], one: str) -> list[tuple[int, int | None, State]]:
    """What an employee's history must be: (day, day of the next version, state), the plain way."""
    mine = [file for file in files if one in file.rows]
    whole = [file for file in mine if file.kind != PAY_FILE]
    known: dict[str, Any] = {}
    versions: list[tuple[int, State]] = []
    for file in mine:
        known.update(file.rows[one])
        first = whole[0].rows[one] if whole else {}
        state = tuple(known[name] if name in known else first.get(name) for name in COLUMNS)
        if not versions or versions[-1][1] != state:
            versions.append((file.day, state))
    ends = [day for day, _ in versions[1:]] + [None]
    return [(day, end, state) for (day, state), end in zip(versions, ends, strict=True)]


@pytest.fixture(scope="module")
def compiled(built_project: Project) -> Compiled:
    """The histories' SQL."""
    return Compiled.of(built_project, "employee_history", "stg_employees")


def history(
    compiled: Compiled, arrivals: Sequence[Export], passes: int
) -> tuple[dict[str, list[tuple[int, int | None, State]]], dict[str, State]]:
    """Histories and current states by employee, after files that arrived in this order in so many passes."""
    with TemporaryDirectory() as folder:
        home = Settings(home=Path(folder) / "home").ensure()
        (home.home / "profiles").mkdir()
        (home.home / "profiles" / "pay.yml").write_text(PROFILE, encoding="utf-8")
        inbox = home.landing / "inbox"
        inbox.mkdir(parents=True)
        size = -(-len(arrivals) // passes)
        for start in range(0, len(arrivals), size):
            for place, export in enumerate(arrivals[start : start + size], start=start):
                (inbox / f"{place:02d}.csv").write_text(export.content, encoding="utf-8")
            report = run(home)
            assert [file.status for file in report.files] == ["ingested"] * len(report.files), report.files
            assert not sum(file.quarantined for file in report.files)
        with compiled.over(home) as connection:
            columns = ", ".join(COLUMNS)
            rows = connection.execute(
                f"select employee_id, day(valid_from), day(valid_to), is_current, {columns}"
                " from wanted.employee_history order by employee_id, version_number"
            ).fetchall()
            current = connection.execute(
                f"select employee_id, {columns} from wanted.stg_employees"
            ).fetchall()
    found: dict[str, list[tuple[int, int | None, State]]] = {}
    for one, start_day, end_day, is_current, *state in rows:
        assert is_current == (end_day is None)
        found.setdefault(one, []).append((start_day, end_day, tuple(state)))
    return found, {one: tuple(state) for one, *state in current}


def _one(day: int, pay: int) -> Export:
    return Export(day, "whole", {"E1": {"department_id": "sales", "status": "active", "monthly_salary": pay}})


# The first and the last say the same: the last is a duplicate when the one between them has not come yet.
BETWEEN_EQUALS = [_one(1, 100), _one(10, 200), _one(20, 100)]


# An example takes two warehouses: a failing one is shown as it was drawn.
@settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.generate])
@example(files=BETWEEN_EQUALS, order=[0, 2, 1], passes=3)
@example(files=BETWEEN_EQUALS, order=[2, 0, 1], passes=1)
@given(files=exports(), order=st.permutations(range(6)), passes=st.integers(1, 3))
def test_files_in_any_order_of_arrival_give_the_history_of_the_ordered_ones(
    compiled: Compiled, files: list[Export], order: list[int], passes: int
) -> None:
    shuffled = [files[place] for place in order if place < len(files)]
    people = sorted({one for file in files for one in file.rows})
    wanted = {one: expected(files, one) for one in people}
    for arrivals in (files, shuffled):
        found, current = history(compiled, arrivals, passes)
        assert found == wanted
        assert current == {one: versions[-1][2] for one, versions in wanted.items()}
