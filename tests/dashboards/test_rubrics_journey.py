"""Scoring rules in a real browser: weights changed in place, the files taken along, an answer tried."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.browsing import downloaded, serving, sign_in
from tests.dashboards.fixture_marts import write_marts

pytestmark = pytest.mark.browser
PROPOSAL = "sales_rep~2024-01-01,negotiation:60:70"


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The dashboards on invented marts."""
    home = tmp_path_factory.mktemp("served")
    write_marts(home / "published")
    with serving(home) as found:
        yield found


def test_from_a_changed_weight_to_the_files(browser: Any, served: tuple[str, str]) -> None:
    address, password = served
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
    page = context.new_page()
    sign_in(page, address, password)
    page.get_by_role("link", name="评分规则").click()
    page.get_by_role("heading", name=re.compile("占比最高")).wait_for()
    page.goto(f"{address}/rubrics?role=sales_rep&quarter=all")
    field = page.get_by_label("谈判能力", exact=True)
    field.fill("60")
    field.press("Enter")
    page.get_by_role("heading", name=re.compile("^按拟议的权重，销售代表")).wait_for()
    page.wait_for_url(re.compile("proposal=sales_rep"))
    page.locator("[data-testid=stVegaLiteChart] canvas, [data-testid=stVegaLiteChart] svg").first.wait_for()

    with page.expect_download() as taken:
        page.get_by_role("button", name="下载 role_weights.csv").click()
    rows = list(csv.DictReader(Path(taken.value.path()).read_text("utf-8").splitlines()))
    newest = max(row["valid_from"] for row in rows)
    added = {row["competency_id"]: row for row in rows if row["valid_from"] == newest}
    assert {row["role_id"] for row in added.values()} == {"sales_rep"}
    assert added["negotiation"]["weight"] == "60"

    people = list(csv.DictReader(downloaded(page, "下载名单").decode("utf-8-sig").splitlines()))
    title = page.get_by_role("heading", level=1).inner_text()
    moved = int(re.search(r"中 (\d+) 场换等级", title)[1])  # type: ignore[index]
    assert sum(row["现行等级"] != row["拟议等级"] for row in people) == moved

    # A reload brings the proposal back, and the button takes it away.
    page.reload()
    page.get_by_role("heading", name=re.compile("^按拟议的权重")).wait_for()
    page.get_by_role("button", name="恢复现行权重").click()
    page.get_by_role("heading", name=re.compile("占比最高")).wait_for()
    assert page.locator("[data-testid=stException]").count() == 0
    context.close()


def test_an_answer_is_tried_as_it_is_typed(browser: Any, served: tuple[str, str]) -> None:
    address, password = served
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
    page = context.new_page()
    sign_in(page, address, password, "rubrics?part=try&question=q_general_2")
    page.get_by_role("heading", name="试评一个回答").wait_for()
    page.get_by_label("回答", exact=True).fill("我没有逐一核对，<b>但是排查了</b>；于是我找到瓶颈")
    page.get_by_role("button", name="试评", exact=True).click()
    page.get_by_role("heading", name="这个回答得 40.7 分").wait_for()
    assert page.locator(".answer mark.hit").all_inner_texts() == ["排查", "找到瓶颈"]
    assert page.locator(".answer mark.denied").all_inner_texts() == ["没有逐一核对"]
    assert page.locator(".answer b").count() == 0
    assert "排查" not in page.url
    context.close()


@pytest.mark.parametrize("width", [390, 1440])
@pytest.mark.parametrize(
    "part", ["part=weights", f"proposal={PROPOSAL}", "part=questions", "part=try", "part=check"]
)
def test_the_page_never_scrolls_sideways(
    browser: Any, served: tuple[str, str], width: int, part: str
) -> None:
    address, password = served
    context = browser.new_context(viewport={"width": width, "height": 900}, locale="zh-CN")
    page = context.new_page()
    sign_in(page, address, password)
    page.get_by_role("heading", name=re.compile("平均")).first.wait_for()
    page.goto(f"{address}/rubrics?lang=en&role=sales_rep&quarter=all&{part}")
    page.get_by_text("How is this computed").wait_for()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("main => main.scrollWidth - main.clientWidth") <= 0
    context.close()
