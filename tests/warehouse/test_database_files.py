"""The build's database, the published versions and what is spilled stand on disk encrypted."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from warehouse import key_rotation
from warehouse.database_files import attach, cursor_of, file_key, is_encrypted, opened
from warehouse.errors import VaultError
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import OPERATOR

NAME = "测试甲"
ENCODINGS = ("utf-8", "utf-16-le", "gb18030")


def test_a_published_file_shows_no_name_and_no_column_without_the_key(
    settings: Settings, published: Path
) -> None:
    content = published.read_bytes()
    assert is_encrypted(published)
    assert not any(NAME.encode(encoding) in content for encoding in ENCODINGS)
    assert b"composite_score" not in content
    with pytest.raises(duckdb.Error):
        duckdb.connect(str(published), read_only=True)
    with opened(settings, published) as connection:
        assert (NAME,) in connection.execute("select name from people.candidates").fetchall()


def test_a_file_in_clear_would_be_noticed(settings: Settings) -> None:
    path = settings.build / "clear.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(f"create table t as select '{NAME}' || i as name from range(3) r(i)")
    assert not is_encrypted(path)
    assert NAME.encode() in path.read_bytes()
    with opened(settings, path) as connection:
        assert connection.execute("select count(*) from t").fetchone() == (3,)


def test_readers_go_on_when_the_master_key_is_rotated(settings: Settings, marts: Marts) -> None:
    sql = "select count(*) as n from marts.interview_results"
    assert marts.query(sql, viewer=OPERATOR).to_pylist() == [{"n": 3}]
    before = file_key(settings)
    key_rotation.rotate(settings)
    assert file_key(settings) == before
    assert marts.query(sql, viewer=OPERATOR).to_pylist() == [{"n": 3}]
    marts.close()
    assert marts.query(sql, viewer=OPERATOR).to_pylist() == [{"n": 3}]


def test_another_master_key_is_one_sentence_to_whoever_asks_the_marts(
    settings: Settings, marts: Marts, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SCOREHOUSE_MASTER_KEY", "A" * 43 + "=")
    with pytest.raises(VaultError, match="does not fit") as caught:
        marts.query("select 1 from marts.roles", viewer=OPERATOR)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from duckdb_databases()",
        "select * from duckdb_settings()",
        "show databases",
        "select current_setting('temp_directory')",
    ],
)
def test_no_sql_shows_the_key(settings: Settings, marts: Marts, sql: str) -> None:
    marts.query("select 1 from marts.roles", viewer=OPERATOR)
    cursor = cursor_of(marts._current().connection)
    shown = str(cursor.execute(sql).fetchall())
    assert file_key(settings) not in shown


def test_what_is_spilled_is_encrypted(settings: Settings, tmp_path: Path) -> None:
    spill = tmp_path / "spill"
    with opened(settings, settings.build / "new.duckdb", read_only=False) as connection:
        connection.execute(f"set temp_directory = '{spill}'")
        connection.execute("set memory_limit = '60MB'; set threads = 1")
        cursor = cursor_of(connection)
        cursor.execute(
            f"create temp table t as select '{NAME}' || i as name, hash(i) as h from range(3000000) r(i)"
        )
        contents = [path.read_bytes() for path in spill.rglob("*") if path.is_file()]
    assert sum(map(len, contents)) > 0, "nothing was spilled: the test proves nothing"
    assert not any(NAME.encode() in content for content in contents)


def test_an_error_of_opening_never_quotes_the_key(settings: Settings, tmp_path: Path) -> None:
    broken = tmp_path / "broken.duckdb"
    broken.write_bytes(b"no database at all" * 1_000)
    with duckdb.connect() as connection, pytest.raises((duckdb.Error, VaultError)) as caught:
        attach(connection, settings, broken, "broken", read_only=True)
    assert file_key(settings) not in str(caught.value)
