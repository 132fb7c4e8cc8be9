"""A version that starts from the one before it says cell by cell what a whole copy of the build says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from warehouse.database_files import attach
from warehouse.publish import CURRENT, publish
from warehouse.published_chain import version_to_follow
from warehouse.published_copy import write_copy
from warehouse.settings import Settings

Build = Callable[[str], Path]
# 1,000 interviews of three answers, with lists and both zeros; people without a key; a small table.
BEFORE = """
create schema marts; create schema people;
create table marts.answers as
    select 'i' || i % 1000 as interview_id, i as n, if(i % 5 = 0, -(0.0::double), i) as zero,
        ['a' || i, null] as flags, {'q': i, 'hits': [i / 7.0]} as evidence
    from range(3000) t(i);
create table marts.duties as
    select if(i % 3 = 0, null, 'i' || i) as interview_id, i as n from range(600) t(i);
create table marts.totals as select 'all' as role_id, 3000 as n;
create table marts.gone as select 1 as n;
create view marts.roles as select distinct role_id from marts.totals;
create table people.candidates as select 'c' || i as candidate_id, 'name ' || i as name from range(50) t(i);
comment on table marts.totals is 'Totals.';
comment on column marts.totals.n is '合计';
"""
# What a day does: rows that are new, corrected and gone, a zero that turned, a new column, another comment.
CHANGES = {
    "new_rows": "insert into marts.answers select 'new', 1, 0.0, [], {'q': 1, 'hits': [0.5]} from range(3)",
    "corrected": "update marts.answers set flags = ['a', 'b'] where interview_id = 'i7' and n = 7",
    "gone": "delete from marts.answers where interview_id = 'i8'",
    "one_row_more_that_is_there_twice": "insert into marts.answers from marts.answers where n = 9",
    "a_zero_that_turned": (
        "create or replace table marts.answers as "
        "select * replace (if(interview_id = 'i10', 0.0::double, zero) as zero) from marts.answers"
    ),
    "without_a_key": "update marts.duties set n = -1 where interview_id is null and n = 3",
    "key_that_was_lost": "update marts.duties set interview_id = null where n = 4",
    "a_key_that_came": "update marts.duties set interview_id = 'late' where n = 6",
    "no_rows_left": "delete from marts.totals",
    "most_rows": "update marts.answers set n = n + 1",
    "all_totals": "update marts.totals set n = 4",
    "a_column_more": "alter table marts.answers add column later integer",
    "another_type": "alter table marts.answers alter n type varchar",
    "another_comment": "comment on table marts.totals is 'Sums.'; comment on column marts.totals.n is null",
    "a_table_less": "drop table marts.gone",
    "a_table_more": "create table marts.more as select 'c1' as candidate_id",
    "a_table_for_a_view": "drop view marts.roles; create table marts.roles as select 'all' as role_id",
    "nothing": "select 1",
}
COMMENTS = """
    select table_name, null, comment from duckdb_tables() where database_name = ?
    union all
    select table_name, column_name, comment from duckdb_columns() where database_name = ?
    order by all
"""


@pytest.mark.parametrize("change", list(CHANGES.values()), ids=list(CHANGES))
def test_a_version_that_follows_another_equals_a_whole_copy_cell_by_cell(
    settings: Settings, build: Build, change: str
) -> None:
    build(BEFORE)
    before = publish(settings, "run1")
    seen = before.read_bytes()
    built = build(f"{BEFORE}; {change}")
    assert version_to_follow(settings, settings.published / CURRENT) == before
    now = publish(settings, "run2")
    whole = settings.home / "whole.duckdb"
    write_copy(settings, built, whole)
    assert differences(settings, now, whole) == []
    assert before.read_bytes() == seen


def differences(settings: Settings, one: Path, other: Path) -> list[str]:
    """The tables that differ in a column, a type, a comment or a cell, however rows are ordered."""
    with duckdb.connect() as connection:
        attach(connection, settings, one, "one", read_only=True)
        attach(connection, settings, other, "other", read_only=True)
        tables = [
            connection.execute(
                "select schema_name, table_name from duckdb_tables() where database_name = ? order by all",
                [database],
            ).fetchall()
            for database in ("one", "other")
        ]
        said = [connection.execute(COMMENTS, [name, name]).fetchall() for name in ("one", "other")]
        found = [] if tables[0] == tables[1] and said[0] == said[1] else ["tables or comments"]
        for schema, table in tables[0]:
            rows = [
                sorted(map(repr, connection.execute(f"from {name}.{schema}.{table}").fetchall()))
                for name in ("one", "other")
            ]
            kinds = [
                connection.execute(f"describe {name}.{schema}.{table}").fetchall()
                for name in ("one", "other")
            ]
            if rows[0] != rows[1] or kinds[0] != kinds[1]:
                found.append(table)
    return found


def test_rows_that_did_not_change_are_not_written_again(settings: Settings, build: Build) -> None:
    build(BEFORE)
    publish(settings, "run1")
    build(f"{BEFORE}; {CHANGES['corrected']}")
    now = publish(settings, "run2")
    with duckdb.connect() as connection:
        attach(connection, settings, now, "now", read_only=True)
        last = connection.execute(
            "select interview_id from now.marts.answers order by rowid desc limit 3"
        ).fetchall()
    # The whole table stands in the order of its key; what was corrected came to its end.
    assert last == [("i7",)] * 3


@pytest.mark.parametrize("folder", ["receipts", "begun"])
def test_after_an_erasure_or_purge_the_version_is_written_whole(
    settings: Settings, build: Build, folder: str
) -> None:
    build(BEFORE)
    publish(settings, "run1")
    name = "1.parquet" if folder == "receipts" else "1.sealed"
    (settings.privacy / folder).mkdir(parents=True, exist_ok=True)
    (settings.privacy / folder / name).touch()
    assert version_to_follow(settings, settings.published / CURRENT) is None


def test_a_version_that_the_build_does_not_know_is_not_followed(settings: Settings, build: Build) -> None:
    build(BEFORE)
    published = publish(settings, "run1")
    (settings.published / CURRENT).unlink()
    (settings.published / CURRENT).symlink_to(published.rename(published.with_name("marts_run1.e1.duckdb")))
    assert version_to_follow(settings, settings.published / CURRENT) is None


def test_every_so_often_all_rows_are_put_in_order_again(
    settings: Settings, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("warehouse.published_chain._MOST_STEPS", 2)
    build(BEFORE)
    followed = []
    for number in range(4):
        followed.append(version_to_follow(settings, settings.published / CURRENT) is not None)
        publish(settings, f"run{number}")
    assert followed == [False, True, True, False]


def test_a_version_that_cannot_be_followed_is_no_hindrance(settings: Settings, build: Build) -> None:
    build(BEFORE)
    before = publish(settings, "run1")
    before.chmod(0o600)
    data = bytearray(before.read_bytes())
    data[4096 * 3 :] = bytes(len(data) - 4096 * 3)
    before.write_bytes(data)
    built = build(f"{BEFORE}; {CHANGES['corrected']}")
    now = publish(settings, "run2")
    whole = settings.home / "whole.duckdb"
    write_copy(settings, built, whole)
    assert differences(settings, now, whole) == []


def test_a_file_that_has_grown_to_twice_its_size_is_written_whole(
    settings: Settings, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(BEFORE)
    publish(settings, "run1")
    assert version_to_follow(settings, settings.published / CURRENT) is not None
    monkeypatch.setattr("warehouse.published_chain._MOST_GROWTH", 0.99)
    assert version_to_follow(settings, settings.published / CURRENT) is None
