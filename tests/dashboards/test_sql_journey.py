"""The SQL page in a real browser: write with completion, run, chart, download, stop; and it fits a phone."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from typing import Any

import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook

from tests.dashboards.browsing import downloaded, serving, sign_in
from warehouse.settings import Settings

pytestmark = pytest.mark.browser
ENDLESS = "select count(*) from range(1000000) a(i), range(1000000) b(j) where hash(i, j) = 1"


@pytest.fixture(scope="module")
def served(own_demo_home: Settings) -> Iterator[tuple[str, str]]:
    """The dashboards on the demo."""
    with serving(own_demo_home.home) as found:
        yield found


def write(editor: Any, text: str) -> None:
    editor.click()
    editor.press("Control+a")
    editor.press_sequentially(text)


def test_a_question_is_written_answered_drawn_and_taken_away(browser: Any, served: tuple[str, str]) -> None:
    address, password = served
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
    page = context.new_page()
    sign_in(page, address, password, "sql")
    editor = page.get_by_role("combobox", name="查询编辑器")
    editor.wait_for()

    # Marts are completed after FROM, columns after an alias, with their meaning; Enter takes one.
    write(editor, "select r.grade, count(*) as n from interview_res")
    page.get_by_role("option", name=re.compile("^interview_results")).wait_for()
    editor.press("Enter")
    editor.press_sequentially(" r where r.compos")
    option = page.get_by_role("option", name=re.compile("^composite_score"))
    option.wait_for()
    assert "综合分" in option.inner_text()
    editor.press("Tab")
    editor.press_sequentially(" is not null group by 1 order by 1")
    editor.press("Escape")
    assert editor.input_value() == (
        "select r.grade, count(*) as n from interview_results r where r.composite_score is not null"
        " group by 1 order by 1"
    )

    editor.press("Control+Enter")
    page.get_by_text(re.compile(r"^\d 行 · [\d.]+ 秒$")).wait_for()
    page.wait_for_url(re.compile("query=select"))
    page.get_by_text("图表", exact=True).click()
    page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first.wait_for()

    sheet = CalamineWorkbook.from_filelike(io.BytesIO(downloaded(page, "下载", "Excel")))
    rows = sheet.get_sheet_by_name("数据").to_python()
    assert rows[0] == ["grade", "n"]
    table = pq.read_table(io.BytesIO(downloaded(page, "下载", "Parquet")))
    assert [list(row.values()) for row in table.to_pylist()] == rows[1:]

    # The link brings the query back, and runs nothing by itself.
    page.reload()
    editor.wait_for()
    assert "composite_score is not null" in editor.input_value()
    assert page.get_by_text(re.compile(r"^\d 行 · ")).count() == 0

    write(editor, ENDLESS)
    editor.press("Escape")
    page.get_by_role("button", name="运行").click()
    page.get_by_role("button", name="停止").click()
    page.get_by_text("查询已停止").wait_for()
    write(editor, "select 7 as seven")
    editor.press("Control+Enter")
    page.get_by_text(re.compile(r"^1 行 · ")).wait_for()
    assert page.locator("[data-testid=stException]").count() == 0
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_never_scrolls_sideways(browser: Any, served: tuple[str, str], width: int) -> None:
    address, password = served
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    page = context.new_page()
    sign_in(page, address, password, "sql?query=select+*+from+interview_results")
    editor = page.get_by_role("combobox", name="查询编辑器")
    editor.wait_for()
    page.get_by_role("button", name="运行").click()
    page.get_by_text(re.compile(r"行 · ")).first.wait_for()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0
    context.close()
