"""A query that a person wrote costs at most itself: its process is shut in, limited, and can be replaced."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as examples
from hypothesis import strategies as st

from warehouse import audit
from warehouse.errors import QueryFailedError, QueryRefusedError
from warehouse.marts import OPERATOR, Marts, Viewer, is_truncated
from warehouse.policy import SandboxLimits
from warehouse.publish import publish
from warehouse.sandbox import Sandbox
from warehouse.sandbox_process import QueryStoppedError
from warehouse.settings import Settings

Build = Callable[[str], Path]
HR, OTHER = Viewer("hr", "hr"), Viewer("other", "hr")
LIMITS = SandboxLimits(
    seconds=20, memory_mb=128, hard_memory_mb=384, result_mb=1, workers=2, workers_of_one=1, wait_seconds=0.3
)
ENDLESS = "select count(*) from range(1000000) a(i), range(1000000) b(j) where hash(i, j) = 1"
# Each step makes the text a thousand times as long, inside one call that DuckDB does not look into.
_TAIL = ", 'a', repeat('a', 1000))"
OUTGROWN = f"select length({'replace(' * 4}repeat('a', 1000){_TAIL * 4})"
PEOPLE = """
create schema marts; create schema people;
create table marts.interview_results as
    select 'I' || i as interview_id, i % 7 as role_id, i * 0.25 as composite_score,
        case when i % 11 = 0 then null else date '2026-01-01' + cast(i % 90 as integer) end as completed_on,
        ['f' || i % 3] as flags
    from range(30000) r(i);
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    import duckdb

    made = Settings(home=tmp_path_factory.mktemp("sandbox")).ensure()
    with duckdb.connect(str(made.build / "build.duckdb")) as connection:
        connection.execute(PEOPLE)
    publish(made, "run1")
    return made


@pytest.fixture(scope="module")
def sandbox(home: Settings) -> Iterator[Sandbox]:
    opened = Sandbox(home, limits=LIMITS)
    yield opened
    opened.close()


def worker_of(sandbox: Sandbox) -> int:
    """The process that has just answered."""
    sandbox.query("select 1", viewer=HR)
    return sandbox._pool._idle[-1].pid


def in_background(sandbox: Sandbox, viewer: Viewer) -> tuple[threading.Event, threading.Thread]:
    """An endless query; set the event to stop it."""
    stop, begun = threading.Event(), sandbox._pool

    def ask() -> None:
        with pytest.raises(QueryFailedError):
            sandbox.query(ENDLESS, viewer=viewer, cancel=stop)

    thread = threading.Thread(target=ask)
    thread.start()
    while not begun._busy:
        time.sleep(0.01)
    return stop, thread


COLUMNS = st.sampled_from(["role_id", "composite_score", "completed_on", "interview_id", "flags"])
FILTERS = st.sampled_from(["true", "role_id < 3", "composite_score > 100.5", "completed_on is null", "false"])


