"""What tests in a real browser share: the dashboards served on a free port, and a reader signed in."""

from __future__ import annotations

import io
import os
import re
import signal
import socket
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.dashboards.own_password import with_own_password
from warehouse.settings import HOME_VARIABLE, Settings

CHROMIUM = Path("/usr/bin/chromium")
REPOSITORY = Path(__file__).parents[2]
MILLISECONDS = 45_000
# How long a page must stand unchanged to be drawn, in milliseconds.
QUIET = 400
DRAWN = """quiet => {
    const app = document.querySelector('.stApp')
    const charts = [...document.querySelectorAll('[data-testid=stVegaLiteChart]')]
    const stands = app && app.dataset.testScriptState === 'notRunning'
        && document.querySelector('.stMain h1')
        && !document.querySelector('.stMain [data-stale=true], .stMain [data-testid=stSkeleton]')
        && charts.every(chart => chart.querySelector('svg.marks, canvas'))
    if (!stands) window.drawnSince = null
    else window.drawnSince ??= performance.now()
    return window.drawnSince !== null && performance.now() - window.drawnSince >= quiet
}"""
SERVE = """
import sys
from pathlib import Path
from dashboards.serve import serve
from warehouse.settings import Settings
sys.exit(serve(Settings(home=Path(sys.argv[1])), int(sys.argv[2]), say=lambda line: print(line, flush=True)))
"""


@contextmanager
def serving(home: Path, *, is_first: bool = False, **environment: str) -> Iterator[tuple[str, str]]:
    """The dashboards of `home`: address and a password, ended by Ctrl-C.

    The password is hr's own; at a first start it is the one-time password that `serve` says.
    """
    own = None if is_first else with_own_password(Settings(home=home).ensure())
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(home), str(port)],
        cwd=REPOSITORY,
        env={**os.environ, HOME_VARIABLE: str(home), **environment},
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    try:
        said = ""
        for line in process.stdout:
            said += line
            if "Ctrl-C" in line:
                break
        address = re.search(r"http://\S+", said)
        password = re.search(r"one-time password (\S+)", said)
        assert address and (password or own), f"serve said: {said!r}"
        yield address[0], own or (password[1] if password else "")
    finally:
        os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 0, "Ctrl-C must end the dashboards cleanly"


def sign_in(page: Any, address: str, password: str, path: str = "") -> None:
    """Open a page and sign in on the form that comes first."""
    page.set_default_timeout(MILLISECONDS)
    page.goto(f"{address}/{path}")
    page.get_by_role("heading", name=re.compile("^(登录|Sign in)$")).wait_for()
    page.locator("input[type=password]").fill(password)
    page.locator("input[type=password]").press("Enter")


def come_in(page: Any, address: str, password: str, path: str = "") -> None:
    """Sign in and wait until the browser keeps the session and the page stands."""
    sign_in(page, address, password, path)
    page.get_by_role("button", name=re.compile("^(logout)?\\s*(退出|Sign out)$")).wait_for(state="attached")
    drawn(page)


def drawn(page: Any) -> None:
    """Wait until the page has its title, its script has ended and its charts stand, and stay so for a while.

    Right after a click the script has ended too: the one before. Only what lasts is the answer to the click.
    """
    page.locator(".stMain h1").first.wait_for()
    page.evaluate("() => { window.drawnSince = null }")
    page.wait_for_function(DRAWN, arg=QUIET)


def downloaded(page: Any, label: str, kind: str = "CSV") -> bytes:
    """The content of a file taken from a page's download button; of a CSV the rows, out of the ZIP."""
    page.get_by_role("button", name=label).click()
    with page.expect_download() as taken:
        page.get_by_role("button", name=re.compile(f"^{kind}|{kind}")).last.click()
    content = Path(taken.value.path()).read_bytes()
    page.keyboard.press("Escape")
    if kind != "CSV":
        return content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return archive.read(archive.namelist()[0])
