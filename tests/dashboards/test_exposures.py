"""The exposures of the dbt project are the dashboard pages, with the marts that their queries read."""

from __future__ import annotations

from typing import Any

import pytest
import yaml

from dashboards import menu
from dashboards.catalogue import words_in
from tests.dashboards.pages_read import all_queries, marts_read, queries_of
from warehouse.settings import REPOSITORY

EXPOSURES = REPOSITORY / "dbt_project" / "models" / "marts" / "_exposures.yml"
PAGES = [page for page in menu.entries() if marts_read(page)]
# The choices of the sidebar stand beside every page.
SIDEBAR = {"departments", "periods", "roles", "scenarios"}


@pytest.fixture(scope="module")
def exposures() -> dict[str, dict[str, Any]]:
    listed = yaml.safe_load(EXPOSURES.read_text(encoding="utf-8"))["exposures"]
    return {exposure["name"]: exposure for exposure in listed}


def test_every_page_that_reads_marts_is_an_exposure(exposures: dict[str, dict[str, Any]]) -> None:
    assert list(exposures) == PAGES


@pytest.mark.parametrize("page", PAGES)
def test_an_exposure_names_the_marts_that_its_page_reads(
    page: str, exposures: dict[str, dict[str, Any]]
) -> None:
    named = [text.removeprefix("ref('").removesuffix("')") for text in exposures[page]["depends_on"]]
    assert named == sorted(marts_read(page))


@pytest.mark.parametrize("page", PAGES)
def test_an_exposure_is_called_as_its_page_is(page: str, exposures: dict[str, dict[str, Any]]) -> None:
    exposure = exposures[page]
    assert exposure["label"] == words_in("en")(f"page.{page}")
    assert exposure["config"]["meta"]["label_zh"] == words_in("zh")(f"page.{page}")
    assert exposure["description"].strip() and exposure["config"]["meta"]["description_zh"].strip()


def test_no_query_is_read_by_no_page() -> None:
    asked = {query for page in menu.entries() for query in queries_of(page)}
    assert all_queries() - asked <= SIDEBAR
