"""Histories and the health of files, on unseen exports, against a second calculation, cell by cell."""

from __future__ import annotations

from datetime import UTC

import pytest

from tests.independent import health
from tests.independent.comparing import assert_alike
from tests.independent.histories import APPLICATION, EMPLOYEE, history
from tests.independent.world import World

# When and how a file was taken in, and how it differs from the one before.
OF_THE_ARRIVAL = (
    *("arrival_seq", "ingested_at", "source_last_ingested_at", "is_overdue", "days_overdue", "format"),
    *(
        "profile",
        "message",
        "drift",
        "added_columns",
        "dropped_columns",
        "renamed_columns",
        "retyped_columns",
    ),
)

pytestmark = pytest.mark.slow


def test_employee_history_is_that_of_a_second_calculation(world: World) -> None:
    expected = history(world, "employees", "employee_id", EMPLOYEE)
    assert any(row["version_number"] > 1 for row in expected)
    assert_alike(world.published("employee_history"), expected, ["employee_id", "version_number"])


def test_application_history_is_that_of_a_second_calculation(world: World) -> None:
    expected = history(world, "applications", "application_id", APPLICATION)
    assert any(row["version_number"] > 1 for row in expected)
    assert_alike(world.published("application_history"), expected, ["application_id", "version_number"])


def test_ingest_health_is_that_of_a_second_calculation(world: World) -> None:
    assert_alike(world.published("ingest_health"), health.ingest_health(world), ["file"], OF_THE_ARRIVAL)


def test_source_health_is_that_of_a_second_calculation(world: World) -> None:
    files = health.ingest_health(world)
    last = {}
    for row in world.ask("select * from ingest_health order by arrival_seq"):
        last[row["source"]] = {**row, "ingested_at": row["ingested_at"].replace(tzinfo=UTC)}
    assert_alike(
        world.published("source_health"), health.source_health(world, files, last), ["source"], ["drift"]
    )
