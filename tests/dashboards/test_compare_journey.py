"""One journey in a real browser: tick people in Results, compare them, export who is shortlisted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.browsing import downloaded, serving, sign_in
from tests.dashboards.fixture_marts import write_marts
from warehouse import audit_log
from warehouse.settings import Settings

pytestmark = pytest.mark.browser

# Pixels of the table of results, which is drawn on a canvas: half a box, the head, a row.
BOX, HEAD, ROW = 18, 36, 38


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented marts of its own, since the journey signs in and leaves lines in the audit log."""
    made = tmp_path_factory.mktemp("compare_journey")
    write_marts(made / "published")
    return made


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[tuple[str, str]]:
    """The dashboards of that home."""
    with serving(home) as found:
        yield found


def test_from_ticked_results_to_a_comparison_and_an_audited_shortlist(
    browser: Any, served: tuple[str, str], home: Path
) -> None:
    address, password = served
    page = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN").new_page()
    sign_in(page, address, password, "results")
    page.get_by_role("heading", name=re.compile("符合条件")).wait_for()
    page.get_by_text("勾选比较", exact=True).click()
    page.wait_for_url(re.compile("pick=1"))
    page.get_by_text("勾选 2–5 行后并排比较", exact=False).wait_for()

    table = page.locator("[data-testid=stDataFrame] canvas").first
    table.wait_for()
    box = table.bounding_box()
    for row in range(3):
        page.mouse.click(box["x"] + BOX, box["y"] + HEAD + ROW * row + ROW / 2)
        page.wait_for_timeout(400)
    page.get_by_role("link", name="并排比较 3 人").click()
    page.wait_for_url(re.compile(r"/compare\?.*compare="))
    page.get_by_role("heading", name=re.compile("综合分最高|并列最高")).wait_for()
    page.get_by_role("heading", name="各项能力与岗位要求").wait_for()
    page.locator("canvas, svg.marks").first.wait_for()
    page.locator("[data-testid=stMetric]").nth(2).wait_for()

    page.get_by_role("button", name=re.compile("^●")).click()
    content = downloaded(page, "导出 1 人").decode("utf-8-sig")
    assert content.count("\r\n") == 2
    exports = audit_log.entries(Settings(home=home), action="export")
    assert [(entry.who, entry.rows) for entry in exports] == [("hr", 1)]

    page.reload()
    page.get_by_role("heading", name="入围名单").wait_for()
    page.locator("[data-testid=stMetric]").nth(2).wait_for()
