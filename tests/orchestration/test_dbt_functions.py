"""The kernels that models call have in DuckDB the types that they have in Arrow."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import duckdb
import pytest
from dbt_common.events.base_types import EventLevel

from orchestration.dbt_functions import Plugin, at_least
from scoring_udfs.duckdb_functions import sql_type
from scoring_udfs.improvement import ARGUMENTS, STEPS
from warehouse.cipher import SealError, seal
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.vault import Vault

COMPETENCIES = "[{'competency_id': 'a', 'raw_score': 50.0, 'share': 1.0, 'knots': []}]"
MISSED = "[{'question_id': 'q', 'criterion_id': 'c', 'competency_id': 'a', 'gain': 12.0, 'effort': 1}]"


@pytest.fixture
def connection() -> duckdb.DuckDBPyConnection:
    made = duckdb.connect()
    Plugin.configure_connection(Plugin.__new__(Plugin), made)
    return made


def test_a_model_calls_the_kernel_by_its_name(connection: duckdb.DuckDBPyConnection) -> None:
    sql = f"select cheapest_steps(70.0, $target, {COMPETENCIES}, {MISSED})"
    assert connection.execute(sql, {"target": 80.0}).fetchone() == (
        [{"question_id": "q", "criterion_id": "c"}],
    )
    assert connection.execute(sql, {"target": 83.0}).fetchone() == (None,)
    assert connection.execute(f"select cheapest_steps(null, 80.0, {COMPETENCIES}, {MISSED})").fetchone() == (
        None,
    )


def test_its_types_are_those_of_the_kernel(connection: duckdb.DuckDBPyConnection) -> None:
    sql = "select parameter_types, return_type from duckdb_functions() where function_name = 'cheapest_steps'"
    ((taken, given),) = connection.execute(sql).fetchall()

    def spelt(kinds: list[str]) -> list[str]:
        casts = ", ".join(f"typeof(null::{kind})" for kind in kinds)
        return list(connection.execute(f"select {casts}").fetchone() or ())

    assert taken == spelt([sql_type(kind) for kind in ARGUMENTS.values()])
    assert [given] == spelt([sql_type(STEPS)])


def test_a_sealed_name_opens_in_its_place_and_is_null_once_its_key_is_gone(
    connection: duckdb.DuckDBPyConnection, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    vault = Vault.open(Settings(home=tmp_path))
    keys = vault.keys_for(["candidate:C1", "candidate:C2"])
    rows = [
        (place, seal(key.key, name, place), key.key_id)
        for key, name, place in zip(keys.values(), ("张三", ""), ("c|name|C1", "c|name|C2"), strict=True)
    ]
    connection.execute("create table people (place varchar, sealed blob, key_id varchar)")
    connection.executemany("insert into people values (?, ?, ?)", [*rows, ("c|name|C3", None, None)])
    opened = "select opened_text(sealed, key_id, place) from people order by place"
    assert connection.execute(opened).fetchall() == [("张三",), ("",), (None,)]
    with pytest.raises(duckdb.Error, match="changed or moved") as moved:
        connection.execute("select opened_text(sealed, key_id, 'c|name|C9') from people").fetchall()
    assert SealError.__name__ in str(moved.value) and "张三" not in str(moved.value)
    vault.erase(["candidate:C1"])
    assert connection.execute(opened).fetchall() == [(None,), ("",), (None,)]


def test_lines_below_the_level_of_a_log_are_not_made() -> None:
    wanted = at_least(EventLevel.INFO, lambda event: event.info.name != "silenced")
    events = [SimpleNamespace(info=SimpleNamespace(level=level.value, name="said")) for level in EventLevel]
    silenced = SimpleNamespace(info=SimpleNamespace(level="error", name="silenced"))
    assert [event.info.level for event in (*events, silenced) if wanted(event)] == ["info", "warn", "error"]
