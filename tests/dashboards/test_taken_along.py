"""The file above the table of a page holds what the page says, in words and for its choices."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import duckdb
import pytest
import streamlit as st
from python_calamine import CalamineWorkbook

from tests.dashboards.visitors import Visitor
from warehouse.policy import policy
from warehouse.viewer import Viewer

Cells = list[dict[str, Any]]


@pytest.fixture
def files(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What the buttons of a page would save, by file name."""
    found: dict[str, Any] = {}

    def button(label: str, data: Any, file_name: str, **_: Any) -> bool:
        found[file_name.rsplit("_", 1)[0] + file_name[-5:]] = data
        return False

    monkeypatch.setattr(st, "download_button", button)
    return found


def cells(content: bytes) -> Cells:
    header, *rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    return [dict(zip(header, row, strict=True)) for row in rows]


def asked(home: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published" / "marts_fixture.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_roles_are_taken_along_for_the_measure_that_is_drawn(
    marts_home: Path, visit: Visitor, files: dict[str, Any]
) -> None:
    visit(marts_home, "roles", competency="communication", quarter="all")
    rows = cells(files["岗位.xlsx"]())
    expected = asked(
        marts_home,
        "select n, mean from marts.role_score_summaries where competency_id = 'communication'"
        " and scenario = 'all' and role_id <> 'all' and n is not null order by mean desc",
    )
    assert [row["人数"] for row in rows] == [n for n, _ in expected]
    assert [row["平均分"] for row in rows] == pytest.approx([mean for _, mean in expected])


def test_the_trend_is_taken_along_with_each_role_and_the_total(
    marts_home: Path, visit: Visitor, files: dict[str, Any]
) -> None:
    app = visit(marts_home, "trend", lang="en")
    rows = cells(files["Trend.xlsx"]())
    total = [row for row in rows if row["role"] == "All roles"]
    shown = app.dataframe[0].value
    assert [f"{row['Mean']:.1f}" for row in reversed(total)] == list(shown["Mean"])
    assert len({row["role"] for row in rows}) > 2


def test_the_people_of_a_part_of_the_chain_are_taken_along(
    marts_home: Path, visit: Visitor, files: dict[str, Any]
) -> None:
    app = visit(marts_home, "outcomes", quarter="all", outcome="hired")
    rows = cells(files["结果链_名单.xlsx"]())
    assert rows and {row["应聘结果"] for row in rows} == {"录用"}
    assert [row["姓名"] for row in rows] == list(app.dataframe[0].value["name"])
    by_grade = {(row["指标"], row["等级"]): row for row in cells(files["结果链.xlsx"]())}
    hired = sum(
        row["达成人数"]
        for (measure, grade), row in by_grade.items()
        if measure == "录用率" and grade != "all"
    )
    assert hired == len(rows)


def test_offers_out_of_band_are_taken_along_with_how_far_they_are(
    marts_home: Path, visit: Visitor, files: dict[str, Any]
) -> None:
    visit(marts_home, "grades_and_pay", quarter="all")
    rows = cells(files["等级与薪酬.xlsx"]())
    assert rows
    for row in rows:
        nearest = row["薪酬带下限"] if row["录用月薪"] < row["薪酬带下限"] else row["薪酬带上限"]
        assert row["超出"] == row["录用月薪"] - nearest != 0


def test_small_groups_are_left_out_for_an_analyst(
    marts_home: Path, visit: Visitor, files: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tests.dashboards.conftest.READER", Viewer("ana", "analyst"))
    visit(marts_home, "outcomes", quarter="all")
    people = cells(files["结果链_名单.xlsx"]())
    assert people and not any(row["姓名"] for row in people)
    ns = [row["人数"] for row in cells(files["结果链.xlsx"]())]
    assert ns and all(n == 0 or n >= policy().fewest_people for n in ns)
