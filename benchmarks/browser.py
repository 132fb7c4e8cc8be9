"""What a reader waits for in a browser: `python -m benchmarks.browser --home PUBLISHED_HOME [--visits 10]`.

The server is warm, the reader signed in, the app's own files in the browser's cache. *Title* runs from the
opening of an address in a new tab until the title of the page stands, *whole* until its last chart does;
*filter* from the choice of another quarter until the page says that quarter's title or caption.
"""

from __future__ import annotations

import re
import time
from pathlib import Path
from typing import Annotated

import typer
from playwright.sync_api import BrowserContext, Page, sync_playwright

from benchmarks.pages import p50, p95
from benchmarks.users import PORT, served
from dashboards.menu import HR
from warehouse import accounts
from warehouse.settings import Settings
from warehouse.viewer import Viewer

CHROMIUM = Path("/usr/bin/chromium")
ADDRESS = f"http://127.0.0.1:{PORT}"
PAGES = ("overview", "results", "roles", "trend", "outcomes", "questions")
MILLISECONDS = 60_000
# The title stands, and the script that draws the page has ended.
TITLE = "() => document.querySelector('.stMain h1')?.innerText.length > 3"
WHOLE = """() => document.querySelector('.stApp[data-test-script-state="notRunning"]')
    && [...document.querySelectorAll('[data-testid=stVegaLiteChart]')]
        .every(chart => chart.querySelector('svg.marks'))"""
HEAD = """() => [...document.querySelectorAll('.stMain h1, .stMain [data-testid=stCaptionContainer]')]
    .slice(0, 2).map(one => one.innerText).join()"""


def main(
    home: Annotated[Path, typer.Option(help="A home with published marts.")],
    visits: Annotated[int, typer.Option(help="Openings of each page, and choices of a quarter.")] = 10,
) -> None:
    """Prints a line a page: seconds of a new tab, and of a filter."""
    if not CHROMIUM.exists():
        raise SystemExit(f"There is no {CHROMIUM}: apt-get install chromium.")
    settings = Settings(home=home)
    token = accounts.open_session(settings, Viewer("bench", HR))
    with served(settings), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
        context.set_default_timeout(MILLISECONDS)
        context.add_cookies([{"name": f"scorehouse_session_{PORT}", "value": token, "url": ADDRESS}])
        opened(context, "overview")
        print(
            f"{'page':<12}{'title p50':>11}{'title p95':>11}{'whole p50':>11}{'whole p95':>11}   milliseconds"
        )
        for page in PAGES:
            opened(context, page)
            titles, wholes = zip(*(opened(context, page) for _ in range(visits)), strict=True)
            shown = (
                f"{1000 * value:>11,.0f}" for value in (p50(titles), p95(titles), p50(wholes), p95(wholes))
            )
            print(f"{page:<12}{''.join(shown)}", flush=True)
        for page in PAGES[:3]:
            taken = filtered(context, page, visits)
            print(
                f"{page:<12}filter: p50 {1000 * p50(taken):,.0f}, p95 {1000 * p95(taken):,.0f} milliseconds"
            )
        browser.close()


def opened(context: BrowserContext, page: str) -> tuple[float, float]:
    """Seconds until the title of a page stands in a new tab, and until all of it does."""
    tab = context.new_page()
    began = time.perf_counter()
    tab.goto(f"{ADDRESS}/{page}", wait_until="commit")
    tab.wait_for_function(TITLE)
    title = time.perf_counter() - began
    tab.wait_for_function(WHOLE)
    whole = time.perf_counter() - began
    tab.close()
    return title, whole


def filtered(context: BrowserContext, page: str, visits: int) -> tuple[float, ...]:
    """Seconds of each choice of another quarter on one page."""
    tab = context.new_page()
    tab.goto(f"{ADDRESS}/{page}")
    tab.wait_for_function(TITLE)
    tab.wait_for_function(WHOLE)
    # To and fro between two quarters: what the server remembers of a choice helps from the third on.
    taken = tuple(chosen(tab, 1 + number % 2) for number in range(visits))
    tab.close()
    return taken


def chosen(tab: Page, option: int) -> float:
    """Seconds from the choice of a quarter until the title or the caption is that of it."""
    quarter = tab.get_by_role("option").nth(option)
    # A list that opens while the page is drawn once more closes again.
    while not quarter.is_visible():
        tab.get_by_role("combobox", name=re.compile("季度")).click()
        tab.wait_for_timeout(300)
    before = tab.evaluate(HEAD)
    began = time.perf_counter()
    quarter.click()
    tab.wait_for_function(f"before => ({HEAD})() !== before", arg=before)
    seconds = time.perf_counter() - began
    tab.wait_for_function(WHOLE)
    return seconds


if __name__ == "__main__":
    typer.run(main)
