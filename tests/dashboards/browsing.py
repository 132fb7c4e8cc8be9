"""What tests in a real browser share: the dashboards served on a free port, and a reader signed in."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from warehouse.settings import HOME_VARIABLE

CHROMIUM = Path("/usr/bin/chromium")
REPOSITORY = Path(__file__).parents[2]
MILLISECONDS = 45_000
SERVE = """
import sys
from pathlib import Path
from dashboards.serve import serve
from warehouse.settings import Settings
sys.exit(serve(Settings(home=Path(sys.argv[1])), int(sys.argv[2]), say=lambda line: print(line, flush=True)))
"""


@contextmanager
def serving(home: Path) -> Iterator[tuple[str, str]]:
    """The dashboards of `home`: address and one-time password, as `serve` says them; ended by Ctrl-C."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE, str(home), str(port)],
        cwd=REPOSITORY,
        env={**os.environ, HOME_VARIABLE: str(home)},
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
        password = re.search(r"password (\S+)", said)
        assert address and password, f"serve said: {said!r}"
        yield address[0], password[1]
    finally:
        os.killpg(process.pid, signal.SIGINT)
    assert process.wait(30) == 0, "Ctrl-C must end the dashboards cleanly"


def sign_in(page: Any, address: str, password: str, path: str = "") -> None:
    """Open a page and sign in on the form that comes first."""
    page.set_default_timeout(MILLISECONDS)
    page.goto(f"{address}/{path}")
    page.get_by_role("heading", name="登录").wait_for()
    page.locator("input[type=password]").fill(password)
    page.locator("input[type=password]").press("Enter")
