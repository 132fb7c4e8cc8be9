"""An alert tells no role more of a small group than the mart that it comes from."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.warehouse.access.conftest import VIEWERS, with_accounts
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import Viewer

HR, ANALYST, HEAD = Viewer("hr", "hr"), VIEWERS["analyst"], VIEWERS["department_head"]
# Nine people were invited to b1 and three to b2, of whom eight and three came; n of a source are its files.
MARTS = """
create table marts.interview_results as
    select 'I' || person as interview_id, 'c' || person as candidate_id, 'sales' as department_id,
        'sales_rep' as role_id, if(person <= 9, 'b1', 'b2') as batch_id, 'web' as channel,
        timestamp '2026-09-01' as started_at, if(person = 9, null, timestamp '2026-09-01') as completed_at
    from range(1, 13) t(person);
create table marts.alerts as
    select rule_key, subject_kind, subject_id, department_id, batch_id, rests_on, 0.5 as value, n,
        if(batch_id is null, null, 'all') as channel, null::varchar as role_id, null::varchar as scenario,
        null::date as quarter_start,
        'firing' as state, date '2026-09-01' as since
    from (values
        ('participation_low', 'batch', 'b1', 'sales', 'b1', 'invited', 9),
        ('participation_low', 'batch', 'b2', 'sales', 'b2', 'invited', 3),
        ('anomalies_many', 'batch', 'b1', 'sales', 'b1', 'completed', 8),
        ('notice_late', 'batch', 'b2', 'sales', 'b2', 'notified', 3),
        ('refusal_parity', 'company', 'all', null, null, 'applications', 4),
        ('source_overdue', 'source', 'answers', null, null, 'files', 3)
    ) t(rule_key, subject_kind, subject_id, department_id, batch_id, rests_on, n);
"""
SMALL = {("participation_low", "b2"), ("notice_late", "b2"), ("refusal_parity", "all")}


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory, quick_hashes: object) -> Iterator[Marts]:
    settings = Settings(home=tmp_path_factory.mktemp("alerts"))
    settings.published.mkdir(parents=True)
    path = settings.published / "marts_run.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts; create schema people;")
        connection.execute(MARTS)
    (settings.published / "current.duckdb").symlink_to(path.name)
    opened = Marts(with_accounts(settings), threads=1)
    yield opened
    opened.close()


def told(marts: Marts, viewer: Viewer) -> dict[tuple[str, str], tuple[object, ...]]:
    rows = marts.query("select * from alerts", viewer=viewer).to_pylist()
    return {
        (row["rule_key"], row["subject_id"]): (row["value"], row["n"], row["state"], row["since"])
        for row in rows
    }


def test_hr_sees_every_value(marts: Marts) -> None:
    found = told(marts, HR)
    assert len(found) == 6 and all(value is not None for row in found.values() for value in row)


def test_an_analyst_learns_nothing_of_small_groups_and_all_of_files(marts: Marts) -> None:
    found = told(marts, ANALYST)
    assert {key for key, row in found.items() if row == (None, None, None, None)} == SMALL
    assert found["participation_low", "b1"][:3] == (0.5, 9, "firing")
    assert found["source_overdue", "answers"][1] == 3


def test_a_head_sees_alerts_of_the_own_department_only(marts: Marts) -> None:
    assert {rule for rule, _ in told(marts, HEAD)} == {"participation_low", "anomalies_many", "notice_late"}
