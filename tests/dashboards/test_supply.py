"""Openings from the shortest of people; how soon results are told: each number equals its mart."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import duckdb

from dashboards.catalogue import words_in
from dashboards.charts import supply
from dashboards.formats import Formats
from tests.dashboards.visitors import Visitor
from warehouse.settings import Settings

OPEN_ONES = """
    select any_value(supply_ratio) from marts.requisition_shortlists
    where requisition_status = 'open' group by requisition_id
"""
TOLD = "select sum(notified_n), sum(notify_late_n) from marts.batch_progress where channel = 'all'"


def asked(home: Path, query: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        return connection.execute(query).fetchall()


def test_the_openings_begin_with_the_shortest_of_people(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "requisitions", lang="en", quarter="all")
    shares = [round(100 * ratio) for (ratio,) in asked(marts_home, OPEN_ONES)]
    assert shares
    assert list(app.dataframe[0].value["supply"][: len(shares)]) == sorted(shares)


def test_the_share_told_within_an_hour_is_that_of_the_mart(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "batches", lang="en", quarter="all")
    told, late = asked(marts_home, TOLD)[0]
    (card,) = [metric for metric in app.metric if metric.label == "Told within an hour"]
    assert told
    assert card.value == f"{1 - late / told:.0%}"
    assert card.delta == f"{late:,} of {told:,} later"


def test_two_openings_of_a_role_have_two_names() -> None:
    words = words_in("en")
    page: Any = SimpleNamespace(words=words, formats=Formats(words, Settings.from_env().timezone))
    days = (("a", "Analyst", 1), ("b", "Clerk", 1), ("c", "Clerk", 2), ("d", "Clerk", 2))
    rows = [
        {"requisition_id": name, "role_id": "x", "role_name": role, "opened_on": date(2026, 6, day)}
        for name, role, day in days
    ]
    names = supply._labels(rows, page)
    assert names == ["Analyst", "Clerk · 1 Jun 2026", "Clerk · 2 Jun 2026 · c", "Clerk · 2 Jun 2026 · d"]
