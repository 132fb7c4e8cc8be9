"""What changes under a reader's eyes in a real browser: words, never an error."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.browsing import serving, sign_in
from tests.dashboards.fixture_marts import write_marts

pytestmark = pytest.mark.browser


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home of its own, since these tests change it."""
    write_marts(tmp_path / "published", interviews=240, run="first")
    return tmp_path


@pytest.fixture
def reader(browser: Any, home: Path) -> Iterator[Any]:
    """A reader on the results of all quarters."""
    with serving(home) as (address, password):
        context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
        page = context.new_page()
        sign_in(page, address, password, "results?quarter=all")
        page.get_by_role("heading", name=re.compile(r"^240 场")).wait_for()
        yield page
        context.close()


def all_is_well(page: Any) -> bool:
    return int(page.locator("[data-testid=stAlert], [data-testid=stException]").count()) == 0


def test_a_publish_is_seen_at_the_next_click_without_signing_in_again(reader: Any, home: Path) -> None:
    write_marts(home / "published", interviews=320, run="second")
    reader.get_by_role("link", name="趋势").click()
    reader.get_by_role("heading", name="各岗位").wait_for()
    assert all_is_well(reader)
    reader.get_by_role("link", name="面试结果").click()
    reader.get_by_role("heading", name=re.compile(r"^320 场")).wait_for()
    assert all_is_well(reader)


def test_marts_that_vanish_and_come_back_are_words_and_then_numbers(reader: Any, home: Path) -> None:
    (home / "published" / "current.duckdb").unlink()
    reader.get_by_role("link", name="总览").click()
    reader.get_by_role("heading", name="还没有面试成绩").wait_for()
    assert all_is_well(reader)
    write_marts(home / "published", interviews=320, run="second")
    reader.reload()
    reader.locator("[data-testid=stMetric]").first.wait_for()
    assert all_is_well(reader)


def test_empty_marts_in_mid_visit_say_what_to_do(reader: Any, home: Path) -> None:
    write_marts(home / "published", interviews=0, run="second")
    reader.get_by_role("link", name="等级与薪酬").click()
    reader.get_by_role("heading", name="还没有面试成绩").wait_for()
    reader.get_by_text("scorehouse build").first.wait_for()
    assert all_is_well(reader)
