"""A table becomes export files: what is new lands once, whole, and the cursor moves behind it."""

from __future__ import annotations

import fcntl
import sqlite3
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from ingestion.pull.database import _sqlite_opener
from ingestion.pull.one_pull import Limits
from ingestion.pull.report import line
from tests.ingestion.pull.pulling import Pulling
from warehouse.errors import UsageError

CONFIGURATION = """
    kind: database
    source: employees
    url: sqlite:///{database}
    table: staff
    cursor: updated_at
"""


def fill(database: Path, *rows: tuple[str, str | None]) -> None:
    """Adds or replaces (employee_id, updated_at)."""
    with sqlite3.connect(database) as connection:
        connection.execute(
            "create table if not exists staff (employee_id text primary key, hired_on text, updated_at text)"
        )
        connection.executemany(
            "insert or replace into staff values (?, '2024-03-01', ?)",
            [(key, moment) for key, moment in rows],
        )
    connection.close()


@pytest.fixture
def staff(pulling: Pulling, database: Path) -> Path:
    fill(database, *[(f"E{day}", f"2025-03-0{day}T08:00:00+08:00") for day in range(1, 6)])
    pulling.configure("staff", CONFIGURATION.format(database=database))
    return database


def keys(pulling: Pulling) -> list[str]:
    return [row["employee_id"] for row in pulling.rows(pulling.one())]


def test_the_first_pull_lands_every_row_in_the_order_of_the_cursor(pulling: Pulling, staff: Path) -> None:
    report = pulling.one()
    assert [row["employee_id"] for row in pulling.rows(report)] == ["E1", "E2", "E3", "E4", "E5"]
    (path,) = report.files
    assert path.relative_to(pulling.house.settings.landing).as_posix() == (
        "employees/pull/staff-20260601T120000-1.parquet"
    )
    assert line(report) == "staff: 5 rows in 1 file, up to 2025-03-05T08:00:00+08:00."


