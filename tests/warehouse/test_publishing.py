from __future__ import annotations

import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from warehouse import publish as publishing
from warehouse import published_copy
from warehouse.database_files import opened
from warehouse.errors import PublishError
from warehouse.publish import publish
from warehouse.settings import REPOSITORY, Settings

Build = Callable[[str], Path]
VERSION_SQL = "create schema marts; create table marts.v as select {n} as n, i from range(2000) r(i);"


def read_current(settings: Settings) -> int:
    """Opens `current.duckdb` as any DuckDB client would and reads its version number."""
    with opened(settings, settings.published / "current.duckdb") as connection:
        rows = connection.execute("select distinct n from marts.v").fetchall()
    assert len(rows) == 1
    return int(rows[0][0])


def test_the_published_file_holds_marts_and_people_only(settings: Settings, published: Path) -> None:
    with opened(settings, published) as connection:
        tables = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
        views = connection.execute("select view_name from duckdb_views() where not internal").fetchall()
        rows = connection.execute("from marts.interview_results order by 1").fetchall()
    assert set(tables) == {("marts", "interview_results"), ("marts", "roles"), ("people", "candidates")}
    assert views == []
    assert [row[0] for row in rows] == ["i1", "i2", "i3"]


def test_comments_are_published_with_their_tables_and_columns(settings: Settings, published: Path) -> None:
    with opened(settings, published) as connection:
        table = connection.execute(
            "select comment from duckdb_tables() where table_name = 'interview_results'"
        ).fetchone()
        column = connection.execute(
            "select comment from duckdb_columns() where column_name = 'grade'"
        ).fetchone()
    assert table == ("One row an interview's attempt.",)
    assert column == ("等级",)


def test_many_tables_written_at_once_are_all_those_of_the_build(settings: Settings, build: Build) -> None:
    tables = [
        f"create table marts.t{n} as select i, i * {n} as v from range({n * 50}) r(i);" for n in range(40)
    ]
    built = build("create schema marts; " + " ".join(tables))
    with opened(settings, publish(settings, "run1")) as connection:
        connection.execute(f"attach '{built}' as build (read_only)")
        for n in range(40):
            here, there = f"from marts.t{n}", f"from build.marts.t{n}"
            differ = f"(({here}) except all ({there})) union all (({there}) except all ({here}))"
            assert connection.execute(f"select count(*) from ({differ})").fetchone() == (0,)
            assert connection.execute(f"select count(*) {here}").fetchone() == (n * 50,)


