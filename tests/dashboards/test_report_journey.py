"""In a real browser: a person's report is saved as PDF, and a chart as PNG and SVG in the page's language."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from tests.dashboards.browsing import MILLISECONDS, serving, sign_in
from warehouse.settings import Settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def served(own_demo_home: Settings) -> Iterator[tuple[str, str]]:
    with serving(own_demo_home.home) as found:
        yield found


def saved(page: Any, press: Any) -> tuple[str, bytes]:
    with page.expect_download() as download:
        press()
    return download.value.suggested_filename, Path(download.value.path()).read_bytes()


def test_a_report_and_a_chart_are_saved_from_the_page_of_a_person(
    browser: Any, served: tuple[str, str]
) -> None:
    address, password = served
    context = browser.new_context(
        viewport={"width": 1440, "height": 1000}, locale="zh-CN", accept_downloads=True
    )
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    sign_in(page, address, password, "candidate?interview=IV0000001")
    page.get_by_role("heading", name=re.compile(r"\d+\.\d 分，[SABCD] 级")).wait_for()
    score = re.search(r"\d+\.\d", page.locator("h1").inner_text())

    name, pdf = saved(page, page.get_by_role("button", name="下载报告（PDF）").click)
    assert name == "面试报告_IV0000001.pdf"
    text = "".join(one.get_textpage().get_text_range() for one in pypdfium2.PdfDocument(pdf))
    assert score and score[0] in text and "失分点与建议" in text

    chart = page.locator(".has-chart-image").first
    chart.scroll_into_view_if_needed()
    chart.hover()
    menu = chart.get_by_label("保存图片")
    menu.focus()
    page.keyboard.press("Enter")
    name, svg = saved(page, chart.get_by_role("button", name="存为 SVG").click)
    assert name.endswith(".svg") and "能力雷达" in name
    assert svg.startswith(b"<svg") and "沟通能力".encode() in svg
    menu.click()
    name, png = saved(page, chart.get_by_role("button", name="存为 PNG").click)
    assert name.endswith(".png") and png.startswith(b"\x89PNG") and len(png) > 10_000
    context.close()
