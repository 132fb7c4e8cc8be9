"""Data health in a real browser: from the overview to a source, to a reason, to its rows."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.dashboards.browsing import downloaded, serving, sign_in
from tests.dashboards.test_health import home_with

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The dashboards on marts with quarantined rows."""
    with serving(home_with(tmp_path_factory.mktemp("served"))) as found:
        yield found


def test_from_the_overview_to_the_rows_of_a_reason(browser: Any, served: tuple[str, str]) -> None:
    address, password = served
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
    page = context.new_page()
    sign_in(page, address, password)
    page.get_by_role("link", name="查看数据健康").last.click()
    page.get_by_role("heading", name=re.compile("^15 个数据源中 13 个按时到达")).wait_for()

    # The tables are drawn on canvas: a row's box is left of its first column; employees are second.
    table = page.locator("[data-testid=stDataFrame] canvas").first
    table.wait_for()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 18, box["y"] + 36 + 38 + 19)
    page.wait_for_url(re.compile("source=employees"))
    page.get_by_text("全部原因：21 行").wait_for()

    # The longest bar is on top.
    chart = page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first
    chart.wait_for()
    chart.scroll_into_view_if_needed()
    box = chart.bounding_box()
    page.mouse.click(box["x"] + 200, box["y"] + 19)
    page.wait_for_url(re.compile("reason=date_order_unknown"))
    page.get_by_text("日月顺序无法判断：14 行").wait_for()
    page.get_by_text("landing/employees", exact=True).first.wait_for()

    lines = downloaded(page, "下载隔离行").decode("utf-8-sig").splitlines()
    assert len(lines) == 1 + 14

    page.reload()
    page.get_by_text("日月顺序无法判断：14 行").wait_for()
    page.get_by_role("radio", name="已放行").or_(page.get_by_text("已放行", exact=True)).first.click()
    page.get_by_text("没有符合条件的隔离行").wait_for()
    assert page.locator("[data-testid=stAlert], [data-testid=stException]").count() == 0
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
def test_the_page_never_scrolls_sideways(browser: Any, served: tuple[str, str], width: int) -> None:
    address, password = served
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    page = context.new_page()
    sign_in(page, address, password, "health")
    page.get_by_role("heading", name=re.compile("按时到达")).wait_for()
    page.goto(f"{address}/health?lang=en")
    page.get_by_role("heading", name=re.compile("sources on time")).wait_for()
    page.locator("[data-testid=stDataFrame] canvas").last.wait_for()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0
    context.close()
