"""Pages still answer on 200,000 interviews: SQL aggregates, and rows are capped."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from dashboards.catalogue import words_in
from dashboards.download import as_csv
from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.test_download import results
from tests.dashboards.visitors import Visitor

INTERVIEWS = 200_000
SECONDS = 10.0

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def big_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Marts of 200,000 interviews."""
    home = tmp_path_factory.mktemp("big")
    write_marts(home / "published", interviews=INTERVIEWS)
    return home


@pytest.mark.parametrize(
    "page", ["overview", "results", "candidate", "roles", "trend", "grades_and_pay", "health"]
)
def test_a_page_answers_on_two_hundred_thousand_interviews(visit: Visitor, big_home: Path, page: str) -> None:
    url = {"interview": "I000089"} if page == "candidate" else {"quarter": "all"}
    started = time.monotonic()
    app = visit(big_home, page, **url)
    assert time.monotonic() - started < SECONDS
    assert not app.exception
    assert not app.error


def test_the_table_is_capped_and_says_so(visit: Visitor, big_home: Path) -> None:
    app = visit(big_home, "results", quarter="all")
    assert len(app.dataframe[0].value) == 1000
    assert any("1,000" in caption.value and "200,000" in caption.value for caption in app.caption)


def test_a_download_of_a_hundred_thousand_rows_comes_in_time(big_home: Path) -> None:
    started = time.monotonic()
    content = as_csv(results(big_home, row_limit=100_000), words_in("zh"))
    assert time.monotonic() - started < SECONDS
    assert content.count(b"\r\n") == 100_001
