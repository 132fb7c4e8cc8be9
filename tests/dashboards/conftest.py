"""A home with invented marts, and a visitor who opens pages of the real app."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.browsing import CHROMIUM
from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.visitors import APP, SECONDS, Visitor
from warehouse import accounts
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

READER = Viewer("hr", "hr")


@pytest.fixture(scope="session")
def marts_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose published marts hold 640 interviews of invented people."""
    home = tmp_path_factory.mktemp("home")
    write_marts(home / "published")
    return home


@pytest.fixture(scope="session")
def empty_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home whose marts are published and empty."""
    home = tmp_path_factory.mktemp("empty")
    write_marts(home / "published", interviews=0)
    return home


@pytest.fixture(scope="module")
def own_demo_home(demo_home: Settings, tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """A copy of the demo for a journey, which leaves its language, views and queries behind."""
    home = tmp_path_factory.mktemp("journey") / "home"
    shutil.copytree(demo_home.home, home, symlinks=True)
    return Settings(home=home)


@pytest.fixture
def visit(monkeypatch: pytest.MonkeyPatch) -> Visitor:
    """`visit(home, page, **url)`: the page as a signed-in reader sees it."""

    def open_page(home: Path, page: str = "overview", **url: str) -> AppTest:
        monkeypatch.setenv(HOME_VARIABLE, str(home))
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        app.session_state["session_token"] = accounts.open_session(Settings(home=home), READER)
        app.query_params.update(url)
        # By its address, as a link is opened: the first page is not drawn before it.
        return app.switch_page(f"views/{page}.py").run()

    return open_page


@pytest.fixture(scope="module")
def browser() -> Iterator[object]:
    """Debian's Chromium, headless; ended with its module, since its event loop would disturb others."""
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