def test_what_landed_is_taken_in_like_any_export(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    (file,) = pulling.house.run().files
    assert (file.source, file.kept, file.quarantined) == ("employees", 5, 0)


def test_a_profile_translates_what_was_pulled(pulling: Pulling, database: Path) -> None:
    with sqlite3.connect(database) as connection:
        connection.execute("create table 员工信息 (员工ID, 员工姓名, 员工入职时间, 更新时间)")
        connection.execute("insert into 员工信息 values ('E1', '王芳', '2024-03-01', '2025-03-01 08:00:00')")
    connection.close()
    text = CONFIGURATION.replace("source: employees", "profile: zh_hr").replace("updated_at", "更新时间")
    pulling.configure("staff", text.replace("table: staff", "table: 员工信息").format(database=database))
    assert pulling.rows(pulling.one())[0]["员工姓名"] == "王芳"
    (file,) = pulling.house.run().files
    assert (file.source, file.kept) == ("employees", 1)
    assert pulling.one().rows == 0


def test_a_pull_without_news_lands_no_file(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    before = pulling.landed()
    report = pulling.one()
    assert (report.rows, pulling.landed()) == (0, before)
    assert line(report) == "staff: nothing new, up to 2025-03-05T08:00:00+08:00."


def test_the_second_pull_lands_only_what_is_new_or_changed(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    fill(staff, ("E2", "2025-03-07T08:00:00+08:00"), ("E6", "2025-03-06T08:00:00+08:00"))
    assert keys(pulling) == ["E6", "E2"]


def test_a_row_with_the_last_cursor_of_before_is_not_missed(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    fill(staff, ("E9", "2025-03-05T08:00:00+08:00"))
    assert keys(pulling) == ["E9"]


def test_full_fetches_everything_again(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    assert pulling.one(full=True).rows == 5
    assert pulling.one().rows == 0


def test_two_pulls_within_a_second_do_not_write_over_each_other(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    pulling.one(full=True)
    assert len(pulling.landed()) == 2


def test_rows_without_a_cursor_are_not_lost_and_are_said(pulling: Pulling, staff: Path) -> None:
    fill(staff, ("E7", None))
    report = pulling.one()
    assert report.rows == 6
    assert report.notes == ("1 row has no updated_at, so every pull fetches them.",)
    assert pulling.one().rows == 0
    fill(staff, ("E8", None))
    assert keys(pulling) == ["E8"]


def test_a_cursor_in_the_future_does_not_hide_what_comes_until_then(pulling: Pulling, staff: Path) -> None:
    fill(staff, ("E7", "2099-01-01T00:00:00+08:00"))
    report = pulling.one()
    assert report.rows == 6
    assert report.cursor == "2025-03-05T08:00:00+08:00"
    assert "after the beginning of this pull" in report.notes[0]
    fill(staff, ("E8", "2025-03-09T08:00:00+08:00"))
    assert keys(pulling) == ["E8"]


def test_without_a_cursor_only_changed_rows_land(pulling: Pulling, staff: Path) -> None:
    pulling.configure("staff", CONFIGURATION.format(database=staff).replace("cursor: updated_at", ""))
    assert pulling.one().rows == 5
    assert pulling.one().rows == 0
    fill(staff, ("E3", "2025-04-01T08:00:00+08:00"))
    assert keys(pulling) == ["E3"]
    fill(staff, ("E3", "2025-03-03T08:00:00+08:00"))
    assert keys(pulling) == ["E3"], "a row that is what it was before its change is news again"


def test_more_rows_than_are_remembered_land_again_and_it_is_said(pulling: Pulling, staff: Path) -> None:
    pulling.configure("staff", CONFIGURATION.format(database=staff).replace("cursor: updated_at", ""))
    pulling.limits = Limits(remembered_rows=4)
    assert "name a cursor" in pulling.one().notes[0]
    assert pulling.one().rows == 5


def test_large_pulls_come_in_several_files(pulling: Pulling, database: Path) -> None:
    fill(database, *[(f"E{row}", f"2025-03-01T08:{row // 60:02}:{row % 60:02}") for row in range(3000)])
    pulling.configure("staff", CONFIGURATION.format(database=database))
    pulling.limits = Limits(file_rows=100)
    report = pulling.one()
    # Chunks of the stream are never split: 2,000 rows and the rest.
    assert [len(pulling.rows(report)), len(report.files)] == [3000, 2]
    assert sum(file.kept for file in pulling.house.run().files) == 3000


def test_a_query_is_filtered_like_a_table(pulling: Pulling, staff: Path) -> None:
    pulling.configure(
        "staff",
        f"""
        kind: database
        source: employees
        url: sqlite:///{staff}
        query: |
          select employee_id as 工号, hired_on, updated_at, '12:30 :x 100%' as remark
          from staff where employee_id like 'E%';
        cursor: updated_at
        """,
    )
    report = pulling.one()
    assert report.rows == 5
    assert pulling.rows(report)[0]["remark"] == "12:30 :x 100%"
    fill(staff, ("E6", "2025-03-06T08:00:00+08:00"))
    assert pulling.one().rows == 1


def test_the_columns_named_come_and_the_cursor_with_them(pulling: Pulling, staff: Path) -> None:
    with_columns = CONFIGURATION.format(database=staff) + "    columns: [employee_id, hired_on]\n"
    pulling.configure("staff", with_columns)
    assert list(pulling.rows(pulling.one())[0]) == ["employee_id", "hired_on", "updated_at"]


def test_the_column_that_says_since_when_a_row_is_true_becomes_exported_at(
    pulling: Pulling, staff: Path
) -> None:
    pulling.configure("staff", CONFIGURATION.format(database=staff) + "    exported_at: hired_on\n")
    assert pulling.rows(pulling.one())[0]["exported_at"] == "2024-03-01"


def test_another_configuration_begins_from_the_start(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    pulling.configure("staff", CONFIGURATION.format(database=staff) + "    columns: [employee_id]\n")
    report = pulling.one()
    assert report.rows == 5
    assert report.notes == ("Its configuration has changed, so it began from the start.",)


def test_patience_is_no_other_configuration(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    pulling.configure("staff", CONFIGURATION.format(database=staff) + "    time_out_seconds: 5\n")
    assert pulling.one().rows == 0


def test_columns_that_come_and_go_are_said(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    with sqlite3.connect(staff) as connection:
        connection.execute("alter table staff add column left_on text")
        connection.execute("alter table staff drop column hired_on")
    notes = pulling.one().notes
    assert notes == ("New since the last pull: left_on.", "No longer there since the last pull: hired_on.")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (("table: staff", "table: stuff"), "no such table stuff"),
        (("cursor: updated_at", "cursor: changed_at"), "no such column changed_at"),
        (("table: staff", "query: select * fro staff"), "not SQL"),
        (("hr.sqlite", "absent.sqlite"), "there is no SQLite file"),
        (("sqlite://", "mssql+pymssql://"), "driver"),
        (("sqlite://", "nonsense://"), "driver"),
    ],
)
def test_what_cannot_be_pulled_is_one_sentence(
    pulling: Pulling, staff: Path, change: tuple[str, str], said: str
) -> None:
    pulling.configure("staff", CONFIGURATION.format(database=staff).replace(*change))
    assert said in pulling.failure()
    assert not pulling.landed()


def test_an_overlap_needs_times_and_texts_are_none(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    overlapping = CONFIGURATION.replace("updated_at", "{{column: updated_at, overlap_minutes: 5}}")
    pulling.configure("staff", overlapping.format(database=staff))
    assert "overlap_minutes" in pulling.failure()


def test_nothing_is_ever_written_to_the_database(pulling: Pulling, staff: Path) -> None:
    before = staff.read_bytes()
    pulling.one()
    pulling.configure(
        "drop", f"kind: database\nsource: employees\nurl: sqlite:///{staff}\nquery: drop table staff\n"
    )
    assert pulling.run("drop")[0].failure
    assert staff.read_bytes() == before


def test_the_connection_itself_may_only_read(staff: Path) -> None:
    opened = _sqlite_opener(make_url(f"sqlite:///{staff}"), 1)()
    with pytest.raises(sqlite3.OperationalError, match="readonly"):
        opened.execute("delete from staff")
    opened.close()


def test_a_file_that_is_no_database_is_named(pulling: Pulling, database: Path) -> None:
    database.write_text("x" * 4096)
    pulling.configure("staff", CONFIGURATION.format(database=database))
    assert "not an SQLite database" in pulling.failure()


def test_a_damaged_state_says_how_to_begin_again(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    state = pulling.house.settings.home / "pull" / ".state" / "staff.json"
    state.write_text("{", encoding="utf-8")
    assert str(state) in pulling.failure()
    assert pulling.one(full=True).rows == 5


def test_files_and_states_are_for_this_user_only(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    home = pulling.house.settings.home
    for path in [*home.glob("landing/*/pull/*"), *home.glob("pull/.state/*")]:
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_pull_that_runs_already_is_left_alone(pulling: Pulling, staff: Path) -> None:
    pulling.one()
    lock = pulling.house.settings.home / "pull" / ".state" / "staff.lock"
    with lock.open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert "another process" in pulling.failure()


def test_one_failing_pull_does_not_stop_the_others(pulling: Pulling, staff: Path) -> None:
    pulling.configure("a-broken", "kind: [")
    first, second = pulling.run()
    assert first.failure
    assert second.rows == 5


def test_a_name_that_no_pull_has_lists_those_there_are(pulling: Pulling, staff: Path) -> None:
    with pytest.raises(UsageError, match=r"There is no pull 'stuff'.*staff"):
        pulling.run("stuff")
