"""Data health: every row is accounted for, late sources are named, what waits says why and what to do."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.test_queries import ask
from tests.dashboards.visitors import Visitor, sentences
from warehouse.locks import build_lock
from warehouse.settings import Settings

# The page's today is the company's: from 16:00 UTC on it is a day ahead of UTC's.
TODAY = "cast(timezone('Asia/Shanghai', now()) as date)"
DUE_TODAY = f"update marts.source_health set due_on = due_on + cast({TODAY} - date '2026-09-30' as integer)"


def home_with(path: Path, *changes: str) -> Path:
    """A home whose marts are as old as the invented ones say, then changed."""
    with duckdb.connect(str(write_marts(path / "published"))) as connection:
        for change in (DUE_TODAY, *changes):
            connection.execute(change)
    return path


def said(home: Path, sql: str) -> list[tuple[Any, ...]]:
    """An independent look at the published file."""
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """13 of 15 sources on time, one late, one that never came; 36 rows wait and 8 are settled."""
    return home_with(tmp_path_factory.mktemp("health"))


ALL_WELL = (
    f"update marts.source_health set due_on = {TODAY} + 1, last_ingested_at = now()::timestamp,"
    " open_quarantined = 0",
    "delete from marts.quarantine",
    "delete from marts.ingest_health where status = 'rejected'",
    "update marts.ingest_health set kept = kept + quarantined, quarantined = 0, open_quarantined = 0,"
    " released = 0, new_columns = [], missing_columns = [], added_columns = null, dropped_columns = null,"
    " renamed_columns = null, retyped_columns = null",
)


@pytest.mark.parametrize(
    ("lang", "title"),
    [
        ("zh", "15 个数据源中 13 个按时到达，36 行在隔离区等待处理，1 个文件无法读取"),
        ("en", "13 of 15 sources on time, 36 rows wait in quarantine, 1 file could not be read"),
    ],
)
def test_the_title_is_the_answer(visit: Visitor, home: Path, lang: str, title: str) -> None:
    assert visit(home, "health", lang=lang).title[0].value == title


def test_when_all_is_well_the_page_says_so(visit: Visitor, tmp_path: Path) -> None:
    app = visit(home_with(tmp_path, *ALL_WELL), "health")
    assert not app.exception
    assert app.title[0].value == "15 个数据源全部按时到达，没有等待处理的行"
    assert "隔离区是空的" in sentences(app)
    assert "最近的文件列都没有变化" in sentences(app)
    assert "逾期来源" not in sentences(app)


def test_when_nothing_ever_came_the_page_says_what_to_do(visit: Visitor, empty_home: Path) -> None:
    app = visit(empty_home, "health")
    assert not app.exception
    assert app.title[0].value == "15 个数据源都还没有来过文件"
    assert "landing/inbox" in sentences(app)


def test_files_that_came_to_nothing_are_shown_before_there_is_any_interview(
    visit: Visitor, tmp_path: Path
) -> None:
    empty = home_with(tmp_path, "update marts.warehouse_run set interviews_n = 0")
    assert visit(empty, "health").title[0].value.startswith("15 个数据源中")
    overview = visit(empty)
    assert overview.title[0].value == "还没有面试成绩"
    assert "仓库里已有文件" in sentences(overview)
    assert [link.proto.page for link in overview.get("page_link")] == ["health"]


def test_the_figures_are_what_the_marts_say(visit: Visitor, home: Path) -> None:
    shown = [metric.value for metric in visit(home, "health").metric]
    ((files, rows_in, kept, waiting),) = said(
        home,
        "select count(*), sum(rows_in), sum(kept),"
        " (select count(*) from marts.quarantine where state = 'open') from marts.ingest_health",
    )
    assert shown == [f"{files:,}", f"{rows_in:,}", f"{kept:,}", f"{waiting:,}", "2"]


def test_every_row_of_every_file_is_accounted_for(visit: Visitor, home: Path) -> None:
    sources, _, files = (frame.value for frame in visit(home, "health").dataframe)
    for table in (sources, files):
        assert (table["rows_in"] == table["kept"] + table["duplicates"] + table["quarantined"]).all()
    assert len(files) == 20
    assert sources["rows_in"].sum() == files["rows_in"].sum() == 6020


def test_a_file_that_does_not_add_up_is_an_error(visit: Visitor, tmp_path: Path) -> None:
    broken = home_with(
        tmp_path,
        "update marts.ingest_health set kept = kept - 1, is_balanced = false where file like '%interviews%'",
    )
    app = visit(broken, "health")
    assert app.title[0].value.startswith("1 个文件行数对不上，")
    assert "1 个文件对不上" in app.error[0].value
    balances = app.dataframe[2].value.set_index("file")["balance"]
    assert balances["interviews/interviews_2026Q3.csv"] == "✗ 对不上"


def test_a_rejected_file_that_came_well_later_is_not_named(visit: Visitor, home: Path) -> None:
    unread = [line for line in sentences(visit(home, "health")).splitlines() if ":material/block:" in line]
    assert len(unread) == 1
    assert "candidates/photos.csv" in unread[0]
    assert "it is an image" in unread[0]


def test_reasons_are_counted_as_the_quarantine_has_them(home: Path) -> None:
    rows = said(home, "select coalesce(code, 'broken'), state from marts.quarantine")
    counted = {row["code"]: (row["open_n"], row["released_n"]) for row in ask(home, "quarantine_reasons")}
    counts = Counter(rows)
    codes = {code for code, _ in rows}
    assert counted == {code: (counts[code, "open"], counts[code, "released"]) for code in codes}


@pytest.mark.parametrize(
    ("url", "where"),
    [
        ({}, "state = 'open'"),
        ({"state": "all"}, "true"),
        ({"state": "released"}, "state = 'released'"),
        ({"reason": "out_of_range"}, "code = 'out_of_range'"),
        ({"reason": "broken"}, "code is null"),
        ({"source": "employees", "state": "all"}, "source = 'employees'"),
        ({"source": "employees", "reason": "empty"}, "code = 'empty'"),
    ],
)
def test_the_rows_are_those_of_the_choice(
    visit: Visitor, home: Path, url: dict[str, str], where: str
) -> None:
    app = visit(home, "health", **url)
    shown = app.dataframe[1].value
    expected = said(home, f"select file, row_number from marts.quarantine where {where}")
    assert sorted(zip(shown["file"], shown["row"], strict=True)) == sorted(expected)


def test_one_file_s_rows_can_be_chosen(visit: Visitor, home: Path) -> None:
    ((file_id,),) = said(home, "select distinct file_id from marts.quarantine where file like '%2026Q2%'")
    shown = visit(home, "health", file=file_id, state="all").dataframe[1].value
    assert set(shown["file"]) == {"employees/employees_2026Q2.csv"}


def test_a_released_row_says_how_by_what_and_when(visit: Visitor, home: Path) -> None:
    settled = set(visit(home, "health", state="released").dataframe[1].value["settled"])
    assert settled == {
        "契约已改：1-2b1d0c77 · 2026年9月30日 08:10",
        "新文件已改好：applications/offers.csv · 2026年9月30日 08:10",
    }


def test_a_reason_comes_with_its_next_step_and_the_folder(visit: Visitor, home: Path) -> None:
    text = sentences(visit(home, "health", reason="date_order_unknown"))
    assert "日月顺序无法判断：14 行" in text
    assert "导出成 2025-03-01 这样的日期" in text
    assert "`landing/employees`" in text
    assert "`scorehouse ingest --retry`" in text


def test_when_all_rows_are_settled_the_page_names_the_settled_ones(visit: Visitor, tmp_path: Path) -> None:
    settled = home_with(tmp_path, "delete from marts.quarantine where state = 'open'")
    text = sentences(visit(settled, "health"))
    assert "没有等待处理的行" in text
    assert "8 行已放行" in text


def test_a_choice_without_rows_says_how_to_widen_it(visit: Visitor, home: Path) -> None:
    text = sentences(visit(home, "health", reason="unclosed_quote"))
    assert "没有符合条件的隔离行" in text


def test_an_unknown_choice_in_a_link_shows_everything(visit: Visitor, home: Path) -> None:
    app = visit(home, "health", source="nowhere", reason="nothing", state="never", file="nofile")
    assert not app.exception
    assert len(app.dataframe[1].value) == 36


def test_changes_of_columns_are_said_in_words(visit: Visitor, home: Path) -> None:
    text = sentences(visit(home, "health")).replace("\\", "")
    assert "改名：部门 → 所属部门" in text
    assert "类型变化：hired_on: 日期 → 文本" in text
    assert "契约里没有的列：办公地点、备注" in text
    assert "比前一个文件多：left_on" in text
    assert "比前一个文件少：职级" in text


def test_a_last_file_without_a_required_column_is_named(visit: Visitor, tmp_path: Path) -> None:
    lacking = home_with(
        tmp_path,
        "update marts.ingest_health set arrival_seq = 99 where file like '%offers%' and status = 'rejected'",
    )
    text = sentences(visit(lacking, "health")).replace("\\", "")
    assert "缺少必需的列：application_id" in text


@pytest.mark.parametrize("page", ["overview", "health"])
def test_a_running_build_is_told_quietly(visit: Visitor, home: Path, page: str) -> None:
    line = "正在更新数据…"
    assert line not in sentences(visit(home, page))
    with build_lock(Settings(home=home)):
        app = visit(home, page)
        assert line in sentences(app)
    assert line not in sentences(app.run())


def test_the_overview_names_late_and_missing_sources_and_leads_to_the_quarantine(
    visit: Visitor, home: Path
) -> None:
    app = visit(home)
    text = sentences(app)
    assert "13 个来源按时到达" in text
    assert "绩效评估逾期 2 天" in text
    assert "从未到达：隐私请求" in text
    assert "36 行在隔离区" in text
    assert "1 个文件无法读取" in text
    assert [link.proto.page for link in app.get("page_link")].count("health") >= 2


def test_many_sources_that_never_came_are_named_in_one_line(visit: Visitor, tmp_path: Path) -> None:
    few = home_with(
        tmp_path, "update marts.source_health set last_ingested_at = null where source not in ('answers')"
    )
    lines = [line for line in sentences(visit(few, lang="en")).splitlines() if "Never came" in line]
    assert len(lines) == 1
    assert lines[0].endswith("and others, 14 in all")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_no_other_language_is_left_over(visit: Visitor, home: Path, lang: str) -> None:
    text = sentences(visit(home, "health", lang=lang)).replace("\\", "")
    other = r"[一-鿿]+" if lang == "en" else r"[A-Za-z]{2,}"
    names = (
        r"`[^`]*`|:[a-z]+[:/\[][a-z_]*:?|\w+/\S+|it is an image[^\]]*|\w+_\w+|[rw]-\w+|hr\b|中文|English|JSON"
    )
    headers = "SQL|办公地点|备注|部门 → 所属部门|职级"
    assert re.findall(other, re.sub(f"{names}|{headers}", "", text)) == []
