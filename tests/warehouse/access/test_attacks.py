"""Nothing that a role asks depends on what it must not see, whatever the SQL."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import pyarrow as pa
import pytest

from tests.warehouse.access import attacks, worlds
from tests.warehouse.access.conftest import VIEWERS
from warehouse.database_files import cursor_of
from warehouse.errors import QueryFailedError, QueryRefusedError
from warehouse.marts import OPERATOR, Marts

MARTS = [
    "marts.interview_results",
    "marts.offers",
    "marts.pay_reviews",
    "marts.employee_history",
    "people.candidates",
    "marts.quarantine",
]
COLUMNS = {
    "department_head": [],
    "analyst": [
        ("marts.offers", "offer_monthly_salary"),
        ("marts.interview_results", "pay_max"),
        ("marts.employee_history", "manager_id"),
        ("marts.pay_reviews", "compa_ratio"),
        ("marts.grades", "pay_mid"),
        ("marts.ingest_health", "file"),
    ],
    "candidate": [
        ("marts.interview_results", "flags"),
        ("marts.interview_results", "recommendation"),
        ("marts.answer_scores", "duration_vs_median"),
        ("marts.competency_scores", "vendor_score"),
        ("marts.grades", "pay_min"),
        ("marts.warehouse_run", "interviews_n"),
    ],
}
ORACLES = {
    "department_head": [
        ("interview_results", "department_id", "sales"),
        ("offers", "department_id", "sales"),
    ],
    "analyst": [],
    "candidate": [("interview_results", "candidate_id", "c3"), ("loss_points", "candidate_id", "c3")],
}


def answer(marts: Marts, role: str, sql: str) -> str:
    """The rows in an order of their own, or the sentence that says why not."""
    try:
        table = marts.query(sql, viewer=VIEWERS[role])
    except (QueryRefusedError, QueryFailedError) as error:
        return f"{type(error).__name__}: {error}"
    try:
        return repr((table.schema.names, sorted(map(repr, table.to_pylist()))))
    except ValueError:
        # A struct with two fields of one name is nothing that Python can hold.
        stream = pa.BufferOutputStream()
        with pa.ipc.new_stream(stream, table.schema) as writer:
            writer.write_table(table)
        return f"({stream.getvalue().to_pybytes()!r})"


def told_apart(here: Marts, there: Marts, role: str, texts: Iterable[str]) -> list[str]:
    """The texts whose answers differ between two worlds that are the same to the role."""
    return [sql for sql in texts if answer(here, role, sql) != answer(there, role, sql)]


@pytest.mark.parametrize("role", worlds.ROLES)
def test_no_way_of_naming_rows_shows_more_rows(
    world_marts: Marts, other_world: Callable[[str], Marts], role: str
) -> None:
    texts = list(attacks.row_attacks(MARTS))
    assert len(texts) > 400
    assert told_apart(world_marts, other_world(role), role, texts) == []


@pytest.mark.parametrize("role", ["analyst", "candidate"])
def test_no_way_of_naming_a_column_shows_a_hidden_one(
    world_marts: Marts, other_world: Callable[[str], Marts], role: str
) -> None:
    texts = list(attacks.column_attacks(COLUMNS[role]))
    assert len(texts) >= 300
    assert told_apart(world_marts, other_world(role), role, texts) == []


@pytest.mark.parametrize("role", ["department_head", "candidate"])
def test_a_query_never_fails_on_a_row_that_it_must_not_see(
    world_marts: Marts, other_world: Callable[[str], Marts], role: str
) -> None:
    texts = list(attacks.oracles(ORACLES[role]))
    assert told_apart(world_marts, other_world(role), role, texts) == []
    # The first of each asks only about its own rows, and is answered.
    assert answer(world_marts, role, texts[0]).startswith("(")


@pytest.mark.parametrize("role", ["department_head", "candidate"])
def test_a_condition_of_the_query_comes_after_the_row_filter(world_marts: Marts, role: str) -> None:
    """Whatever DuckDB may think of moving, the limit is between them in its plan."""
    sql = world_marts.effective_sql("from loss_points where strlen(loss_en) > 1", VIEWERS[role])
    rows = cursor_of(world_marts._current().connection).execute(f"explain {sql}").fetchall()
    plan = rows[0][1]
    assert 0 < plan.index("strlen") < plan.index("LIMIT") < plan.index("SCAN")


@pytest.mark.parametrize("role", worlds.ROLES)
def test_nothing_leaves_the_sandbox(world_marts: Marts, role: str) -> None:
    home = str(world_marts._settings.home)
    for sql in attacks.sandbox_attacks(home):
        assert answer(world_marts, role, sql).startswith(("QueryRefused", "FunctionRefused")), sql


def test_the_worlds_are_told_apart_by_whoever_sees_everything(
    world_marts: Marts, other_world: Callable[[str], Marts]
) -> None:
    for role in worlds.ROLES:
        for mart in MARTS:
            here, there = (
                marts.query(f"from {mart}", viewer=OPERATOR) for marts in (world_marts, other_world(role))
            )
            assert not here.equals(there), (role, mart)
