"""Queries that people keep: own, shared, sealed, and gone with whom they name."""

from __future__ import annotations

import pytest

from warehouse import query_shelf
from warehouse.errors import UsageError
from warehouse.settings import Settings

NAMED = "select * from people.candidates where name = '测试甲' -- C0001"
PLAIN = "select count(*) from interview_results"


def test_the_last_query_comes_first_and_once(settings: Settings) -> None:
    for sql, rows in ((PLAIN, 1), (NAMED, None), (PLAIN, 2)):
        query_shelf.remember(settings, "lin", sql, rows, 0.25)
    assert [(ran.sql, ran.rows) for ran in query_shelf.shelf_of(settings, "lin").history] == [
        (PLAIN, 2),
        (NAMED, None),
    ]


def test_a_history_has_an_end_and_can_be_cleared(settings: Settings) -> None:
    for number in range(query_shelf.HISTORY + 5):
        query_shelf.remember(settings, "lin", f"select {number}", 1, 0.1)
    kept = query_shelf.shelf_of(settings, "lin").history
    assert len(kept) == query_shelf.HISTORY
    assert kept[0].sql == f"select {query_shelf.HISTORY + 4}"
    query_shelf.clear_history(settings, "lin")
    assert query_shelf.shelf_of(settings, "lin").history == ()


def test_a_saved_query_is_replaced_by_its_name_and_deleted(settings: Settings) -> None:
    query_shelf.save(settings, "lin", " 每岗  人数 ", PLAIN, is_shared=False)
    query_shelf.save(settings, "lin", "每岗 人数", NAMED, is_shared=False)
    assert [(one.name, one.sql) for one in query_shelf.shelf_of(settings, "lin").saved] == [
        ("每岗 人数", NAMED)
    ]
    query_shelf.delete(settings, "lin", "每岗 人数")
    assert query_shelf.shelf_of(settings, "lin").saved == ()


def test_others_see_what_is_shared_and_nothing_else(settings: Settings) -> None:
    query_shelf.save(settings, "lin", "shared", PLAIN, is_shared=True)
    query_shelf.save(settings, "lin", "own", NAMED, is_shared=False)
    assert [(one.name, one.owner) for one in query_shelf.shared_by_others(settings, "wang")] == [
        ("shared", "lin")
    ]
    assert query_shelf.shared_by_others(settings, "lin") == []
    query_shelf.delete(settings, "wang", "shared")
    assert len(query_shelf.shared_by_others(settings, "wang")) == 1


@pytest.mark.parametrize("name", ["", "  ", "x" * 61])
def test_a_name_that_is_none_is_refused(settings: Settings, name: str) -> None:
    with pytest.raises(UsageError, match="1 to 60 characters"):
        query_shelf.save(settings, "lin", name, PLAIN, is_shared=False)


def test_no_file_holds_a_text_or_an_account_in_clear(settings: Settings) -> None:
    query_shelf.remember(settings, "测试甲", NAMED, 1, 0.1)
    query_shelf.save(settings, "测试甲", "测试甲 的查询", NAMED, is_shared=True)
    files = [path for path in (settings.home / "queries").rglob("*") if path.is_file()]
    assert files
    for path in files:
        assert path.stat().st_mode & 0o077 == 0
        for word in ("测试甲", "C0001", "select"):
            assert word.encode() not in path.read_bytes()
            assert word not in path.name


def test_whoever_is_erased_is_forgotten_in_every_account(settings: Settings) -> None:
    for owner in ("lin", "wang"):
        query_shelf.remember(settings, owner, NAMED, 1, 0.1)
        query_shelf.remember(settings, owner, PLAIN, 1, 0.1)
    query_shelf.save(settings, "lin", "about c0001", PLAIN, is_shared=True)
    assert query_shelf.forget(settings, ["C0001", ""]) == 3
    assert [ran.sql for ran in query_shelf.shelf_of(settings, "lin").history] == [PLAIN]
    assert query_shelf.shelf_of(settings, "lin").saved == ()
    assert query_shelf.forget(settings, ["C0001"]) == 0
