"""A real PostgreSQL: types arrive as they are, the snapshot is one, nothing can be written."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
import sqlalchemy as sa

from tests.ingestion.pull.postgres import SUPERUSER, Postgres, running
from tests.ingestion.pull.pulling import Pulling

TABLE = """
create table if not exists hr.staff (
    employee_id text, hired_on date, monthly_salary numeric(12, 2), rating numeric, is_here boolean,
    profile jsonb, badge uuid, skills text[], photo bytea, starts time, number bigint, share real,
    updated_at timestamptz, seen_at timestamp
)
"""


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """One server for all tests of this file."""
    with running() as server:
        yield server


@pytest.fixture
def staff(postgres: Postgres, pulling: Pulling) -> Iterator[sa.Engine]:
    """Two thousand and one people, and a pull of them."""
    engine = sa.create_engine(postgres.url, poolclass=sa.NullPool)
    run(engine, "drop schema if exists hr cascade", "create schema hr", TABLE)
    run(
        engine,
        r"""
        insert into hr.staff
        select 'E' || n, date '2024-01-31' + n, 15000.10 + n, n / 7.0, n % 2 = 0,
            '{"name"\: "王芳", "tags"\: [1]}', gen_random_uuid(), array['sql', n\:\:text], '\xff00',
            time '08\:30', 9000000000000000 + n, 0.5,
            timestamptz '2025-03-01 08\:00+08' + n * interval '1 minute', timestamp '2025-03-01 08\:00'
        from generate_series(0, 2000) n
        """,
    )
    pulling.environment = {"HR_PASSWORD": postgres.password}
    configure(pulling, postgres, "table: hr.staff\ncursor: updated_at\n")
    yield engine
    engine.dispose()


def run(engine: sa.Engine, *statements: str) -> None:
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(sa.text(statement))


def configure(pulling: Pulling, postgres: Postgres, rest: str, account: str = SUPERUSER) -> None:
    """A pull through the driver that is named when none is."""
    address = f"postgresql://{account}:${{HR_PASSWORD}}@127.0.0.1:{postgres.port}/postgres"
    pulling.configure("staff", f"kind: database\nsource: employees\nurl: {address}\n{rest}")


def test_every_type_arrives_as_what_it_is(staff: sa.Engine, pulling: Pulling) -> None:
    report = pulling.one()
    types = {field.name: field.type for field in pq.read_schema(report.files[0])}
    assert types.pop("monthly_salary") == pa.decimal128(7, 2)
    assert pa.types.is_decimal(types.pop("rating"))
    assert types == {
        **dict.fromkeys(("employee_id", "profile", "badge", "skills", "photo", "starts"), pa.string()),
        "hired_on": pa.date32(),
        "is_here": pa.bool_(),
        "number": pa.int64(),
        "share": pa.float64(),
        "updated_at": pa.timestamp("us", "UTC"),
        "seen_at": pa.timestamp("us"),
    }
    first = pulling.rows(report)[0]
    assert first["monthly_salary"] == Decimal("15000.10")
    assert first["updated_at"] == dt.datetime(2025, 3, 1, tzinfo=dt.UTC)
    assert first["seen_at"] == dt.datetime(2025, 3, 1, 8)
    assert (first["profile"], first["skills"]) == ('{"name": "王芳", "tags": [1]}', '["sql", "0"]')
    assert (first["photo"], first["starts"], first["number"]) == ("/wA=", "08:30:00", 9_000_000_000_000_000)


def test_it_is_taken_in_with_its_values(staff: sa.Engine, pulling: Pulling) -> None:
    pulling.one()
    (file,) = pulling.house.run().files
    assert (file.kept, file.quarantined) == (2001, 0)
    row = pulling.house.rows("employees")[0]
    assert (row["hired_on"], row["monthly_salary"]) == (dt.date(2024, 1, 31), 15000.10)
    assert row["_exported_at"] == dt.datetime(2025, 3, 1, tzinfo=dt.UTC)


def test_only_what_is_new_comes_the_second_time(staff: sa.Engine, pulling: Pulling) -> None:
    assert pulling.one().rows == 2001
    run(
        staff,
        "insert into hr.staff (employee_id, updated_at) select 'same', max(updated_at) from hr.staff",
        "update hr.staff set updated_at = updated_at + interval '2 days' where employee_id = 'E5'",
        "insert into hr.staff (employee_id) values ('never')",
    )
    report = pulling.one()
    assert [row["employee_id"] for row in pulling.rows(report)] == ["never", "same", "E5"]
    assert report.known == 1
    assert pulling.one().rows == 0


def test_a_cursor_at_infinity_does_not_end_the_pulls(staff: sa.Engine, pulling: Pulling) -> None:
    run(staff, "insert into hr.staff (employee_id, updated_at) values ('for ever', 'infinity')")
    assert pulling.one().rows == 2002
    run(staff, "update hr.staff set updated_at = updated_at + interval '2 days' where employee_id = 'E7'")
    assert pulling.one().rows == 1


@pytest.mark.parametrize("cursor", ["number", "hired_on", "seen_at", "monthly_salary", "badge"])
def test_a_cursor_of_any_type_is_sent_back_as_it_came(
    cursor: str, staff: sa.Engine, postgres: Postgres, pulling: Pulling
) -> None:
    configure(pulling, postgres, f"table: hr.staff\ncursor: {cursor}\n")
    assert pulling.one().rows == 2001
    report = pulling.one()
    assert (report.rows, report.failure) == (0, None)
    assert report.known < 2001 or cursor == "seen_at"


def test_an_overlap_finds_what_was_committed_late(
    staff: sa.Engine, postgres: Postgres, pulling: Pulling
) -> None:
    configure(pulling, postgres, "table: hr.staff\ncursor: {column: updated_at, overlap_minutes: 10}\n")
    pulling.one()
    run(
        staff,
        "insert into hr.staff (employee_id, updated_at)"
        " select 'late', max(updated_at) - interval '9 minutes' from hr.staff",
    )
    report = pulling.one()
    assert [row["employee_id"] for row in pulling.rows(report)] == ["late"]
    assert report.known == 11


def test_queries_keep_their_signs(staff: sa.Engine, postgres: Postgres, pulling: Pulling) -> None:
    query = "select number::text as n, '08:00 :x 5%' as c from hr.staff where employee_id like 'E1%'"
    configure(pulling, postgres, f'query: "{query}"\ncursor: n\n')
    assert pulling.rows(pulling.one())[0]["c"] == "08:00 :x 5%"


@pytest.mark.parametrize(
    ("rest", "said"),
    [
        ("table: hr.stuff\n", "no such table hr.stuff"),
        ("table: hr.staff\ncursor: changed_at\n", "no such column changed_at"),
        ("query: select 1 as a, 2 as a\n", "'a' more than once"),
        ("query: delete from hr.staff returning employee_id\n", "not SQL"),
        ("query: with x as (delete from hr.staff returning *) select * from x\n", "plain select"),
        ("query: select nextval('hr.counter') as n\n", "would write"),
        ("query: select 'secret words'::int as n\n", "cannot calculate or cast"),
        ("table: hr.staff\ntls: true\n", "does not offer an encrypted connection"),
        ("table: hr.staff\nca_file: /nowhere.pem\n", "no file of certificates"),
        (
            "query: select pg_sleep(60)\ntime_out_seconds: 0.3\n",
            "did not answer within 0.3 seconds",
        ),
    ],
)
def test_what_cannot_be_pulled_is_one_sentence(
    rest: str,
    said: str,
    staff: sa.Engine,
    postgres: Postgres,
    pulling: Pulling,
    caplog: pytest.LogCaptureFixture,
) -> None:
    run(staff, "create sequence hr.counter")
    configure(pulling, postgres, rest)
    assert said in pulling.failure()
    assert caplog.text == "", "a library says more than the sentence, and quotes values"
    with staff.connect() as connection:
        assert connection.execute(sa.text("select count(*) from hr.staff")).scalar() == 2001


def test_a_wrong_password_and_a_missing_right_are_told_apart(
    staff: sa.Engine, postgres: Postgres, pulling: Pulling
) -> None:
    run(staff, "drop role if exists reader", f"create role reader login password '{postgres.password}'")
    configure(pulling, postgres, "table: pg_catalog.pg_authid\n", account="reader")
    assert "may not read that" in pulling.failure()
    pulling.environment = {"HR_PASSWORD": "another-word"}
    assert "refuses the account or its password" in pulling.failure()


def test_nobody_there_is_tried_again_and_then_said(pulling: Pulling) -> None:
    configure(pulling, Postgres(port=1), "table: hr.staff\nattempts: 3\n")
    assert "cannot be reached" in pulling.failure()
    assert len(pulling.clock.slept) == 2