@given(st.lists(COLUMNS, min_size=1, max_size=4), FILTERS, st.integers(0, 500))
@examples(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_result_is_what_the_query_gives_in_this_process(
    home: Settings, sandbox: Sandbox, columns: list[str], condition: str, limit: int
) -> None:
    named = ", ".join(f"{column} as c{number}" for number, column in enumerate(columns))
    sql = f"select {named} from interview_results where {condition} order by interview_id limit {limit}"
    assert sandbox.query(sql, viewer=HR).equals(sandbox.marts.query(sql, viewer=HR))


def test_a_worker_is_used_again(sandbox: Sandbox) -> None:
    assert worker_of(sandbox) == worker_of(sandbox)


def test_parameters_stay_values(sandbox: Sandbox) -> None:
    sql = "select count(*) as n from interview_results where interview_id = ? or role_id = ?"
    assert sandbox.query(sql, ["I1' or 1=1", 3], viewer=HR)["n"].to_pylist() == [4286]


@pytest.mark.parametrize(
    "sql",
    [
        OUTGROWN,
        "select list(i) from range(300000000) r(i)",
        "select string_agg(repeat('x', 1000)) from range(900000)",
    ],
    ids=["in one call", "a list", "a text"],
)
def test_memory_has_an_end_and_the_next_query_works(sandbox: Sandbox, sql: str) -> None:
    with pytest.raises(QueryFailedError, match="memory"):
        sandbox.query(sql, viewer=HR)
    assert sandbox.query("select 1 as x", viewer=HR)["x"].to_pylist() == [1]


def test_time_has_an_end(home: Settings) -> None:
    sandbox = Sandbox(home, limits=LIMITS.model_copy(update={"seconds": 0.5}))
    with pytest.raises(QueryFailedError, match=r"stopped after 0\.5 seconds"):
        sandbox.query(ENDLESS, viewer=HR)
    assert sandbox.query("select 1 as x", viewer=HR).num_rows == 1
    sandbox.close()


def test_a_query_can_be_cancelled(sandbox: Sandbox) -> None:
    stop = threading.Event()
    threading.Timer(0.3, stop.set).start()
    with pytest.raises(QueryStoppedError, match="cancelled"):
        sandbox.query(ENDLESS, viewer=HR, cancel=stop)
    assert sandbox.query("select 1 as x", viewer=HR).num_rows == 1


def test_what_does_not_listen_is_killed(sandbox: Sandbox) -> None:
    """Frozen, the process answers neither rows nor the wish to stop."""
    frozen, stop = worker_of(sandbox), threading.Event()
    os.kill(frozen, signal.SIGSTOP)
    threading.Timer(0.2, stop.set).start()
    with pytest.raises(QueryStoppedError):
        sandbox.query("select 1", viewer=HR, cancel=stop)
    assert not Path(f"/proc/{frozen}/fd").exists()
    assert sandbox.query("select 1 as x", viewer=HR).num_rows == 1


def test_a_crashed_worker_is_one_sentence_and_the_next_query_works(sandbox: Sandbox) -> None:
    worker_of(sandbox)
    threading.Timer(
        0.4, lambda: [os.kill(w.pid, signal.SIGKILL) for w in sandbox._pool._busy.values()]
    ).start()
    with pytest.raises(QueryFailedError, match="ended its process"):
        sandbox.query(ENDLESS, viewer=HR)
    assert sandbox.query("select 1 as x", viewer=HR).num_rows == 1


def test_a_worker_that_ended_while_idle_is_replaced_without_a_word(sandbox: Sandbox) -> None:
    os.kill(worker_of(sandbox), signal.SIGKILL)
    assert sandbox.query("select 1 as x", viewer=HR).num_rows == 1


def test_rows_and_bytes_are_capped_and_it_is_said(sandbox: Sandbox) -> None:
    few = sandbox.query("select * from interview_results", viewer=HR, max_rows=10)
    assert few.num_rows == 10
    assert is_truncated(few)
    wide = sandbox.query("select repeat('x', 100) as t from range(30000)", viewer=HR)
    assert 0 < wide.num_rows < 30_000
    assert wide.nbytes <= 1 << 20
    assert is_truncated(wide)
    with pytest.raises(QueryFailedError, match="larger than 1 MB"):
        sandbox.query("select repeat('x', 1000) as t from range(30000)", viewer=HR)
    assert not is_truncated(sandbox.query("select 1", viewer=HR))


def test_a_worker_has_no_secret_no_network_and_no_way_to_a_file(
    home: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCOREHOUSE_SECRET_OF_TEST", "hidden")
    with (home.home / "held.txt").open("w") as held:
        os.set_inheritable(held.fileno(), True)
        sandbox = Sandbox(home, limits=LIMITS)
        pid = worker_of(sandbox)
        environment = Path(f"/proc/{pid}/environ").read_bytes()
        descriptors = [str(link.readlink()) for link in Path(f"/proc/{pid}/fd").iterdir()]
        limits = Path(f"/proc/{pid}/limits").read_text()
        sandbox.close()
    assert b"hidden" not in environment
    assert b"SCOREHOUSE" not in environment
    assert b"HOME=" not in environment
    published = str((home.published / "current.duckdb").resolve())
    strangers = {found for found in descriptors if not found.startswith(("pipe:", "/dev/null", "/proc/"))}
    assert strangers == {published}
    open_files = next(line.split() for line in limits.splitlines() if line.startswith("Max open files"))
    assert int(open_files[3]) == len(descriptors)
    assert "Max file size             0" in limits


def test_one_person_s_queries_do_not_stop_another_s(sandbox: Sandbox) -> None:
    stop, thread = in_background(sandbox, HR)
    try:
        assert sandbox.query("select 1 as x", viewer=OTHER).num_rows == 1
        with pytest.raises(QueryFailedError, match="Your other queries still run"):
            sandbox.query("select 1", viewer=HR)
    finally:
        stop.set()
        thread.join()


def test_when_every_process_is_busy_one_is_told_to_wait(home: Settings) -> None:
    sandbox = Sandbox(home, limits=LIMITS.model_copy(update={"workers": 1}))
    stop, thread = in_background(sandbox, HR)
    try:
        with pytest.raises(QueryFailedError, match="Others are running queries"):
            sandbox.query("select 1", viewer=OTHER)
    finally:
        stop.set()
        thread.join()
        sandbox.close()


def test_the_next_query_after_a_publish_sees_the_new_marts(settings: Settings, build: Build) -> None:
    found = []
    with closing(Sandbox(settings, limits=LIMITS)) as sandbox:
        for number in (1, 2):
            build(f"create schema marts; create table marts.v as select {number} as n")
            publish(settings, f"run{number}")
            found += sandbox.query("select n from v", viewer=OPERATOR)["n"].to_pylist()
        assert (found, len(sandbox._pool._idle)) == ([1, 2], 1)


def test_a_worker_whose_file_was_taken_away_ends_unasked(settings: Settings, build: Build) -> None:
    build("create schema marts; create table marts.v as select 1 as n")
    published = publish(settings, "run1")
    with closing(Sandbox(settings, limits=LIMITS)) as sandbox:
        sandbox.query("select n from v", viewer=HR)
        (worker,) = sandbox._pool._idle
        time.sleep(1.5)
        assert worker.is_alive, "its file is still there"
        published.unlink()
        worker._process.wait(10)


def test_what_the_gateway_refuses_starts_no_process(home: Settings) -> None:
    sandbox = Sandbox(home, limits=LIMITS)
    with pytest.raises(QueryRefusedError):
        sandbox.query("from read_text('/etc/hostname')", viewer=HR)
    assert sandbox._pool._idle == []


def test_every_query_is_audited_without_its_text(home: Settings, sandbox: Sandbox) -> None:
    sandbox.query("select interview_id from interview_results limit 3", viewer=Viewer("auditor", "hr"))
    with pytest.raises(QueryRefusedError):
        sandbox.query("drop table x", viewer=Viewer("auditor", "hr"))
    log = (home.home / "audit" / audit.LOG_NAME).read_text()
    lines = [line for line in log.splitlines() if '"auditor"' in line]
    assert ['"outcome":"done"' in lines[0], '"outcome":"refused"' in lines[1]] == [True, True]
    assert '"rows":3' in lines[0]
    assert "marts.interview_results" in lines[0]
    assert "select" not in log


def test_a_reader_who_goes_away_leaves_a_worker_that_can_be_used(sandbox: Sandbox) -> None:
    with sandbox.rows("select * from interview_results", viewer=HR) as found:
        next(found.batches())
    assert sandbox.query("select 1 as x", viewer=HR).num_rows == 1


def test_a_worker_ends_with_its_owner(home: Settings) -> None:
    code = (
        "import os, sys; from pathlib import Path; from warehouse.sandbox import Sandbox;"
        "from warehouse.settings import Settings; from warehouse.marts import OPERATOR;"
        "s = Sandbox(Settings(home=Path(sys.argv[1]))); s.query('select 1', viewer=OPERATOR);"
        "print(s._pool._idle[0].pid, flush=True); os._exit(0)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code, str(home.home)], capture_output=True, text=True, timeout=60
    )
    pid = int(said.stdout)
    for _ in range(200):
        if not Path(f"/proc/{pid}/fd").exists():
            return
        time.sleep(0.05)
    pytest.fail("the worker outlived its owner")


def test_a_marts_reader_may_be_shared(home: Settings) -> None:
    marts = Marts(home)
    sandbox = Sandbox(home, marts=marts, limits=LIMITS)
    sandbox.query("select 1", viewer=HR)
    sandbox.close()
    assert marts.query("select 1 as x", viewer=HR).num_rows == 1
    marts.close()
