"""One journey in a real browser: sign in, look around, switch the language, come back."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from warehouse.settings import HOME_VARIABLE, Settings

CHROMIUM = Path("/usr/bin/chromium")
REPOSITORY = Path(__file__).parents[2]
STARTS_WITHIN = 90
MILLISECONDS = 45_000
SERVE = """
import sys
from pathlib import Path
from typing import Any
from dashboards.serve import serve
from warehouse.settings import Settings
sys.exit(serve(Settings(home=Path(sys.argv[1])), int(sys.argv[2]), say=lambda line: print(line, flush=True)))
"""

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Debian's Chromium, headless."""
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
def served(demo_home: Settings) -> Iterator[tuple[str, str]]:
    """The dashboards on the demo: address and one-time password, as `serve` says them."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(demo_home.home), str(port)],
        cwd=REPOSITORY,
        env={**os.environ, HOME_VARIABLE: str(demo_home.home)},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        if "Ctrl-C" in line:
            break
    address = re.search(r"http://\S+", said)
    password = re.search(r"password (\S+)", said)
    assert address and password, f"serve said: {said!r}"
    yield address[0], password[1]
    os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 0, "Ctrl-C must end the dashboards cleanly"


def test_from_the_sign_in_to_a_candidate_in_english_and_back(browser: Any, served: tuple[str, str]) -> None:
    address, password = served
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)

    page.goto(f"{address}/results")
    page.get_by_role("heading", name="登录").wait_for()
    page.locator("input[type=password]").fill(password)
    page.locator("input[type=password]").press("Enter")
    page.get_by_role("heading", name=re.compile("符合条件")).wait_for()

    page.get_by_role("link", name="总览").click()
    page.locator("[data-testid=stMetric]").first.wait_for()
    page.locator("canvas, svg.marks").first.wait_for()

    page.get_by_role("link", name="面试结果").click()
    page.get_by_role("heading", name=re.compile("符合条件")).wait_for()
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

    page.get_by_role("radio", name="English").or_(page.get_by_text("English", exact=True)).first.click()
    page.get_by_role("heading", name="Lost points").wait_for()
    for kept in ("lang=en", "role=sales_rep", "interview="):
        assert kept in page.url

    page.reload()
    page.get_by_role("heading", name="Lost points").wait_for()
    second = context.new_page()
    second.set_default_timeout(MILLISECONDS)
    second.goto(page.url)
    second.get_by_role("heading", name="Lost points").wait_for()

    second.get_by_role("button", name="Sign out").click()
    second.get_by_role("heading", name="Sign in").wait_for()
    page.reload()
    page.get_by_role("heading", name="Sign in").wait_for()
    context.close()