def test_a_table_that_cannot_be_copied_ends_the_publish_and_the_others(
    settings: Settings, build: Build, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(VERSION_SQL.format(n=1))
    publish(settings, "run1")

    def broken(*_: object) -> None:
        raise duckdb.IOException("no room")

    monkeypatch.setattr(published_copy, "_write_table", broken)
    with pytest.raises(PublishError, match="no room"):
        publish(settings, "run2")
    assert read_current(settings) == 1
    assert not list(settings.published.glob("*.tmp*"))


def test_what_fails_when_all_is_copied_publishes_nothing(settings: Settings, build: Build) -> None:
    build(VERSION_SQL.format(n=1))
    publish(settings, "run1")
    build(VERSION_SQL.format(n=2))
    seen: list[int] = []

    def refuse() -> None:
        assert list(settings.published.glob("marts_run2.duckdb.tmp"))
        seen.append(read_current(settings))
        raise PublishError("The results cannot be archived.")

    with pytest.raises(PublishError, match="cannot be archived"):
        publish(settings, "run2", refuse)
    assert seen == [1] and read_current(settings) == 1
    assert not list(settings.published.glob("*run2*"))


def test_current_is_a_relative_link_to_a_read_only_file(settings: Settings, published: Path) -> None:
    link = settings.published / "current.duckdb"
    assert link.readlink() == Path("marts_run1.duckdb")
    assert link.resolve() == published.resolve()
    assert stat.S_IMODE(published.stat().st_mode) == 0o400
    assert {path.name for path in settings.published.iterdir()} == {"current.duckdb", "marts_run1.duckdb"}


def test_an_open_reader_keeps_its_version_and_a_new_one_sees_more(settings: Settings, build: Build) -> None:
    build(VERSION_SQL.format(n=1))
    publish(settings, "run1")
    with opened(settings, settings.published / "current.duckdb") as reader:
        build(VERSION_SQL.format(n=2))
        publish(settings, "run2")
        assert reader.execute("select max(n) from marts.v").fetchone() == (1,)
        assert read_current(settings) == 2
        assert reader.execute("select max(n) from marts.v").fetchone() == (1,)


def test_rows_of_one_interview_stand_together_whatever_order_they_were_built_in(
    settings: Settings, build: Build
) -> None:
    build(
        "create schema marts; "
        "create table marts.v as select 'i' || n % 3 as interview_id, n from range(9) t(n)"
    )
    publish(settings, "run1")
    with opened(settings, settings.published / "current.duckdb") as reader:
        found = [interview for (interview,) in reader.execute("select interview_id from marts.v").fetchall()]
    assert found == sorted(found)


def test_a_reader_that_opens_anew_all_the_time_never_fails_during_publishes(
    settings: Settings, build: Build
) -> None:
    build(VERSION_SQL.format(n=0))
    publish(settings, "run0")
    over = threading.Event()
    seen: list[int] = []
    failures: list[BaseException] = []

    def keep_reading() -> None:
        while not over.is_set():
            try:
                seen.append(read_current(settings))
            except BaseException as error:
                failures.append(error)
                return

    reader = threading.Thread(target=keep_reading)
    reader.start()
    for number in range(1, 6):
        build(VERSION_SQL.format(n=number))
        publish(settings, f"run{number}")
    over.set()
    reader.join()
    assert failures == []
    assert seen == sorted(seen)
    assert read_current(settings) == 5


def test_the_link_is_there_at_every_moment_of_its_swap(settings: Settings, published: Path) -> None:
    link = settings.published / "current.duckdb"
    over = threading.Event()
    misses: list[int] = []

    def keep_looking() -> None:
        while not over.is_set():
            if not link.exists():
                misses.append(1)

    looking = threading.Thread(target=keep_looking)
    looking.start()
    for _ in range(300):
        publishing._point_current_to(published)
    over.set()
    looking.join()
    assert misses == []


def test_only_the_last_three_older_versions_stay(settings: Settings, build: Build) -> None:
    for number in range(6):
        build(VERSION_SQL.format(n=number))
        path = publish(settings, f"run{number}")
        os.utime(path, ns=(number, number))
    names = {path.name for path in settings.published.glob("marts_*")}
    assert names == {f"marts_run{number}.duckdb" for number in (2, 3, 4, 5)}


def test_no_older_version_in_clear_stays(settings: Settings, build: Build) -> None:
    build(VERSION_SQL.format(n=1))
    earlier, encrypted = publish(settings, "run1"), publish(settings, "run2")
    earlier.unlink()
    with duckdb.connect(str(earlier)) as connection:
        connection.execute("create schema people")
    publish(settings, "run3")
    assert encrypted.exists() and not earlier.exists()


def test_a_version_is_never_replaced(settings: Settings, published: Path) -> None:
    before = published.read_bytes()
    with pytest.raises(PublishError, match="published already"):
        publish(settings, "run1")
    assert published.read_bytes() == before


def test_without_a_build_there_is_nothing_to_publish(settings: Settings) -> None:
    with pytest.raises(PublishError, match="scorehouse build"):
        publish(settings, "run1")


def test_a_build_without_marts_is_not_published(settings: Settings, build: Build, published: Path) -> None:
    build("create table x as select 1")
    with pytest.raises(PublishError, match="has no marts"):
        publish(settings, "run2")
    assert (settings.published / "current.duckdb").resolve() == published.resolve()
    assert not list(settings.published.glob("*.tmp"))


def test_a_damaged_build_is_one_sentence_and_leaves_the_old_version(
    settings: Settings, build: Build, published: Path
) -> None:
    build(VERSION_SQL.format(n=2)).write_bytes(b"no database" * 1000)
    with pytest.raises(PublishError, match="cannot be copied") as caught:
        publish(settings, "run2")
    assert "\n" not in str(caught.value)
    assert (settings.published / "current.duckdb").resolve() == published.resolve()


def test_a_build_that_somebody_writes_is_one_sentence(settings: Settings, build: Build) -> None:
    path = build(VERSION_SQL.format(n=1))
    with duckdb.connect(str(path)), pytest.raises(PublishError, match="cannot be copied"):
        publish(settings, "run1")


@pytest.mark.parametrize("run_id", ["", "../x", "a/b", "a.b", "run 1", "-x", "x" * 81, "运行"])
def test_a_run_id_that_is_no_file_name_is_refused(settings: Settings, build: Build, run_id: str) -> None:
    build(VERSION_SQL.format(n=1))
    with pytest.raises(PublishError, match="letters, digits"):
        publish(settings, run_id)


STEPS = (
    "write_copy",
    "published_copy._write_table",
    "_make_durable",
    "_point_current_to",
    "note_version",
    "_drop_older_versions",
)


@pytest.mark.parametrize("step", STEPS)
@pytest.mark.parametrize("moment", ["before", "after"])
def test_a_kill_at_any_step_leaves_a_readable_version_and_the_next_publish_cleans_up(
    settings: Settings, build: Build, step: str, moment: str
) -> None:
    build(VERSION_SQL.format(n=1))
    publish(settings, "run1")
    build(VERSION_SQL.format(n=2))
    assert _publish_and_die(settings, step, moment) == -signal.SIGKILL
    linked = step in ("note_version", "_drop_older_versions") or (
        step == "_point_current_to" and moment == "after"
    )
    assert read_current(settings) == (2 if linked else 1)
    build(VERSION_SQL.format(n=3))
    publish(settings, "run3")
    assert read_current(settings) == 3
    assert all(path.suffix == ".duckdb" for path in settings.published.iterdir())


def _publish_and_die(settings: Settings, step: str, moment: str) -> int:
    """Publishes run2 in another process that kills itself before or after a step."""
    code = f"""
import os, signal
from pathlib import Path
from warehouse import publish as p, published_copy
from warehouse.settings import Settings
of = published_copy if {step!r}.startswith("published_copy") else p
original = of.{step.split(".")[-1]}
def dying(*args):
    if {moment!r} == "after":
        original(*args)
    os.kill(os.getpid(), signal.SIGKILL)
of.{step.split(".")[-1]} = dying
p.publish(Settings(home=Path({str(settings.home)!r})), "run2")
"""
    return subprocess.run([sys.executable, "-c", code], cwd=REPOSITORY, check=False).returncode


def test_the_steps_that_the_kill_test_names_exist() -> None:
    for step in STEPS:
        of = published_copy if step.startswith("published_copy") else publishing
        assert callable(getattr(of, step.split(".")[-1]))
