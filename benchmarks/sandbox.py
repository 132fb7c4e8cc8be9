"""What checking, filtering and a process of its own cost a query: `python -m benchmarks.sandbox HOME`.

HOME is one with published marts. Each text is new to the gateway, so nothing of it is remembered. What the
policy makes of a text (filtered rows, hidden cells) is run by DuckDB alone too: that much of the difference
is the policy's, what is left is the gateway's and the process's.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path

from warehouse import audit
from warehouse.connections import open_closed
from warehouse.database_files import cursor_of, file_key, is_encrypted
from warehouse.marts import OPERATOR, Marts, Viewer
from warehouse.policy import policy
from warehouse.sandbox import Sandbox
from warehouse.settings import Settings

REPEATS = 60
SQL = (
    "select role_id, grade, count(*) as n from marts.interview_results"
    " group by all order by n, {number} is null"
)


def main() -> None:
    """Prints the median of each way and its ratio to DuckDB alone."""
    settings = Settings(home=Path(sys.argv[1]))
    marts, sandbox = Marts(settings), Sandbox(settings)
    version = marts.version()
    if version is None:
        sys.exit("Nothing is published there.")
    key = file_key(settings) if is_encrypted(version.path) else None
    bare = open_closed(version.path, memory_limit="2GB", threads=policy().sandbox.threads, key=key)
    analyst = Viewer("analyst", "analyst")
    filtered = marts.prepare(SQL.format(number=0), analyst)

    def alone(_: str) -> object:
        cursor = cursor_of(bare)
        for name, table in filtered.tables.items():
            cursor.register(name, table)
        return cursor.execute(filtered.sql).to_arrow_table()

    ways: dict[str, Callable[[str], object]] = {
        "DuckDB alone": lambda sql: cursor_of(bare).execute(sql).to_arrow_table(),
        "DuckDB alone, as filtered": alone,
        "gateway alone, operator": lambda sql: marts.prepare(sql, OPERATOR),
        "gateway alone, analyst": lambda sql: marts.prepare(sql, analyst),
        "gateway, in process, operator": lambda sql: marts.query(sql, viewer=OPERATOR),
        "gateway and sandbox, operator": lambda sql: sandbox.query(sql, viewer=OPERATOR),
        "gateway and sandbox, analyst": lambda sql: sandbox.query(sql, viewer=analyst),
        "line of the audit log": lambda _: audit.record(
            settings, who="hr", role="hr", action="query", rows=1
        ),
    }
    medians = {name: _median(ask, offset * 10_000) for offset, (name, ask) in enumerate(ways.items())}
    least = medians["DuckDB alone"]
    for name, median in medians.items():
        more = (median - least) * 1000
        print(f"{name:32} {median * 1000:6.1f} ms  {median / least:5.2f} x  {more:+.1f} ms")
    sandbox.close()


def _median(ask: Callable[[str], object], offset: int) -> float:
    ask(SQL.format(number=offset))
    times = []
    for number in range(1, REPEATS + 1):
        began = time.perf_counter()
        ask(SQL.format(number=offset + number))
        times.append(time.perf_counter() - began)
    return statistics.median(times)


if __name__ == "__main__":
    main()
