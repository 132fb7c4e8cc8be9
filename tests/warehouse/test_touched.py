"""What increments noted to have touched is taken as it is; whatever they did not note is compared."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from tests.warehouse.test_published_copy import BEFORE, CHANGES, Build, differences
from warehouse.database_files import attach
from warehouse.publish import CURRENT, publish
from warehouse.published_chain import held_by_current, note_version
from warehouse.published_copy import write_copy
from warehouse.settings import Settings
from warehouse.touched import Held, noted_builds, noted_marts, touched_sql

WHOLE_AT = "2026-11-23T00:00:00+00:00"
NOTES = "(interview_id varchar, question_id varchar, build_id varchar)"
LOG = f"create table if not exists main.touched__answers {NOTES};"
SECOND = "update marts.answers set n = -7 where interview_id = 'i7';"
COMPARED = "warehouse.published_copy._take_differing"


def note(build_id: str, *interviews: str) -> str:
    values = ", ".join(f"('{interview_id}', null, '{build_id}')" for interview_id in interviews)
    return f"{LOG} insert into main.touched__answers values {values};"


@pytest.fixture
def compared(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The tables whose rows were compared one by one."""
    from warehouse import published_copy

    seen: list[str] = []
    true = published_copy._take_differing

    def watched(connection: duckdb.DuckDBPyConnection, relation: published_copy.Relation) -> bool:
        seen.append(relation.table)
        return true(connection, relation)

    monkeypatch.setattr(COMPARED, watched)
    return seen


def whole_of(settings: Settings, built: Path) -> Path:
    whole = settings.home / "whole.duckdb"
    whole.unlink(missing_ok=True)
    write_copy(settings, built, whole)
    return whole


def test_rows_of_touched_interviews_are_taken_and_nothing_is_compared(
    settings: Settings, build: Build, compared: list[str]
) -> None:
    build(BEFORE)
    publish(settings, "run1", whole_at=WHOLE_AT)
    came = "insert into marts.answers select 'new', 1, 0.0, [], {'q': 1, 'hits': [0.5]} from range(3);"
    went = "delete from marts.answers where interview_id = 'i9';"
    second = f"{BEFORE}; {SECOND} {came} {went} {note('b2', 'i7', 'new', 'i9', 'i10')}"
    built = build(second)
    now = publish(settings, "run2", whole_at=WHOLE_AT)
    assert differences(settings, now, whole_of(settings, built)) == []
    assert "answers" not in compared
    assert {"duties", "totals", "candidates"} <= set(compared)
    # The next one takes what came since, not what the version holds already.
    compared.clear()
    built = build(f"{second} update marts.answers set n = 8 where interview_id = 'i8'; {note('b3', 'i8')}")
    now = publish(settings, "run3", whole_at=WHOLE_AT)
    assert differences(settings, now, whole_of(settings, built)) == []
    assert "answers" not in compared


def test_of_answers_that_were_touched_only_those_are_taken(
    settings: Settings, build: Build, compared: list[str]
) -> None:
    told = "create table marts.told as select i.id as interview_id, q.id as question_id, 0 as n"
    told += (
        " from (select 'i' || range as id from range(9)) as i, (select 'q' || range as id from range(5)) as q"
    )
    build(f"{BEFORE}; {told}")
    publish(settings, "run1", whole_at=WHOLE_AT)
    log = f"create table main.touched__told {NOTES}"
    notes = "insert into main.touched__told values ('i3', 'q2', 'b2'), ('i4', null, 'b2'), ('i5', 'q9', 'b2')"
    went = "delete from marts.told where interview_id = 'i4' and question_id = 'q0'"
    came = "insert into marts.told values ('i5', 'q9', 2)"
    # Of i3 nothing but q2 was noted: the other answers are not looked at.
    build(f"{BEFORE}; {told}; update marts.told set n = 1; {went}; {came}; {log}; {notes}")
    now = publish(settings, "run2", whole_at=WHOLE_AT)
    assert "told" not in compared
    with duckdb.connect() as connection:
        attach(connection, settings, now, "now", read_only=True)
        taken = connection.execute(
            "select interview_id, list(question_id order by question_id) from now.marts.told "
            "where n > 0 group by 1 order by 1"
        ).fetchall()
        (rows,) = connection.execute("select count(*) from now.marts.told").fetchone() or (0,)
    assert taken == [("i3", ["q2"]), ("i4", ["q1", "q2", "q3", "q4"]), ("i5", ["q9"])]
    assert rows == 9 * 5


