"""One journey in a real browser: sign in, look around, switch the language, come back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from tests.dashboards.browsing import MILLISECONDS, drawn, serving, sign_in
from warehouse.settings import Settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(own_demo_home: Settings) -> Iterator[tuple[str, str]]:
    """The dashboards on the demo."""
    with serving(own_demo_home.home) as found:
        yield found


def test_from_the_sign_in_to_a_candidate_in_english_and_back(browser: Any, served: tuple[str, str]) -> None:
    address, password = served
    # High enough for the filters below the menu: a list that opens is closed by scrolling.
    context = browser.new_context(viewport={"width": 1440, "height": 1500}, locale="zh-CN")
    page = context.new_page()

    sign_in(page, address, password, "results")
    page.get_by_role("heading", name=re.compile("符合条件")).wait_for()

    page.get_by_role("link", name="总览").click()
    page.locator("[data-testid=stMetric]").first.wait_for()
    page.locator("canvas, svg.marks").first.wait_for()

    page.get_by_role("link", name="面试结果").click()
    page.get_by_role("heading", name=re.compile("符合条件")).wait_for()
    drawn(page)
    page.get_by_role("combobox", name=re.compile("岗位")).click()
    page.get_by_role("option", name="销售代表").click()
    page.get_by_role("heading", name=re.compile("^销售代表：")).wait_for()
    assert "role=sales_rep" in page.url

    # The table is drawn on a canvas: the box of its first row is left of the first column.
    table = page.locator("[data-testid=stDataFrame] canvas").first
    table.wait_for()
    box = table.bounding_box()
    page.mouse.click(box["x"] + 18, box["y"] + 55)
    page.wait_for_url(re.compile(r"/candidate\?.*interview="))
    page.get_by_role("heading", name="失分点").wait_for()
    assert "role=sales_rep" in page.url
    answers = page.locator("[data-testid=stDataFrame] .dvn-scroller").first
    answers.wait_for()
    assert answers.evaluate("table => table.scrollHeight - table.clientHeight") <= 0, "answers scroll inside"

    page.get_by_role("radio", name="English").or_(page.get_by_text("English", exact=True)).first.click()
    page.get_by_role("heading", name="Lost points").wait_for()
    for kept in ("lang=en", "role=sales_rep", "interview="):
        assert kept in page.url

    page.reload()
    page.get_by_role("heading", name="Lost points").wait_for()
    (cookie,) = [one for one in context.cookies() if one["name"].startswith("scorehouse_session")]
    assert (cookie["httpOnly"], cookie["sameSite"]) == (True, "Strict")
    assert "scorehouse_session" not in page.evaluate("document.cookie"), "no script reads the session"
    second = context.new_page()
    second.set_default_timeout(MILLISECONDS)
    second.goto(page.url)
    second.get_by_role("heading", name="Lost points").wait_for()

    second.get_by_role("button", name="Sign out").click()
    second.get_by_role("heading", name="Sign in").wait_for()
    page.reload()
    page.get_by_role("heading", name="Sign in").wait_for()
    context.close()
