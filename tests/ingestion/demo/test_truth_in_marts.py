"""The published marts hold exactly the scores that the generator planned, grade by grade."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from warehouse.database_files import opened
from warehouse.settings import Settings


@pytest.mark.slow
def test_the_marts_give_the_grades_and_offers_that_were_planned(demo_home: Settings) -> None:
    truth = json.loads((demo_home.home / "truth.json").read_text(encoding="utf-8"))
    with opened(demo_home, demo_home.published / "current.duckdb") as marts:
        graded = marts.execute(
            "select role_id, grade, count(*) from marts.interview_results where grade <> '' group by all"
        ).fetchall()
        statuses = Counter(
            status for (status,) in marts.execute("select status from marts.interview_results").fetchall()
        )
        out_of_band = marts.execute("select count(*) from marts.offers where is_out_of_band").fetchone()
    found: dict[str, dict[str, int]] = {}
    for role, grade, count in graded:
        found.setdefault(role, {})[grade] = count
    counts = truth["counts"]
    assert found == truth["observed"]["grades"]
    assert statuses["scored"] == counts["interviews/completed"] - counts["interviews/insufficient"]
    assert statuses["declined"] == counts["interviews/declined"]
    assert statuses["abandoned"] == counts["interviews/abandoned"] + counts["interviews/expired"]
    assert out_of_band == (counts["applications/offers_out_of_band"],)