def test_builds_that_were_not_published_are_caught_up_with(
    settings: Settings, build: Build, compared: list[str]
) -> None:
    build(BEFORE)
    publish(settings, "run1", whole_at=WHOLE_AT)
    third = "update marts.answers set n = -8 where interview_id = 'i8';"
    built = build(f"{BEFORE}; {SECOND} {note('b2', 'i7')} {third} {note('b3', 'i8')}")
    now = publish(settings, "run3", whole_at=WHOLE_AT)
    assert differences(settings, now, whole_of(settings, built)) == []
    assert "answers" not in compared


@pytest.mark.parametrize(
    ("first", "second"),
    [(WHOLE_AT, "2026-11-24T00:00:00+00:00"), (None, WHOLE_AT), (WHOLE_AT, None)],
    ids=["made whole since", "version before unknown", "build unknown"],
)
def test_notes_of_another_build_are_not_believed(
    settings: Settings, build: Build, compared: list[str], first: str | None, second: str | None
) -> None:
    build(BEFORE)
    publish(settings, "run1", whole_at=first)
    built = build(f"{BEFORE}; {SECOND} {note('b2', 'i1')}")
    now = publish(settings, "run2", whole_at=second)
    assert differences(settings, now, whole_of(settings, built)) == []
    assert "answers" in compared


def test_other_keys_than_those_of_the_build_are_seen(
    settings: Settings, build: Build, compared: list[str]
) -> None:
    build(BEFORE)
    publish(settings, "run1", whole_at=WHOLE_AT)
    built = build(f"{BEFORE}; {CHANGES['gone']}; {note('b2', 'i7')}")
    now = publish(settings, "run2", whole_at=WHOLE_AT)
    assert differences(settings, now, whole_of(settings, built)) == []
    assert "answers" in compared


@pytest.mark.parametrize("change", ["a_column_more", "another_type", "most_rows"])
def test_a_table_that_changed_as_a_whole_is_written_whole(
    settings: Settings, build: Build, change: str
) -> None:
    build(BEFORE)
    publish(settings, "run1", whole_at=WHOLE_AT)
    everyone = (
        f"{LOG} insert into main.touched__answers select distinct interview_id, null, 'b2' from marts.answers"
    )
    built = build(f"{BEFORE}; {CHANGES[change]}; {everyone}")
    now = publish(settings, "run2", whole_at=WHOLE_AT)
    assert differences(settings, now, whole_of(settings, built)) == []


def test_nothing_is_held_once_somebody_was_erased_or_another_version_is_current(
    settings: Settings, build: Build
) -> None:
    build(BEFORE)
    now = publish(settings, "run1", whole_at=WHOLE_AT)
    current = settings.published / CURRENT
    assert held_by_current(settings, current, WHOLE_AT) == Held(WHOLE_AT)
    note_version(settings, now, None, Held(WHOLE_AT, frozenset({"b2"})))
    assert held_by_current(settings, current, WHOLE_AT) == Held(WHOLE_AT, frozenset({"b2"}))
    (settings.privacy / "receipts").mkdir(parents=True, exist_ok=True)
    (settings.privacy / "receipts" / "1.parquet").touch()
    assert held_by_current(settings, current, WHOLE_AT) is None


def test_notes_are_read_by_mart_and_by_build(settings: Settings, build: Build) -> None:
    built = build(f"{BEFORE}; {note('b2', 'i7', 'i8')} {note('b3', 'i8', 'i9')}")
    with duckdb.connect() as connection:
        attach(connection, settings, built, "build", read_only=True)
        assert noted_marts(connection, "build") == {"answers"}
        assert noted_builds(connection, "build") == {"b2", "b3"}
        found = {
            seen: {name for (name,) in connection.execute(touched_sql("build", "answers", seen)).fetchall()}
            for seen in [(), ("b2",), ("b2", "b3"), ("it's",)]
        }
    assert found[()] == found[("it's",)] == {"i7", "i8", "i9"}
    assert found[("b2",)] == {"i8", "i9"}
    assert found[("b2", "b3")] == set()
