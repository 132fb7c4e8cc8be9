"""Every page in a real browser: what stands on it, whether everybody can use it, a phone's width, paper."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from playwright.sync_api import TimeoutError

from dashboards import menu
from tests.dashboards.accessibility import faults
from tests.dashboards.browsing import come_in, drawn, serving
from tests.dashboards.fixture_marts import write_marts

pytestmark = pytest.mark.browser
SEEN: dict[str, dict[str, Any]] = yaml.safe_load(
    Path(__file__).with_name("pages_seen.yml").read_text("utf-8")
)
KINDS = {"cards": "stMetric", "charts": "stVegaLiteChart", "tables": "stDataFrame"}
WIDE, PHONE = {"width": 1440, "height": 1000}, {"width": 390, "height": 844}
DARK_PAGES = ("overview", "candidate")
GROUND = "() => getComputedStyle(document.querySelector('[data-testid=stApp]')).backgroundColor"
DARK_GROUND = "rgb(17, 25, 30)"
PRINTED_PAGES = ("overview", "candidate")
FITS = """() => document.scrollingElement.scrollWidth <= innerWidth
    && [...document.querySelectorAll('.stMain')].every(part => part.scrollWidth <= part.clientWidth)"""
PATIENCE = 5_000
OWN = {"candidate": "&interview=I000074", "compare": "&compare=I000074,I000160"}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The dashboards on invented marts."""
    home = tmp_path_factory.mktemp("walk")
    write_marts(home / "published")
    with serving(home) as found:
        yield found


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pictures of the pages stay for whoever looks at the run."""
    folder = Path(os.environ.get("SCOREHOUSE_SCREENSHOTS") or tmp_path_factory.mktemp("screenshots"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def open_page(page: Any, address: str, name: str, lang: str) -> None:
    page.goto(f"{address}/{name}?lang={lang}&quarter=all{OWN.get(name, '')}")
    drawn(page)


def overflows(page: Any) -> bool:
    """Whether the page or its main part stays wider than the window once its charts have followed."""
    try:
        page.wait_for_function(FITS, timeout=PATIENCE)
    except TimeoutError:
        return True
    return False


def faults_in_the_dark(page: Any) -> list[str]:
    """What is wrong once the reader's machine turns dark, at the width that the window has."""
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(f"({GROUND})() === '{DARK_GROUND}'")
    drawn(page)
    found = faults(page)
    page.emulate_media(color_scheme="light")
    return found


def counted(page: Any) -> dict[str, int]:
    return {kind: page.get_by_test_id(mark).count() for kind, mark in KINDS.items()}


def test_every_page_of_hr_can_be_read_by_everybody_on_a_phone_and_in_the_dark(
    browser: Any, served: tuple[str, str], pictures: Path
) -> None:
    address, password = served
    page = browser.new_context(viewport=WIDE, locale="zh-CN", reduced_motion="reduce").new_page()
    come_in(page, address, password)
    wrong: dict[str, object] = {}
    for name in menu.pages_of("hr"):
        open_page(page, address, name, "zh")
        page.screenshot(path=pictures / f"{name}.png")
        wanted = SEEN[name]
        title = page.get_by_role("heading", level=1).inner_text()
        found = {
            "faults": faults(page),
            "failed": page.get_by_test_id("stException").count(),
            "lang": page.evaluate("document.documentElement.lang") != "zh-CN",
            "title": "" if re.search(wanted["title"], title) else title,
            "parts": {} if counted(page).items() <= wanted.items() else counted(page),
        }
        page.set_viewport_size(PHONE)
        found["too wide"] = overflows(page)
        found["faults in the dark on a phone"] = faults_in_the_dark(page)
        if name in PRINTED_PAGES:
            page.emulate_media(media="print")
            found["on paper"] = page.get_by_test_id("stSidebar").is_visible()
            page.emulate_media(media="screen")
        page.set_viewport_size(WIDE)
        wrong |= {f"{name}: {what}": value for what, value in found.items() if value}
    assert wrong == {}
    page.context.close()


def test_a_dark_browser_sees_dark_pages_from_the_start(
    browser: Any, served: tuple[str, str], pictures: Path
) -> None:
    address, password = served
    page = browser.new_context(viewport=WIDE, locale="en-US", color_scheme="dark").new_page()
    come_in(page, address, password)
    wrong: dict[str, list[str]] = {}
    for name in DARK_PAGES:
        open_page(page, address, name, "en")
        page.screenshot(path=pictures / f"{name}_dark.png")
        wrong[name] = faults(page)
    assert not [fault for found in wrong.values() for fault in found], wrong
    assert page.evaluate(GROUND) == DARK_GROUND
    page.context.close()


def test_every_page_is_in_the_list_of_what_stands_on_it() -> None:
    assert list(SEEN) == menu.pages_of("hr")
