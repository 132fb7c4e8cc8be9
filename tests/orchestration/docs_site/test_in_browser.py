"""The handbook as a reader opens it: from a file, in a browser, wide and narrow."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from orchestration.docs_site.build import content_of
from orchestration.docs_site.pages import write_pages
from tests.dashboards.browsing import CHROMIUM
from warehouse.settings import Settings

pytestmark = [pytest.mark.browser, pytest.mark.slow]


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    if not CHROMIUM.exists():
        sentence = f"The browser test needs {CHROMIUM}: apt-get install chromium fonts-noto-cjk."
        if os.environ.get("CI"):
            pytest.fail(sentence)
        pytest.skip(sentence)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        yield opened
        opened.close()


@pytest.fixture(scope="module")
def site(compiled: dict[str, Any], tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    write_pages(content_of(compiled, Settings(home=tmp_path_factory.mktemp("home"))), folder)
    return folder


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A page that must not complain, and must not ask for anything but files."""
    opened = browser.new_page(viewport={"width": 1280, "height": 800}, color_scheme="light")
    said: list[str] = []
    opened.on("console", lambda message: said.append(message.text))
    opened.on("pageerror", lambda error: said.append(str(error)))
    opened.on(
        "request", lambda request: said.append(request.url) if not request.url.startswith("file:") else None
    )
    yield opened
    opened.close()
    assert said == []


def test_one_language_is_shown_and_the_choice_stays(page: Any, site: Path) -> None:
    page.goto((site / "marts" / "marts.batch_progress.html").as_uri())
    assert page.inner_text("h1") == "批次进度"
    page.click("#language")
    assert page.inner_text("h1") == "Batch progress"
    page.click("nav >> text=Quarterly trends")
    page.wait_for_selector("h1:has-text('Quarterly trends')")
    assert page.get_attribute("html", "lang") == "en"


def test_light_and_dark(page: Any, site: Path) -> None:
    page.goto((site / "index.html").as_uri())
    colour = "getComputedStyle(document.body).backgroundColor"
    light = page.evaluate(colour)
    page.click("#theme")
    assert page.evaluate(colour) != light
    page.reload()
    assert page.evaluate(colour) != light


@pytest.mark.parametrize(
    ("typed", "first", "heading"),
    [("达标率", "pass_rate", "指标"), ("quarterly trends", "quarterly_trends", "季度趋势")],
)
def test_search_finds_by_either_language_and_leads_there(
    page: Any, site: Path, typed: str, first: str, heading: str
) -> None:
    page.goto((site / "index.html").as_uri())
    page.keyboard.press("/")
    page.keyboard.type(typed)
    assert page.inner_text("#found li:first-child code") == first
    page.keyboard.press("Enter")
    page.wait_for_selector(f"h1:has-text('{heading}')")


def test_a_column_leads_to_the_column_that_it_comes_from(page: Any, site: Path) -> None:
    page.goto((site / "marts" / "marts.quarterly_trends.html").as_uri())
    page.click("#pass_rate .places a")
    # The address changes before the page of it is read: wait for the row, then look where we are.
    page.wait_for_selector("tr#composite_score:target")
    assert page.url.endswith("marts.interview_results.html#composite_score")


@pytest.mark.parametrize(
    "name", ["index.html", "metrics.html", "queries.html", "marts/marts.interview_results.html"]
)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_nothing_runs_over_the_edge_of_a_phone(page: Any, site: Path, name: str, language: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{(site / name).as_uri()}?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
