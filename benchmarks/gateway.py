"""What the gateway costs a query: twenty queries of each role, as a person would write them.

`python -m benchmarks.gateway HOME` reads a home with published marts. The baseline is DuckDB alone with the
effective text (the policy's rows and cells in it) on as many threads as the sandbox has. Overhead is what a
person waits beyond that: parsing, rewriting, checking, two pipes, JSON and Arrow, a line of the audit log.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import duckdb

from benchmarks.measure import REPEATS
from warehouse import grants
from warehouse.connections import open_closed
from warehouse.database_files import cursor_of, file_key, is_encrypted
from warehouse.marts import OPERATOR, Marts, Viewer
from warehouse.policy import policy
from warehouse.sandbox import Sandbox
from warehouse.settings import Settings

_ROLES = ("operator", "analyst", "department_head", "candidate")
_QUERIES = (
    "select count(*) from interview_results",
    "select role_id, count(*) as n from interview_results group by 1 order by n desc",
    "select role_id, avg(composite_score) as m from interview_results group by all having count(*) > 3",
    "select grade, count(*) filter (where scenario = 'external') as n from interview_results group by 1",
    "select *, rank() over (partition by role_id order by composite_score desc) as place"
    " from interview_results qualify place <= 3",
    "with a as (select * from interview_results where grade = 'A')"
    " select role_id, count(*) from a group by 1",
    "select i.interview_id, c.competency_id, c.score from interview_results as i"
    " join competency_scores as c using (interview_id) order by all limit 50",
    "select interview_id from interview_results as i where exists"
    " (select 1 from answer_scores as a where a.interview_id = i.interview_id and a.points > 80) limit 50",
    "select date_trunc('month', completed_at) as m, count(*) from interview_results group by 1 order by 1",
    "select r.name_en, count(*) from interview_results join roles as r using (role_id) group by 1",
    "select median(composite_score), quantile_cont(composite_score, [0.1, 0.9]) from interview_results",
    "select role_id, string_agg(distinct grade, ',') from interview_results group by 1",
    "select role_id from interview_results union select role_id from roles",
    "select role_id, scenario, count(*) from interview_results group by rollup (role_id, scenario)",
    "select competency_id, avg(score) from competency_scores group by 1 order by 2 desc",
    "select question_id, avg(points), count(*) from answer_scores group by 1 order by 2 limit 20",
    "select * from interview_results order by completed_at desc nulls last limit 20",
    "select criterion_id, sum(points_lost) from loss_points group by 1 order by 2 desc limit 10",
    "select * from role_requirements where is_current",
    "select interview_id, composite_score - avg(composite_score) over (partition by role_id) from"
    " interview_results limit 100",
)


def gateway(settings: Settings) -> None:
    """Prints a line a role: medians over the queries of the fastest of some tries each."""
    version = Marts(settings).version()
    if version is None:
        sys.exit("Nothing is published there.")
    key = file_key(settings) if is_encrypted(version.path) else None
    bare = open_closed(version.path, memory_limit="2GB", threads=policy().sandbox.threads, key=key)
    print(f"{len(_QUERIES)} queries a role, each text new; median of the fastest of {REPEATS} tries")
    with closing(Marts(settings)) as marts, closing(Sandbox(settings, marts=marts)) as sandbox:
        for role in _ROLES:
            _print(role, [_measured(sql, _viewer(settings, role), marts, sandbox, bare) for sql in _QUERIES])


def _print(role: str, found: list[tuple[float, float, float]]) -> None:
    alone, prepared, asked = (statistics.median(column) * 1000 for column in zip(*found, strict=True))
    more = statistics.median(whole - least for least, _, whole in found) * 1000
    most = max(whole - least for least, _, whole in found) * 1000
    print(
        f"{role:16} DuckDB alone {alone:5.1f} ms, gateway's text {prepared:4.1f} ms, asked {asked:5.1f} ms "
        f"({asked / alone:4.2f} x): {more:+.1f} ms, at most {most:+.1f} ms"
    )


def _measured(
    sql: str, viewer: Viewer, marts: Marts, sandbox: Sandbox, bare: duckdb.DuckDBPyConnection
) -> tuple[float, float, float]:
    """Seconds of DuckDB alone, of checking and filtering alone, and of the whole way."""
    filtered = marts.prepare(sql, viewer)
    cursor = cursor_of(bare)
    for name, table in filtered.tables.items():
        cursor.register(name, table)
    sandbox.query(sql, viewer=viewer)
    # In turns, so that a machine that is busy for a while is so for each of them.
    ways: tuple[Callable[[str], object], ...] = (
        lambda text: cursor.execute(filtered.sql).to_arrow_table(),
        lambda text: marts.prepare(f"{text} -- p", viewer),
        lambda text: sandbox.query(text, viewer=viewer),
    )
    times: list[list[float]] = [[], [], []]
    for number in range(REPEATS):
        for kept, way in zip(times, ways, strict=True):
            began = time.perf_counter()
            way(f"{sql} -- {number}")
            kept.append(time.perf_counter() - began)
    least, prepared, whole = (min(kept) for kept in times)
    return least, prepared, whole


def _viewer(settings: Settings, role: str) -> Viewer:
    """Somebody of the role: the biggest department's head, the person with the most interviews."""
    if role == "operator":
        return OPERATOR
    name = f"bench_{role}"
    if name not in {account.name for account in grants.users(settings)}:
        of = "department_id" if role == "department_head" else "candidate_id"
        with closing(Marts(settings)) as marts:
            found = marts.query(
                f"select {of} as one from interview_results where status = 'scored' group by 1"
                " order by count(*) desc, 1 limit 1",
                viewer=OPERATOR,
            )
        one = found["one"][0].as_py()
        person = one if role == "candidate" else None
        grants.add_user(settings, name, role, "a password of the benchmark", candidate_id=person)
        if role == "department_head":
            grants.grant(settings, name, one, author="operator")
    return Viewer(name, role)


if __name__ == "__main__":
    gateway(Settings(home=Path(sys.argv[1])))
