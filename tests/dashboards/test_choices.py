"""The reader's choices live in the URL and follow from page to page."""

from __future__ import annotations

from pathlib import Path

from tests.dashboards.visitors import Visitor


def test_a_choice_in_the_sidebar_goes_into_the_url(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home)
    app.selectbox(key="pick_role").select("sales_rep").run()
    app.selectbox(key="pick_quarter").select("2026-04-01").run()
    assert app.query_params["role"] == "sales_rep"
    assert app.query_params["quarter"] == "2026-Q2"
    assert app.title[0].value.startswith("销售代表")


def test_a_default_choice_leaves_the_url_short(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, role="sales_rep")
    app.selectbox(key="pick_role").select("all").run()
    assert "role" not in app.query_params


def test_a_deep_link_opens_what_it_names(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "results", role="data_analyst", quarter="2026-Q1", grade="SA", lang="en")
    assert app.selectbox(key="pick_role").value == "data_analyst"
    assert app.selectbox(key="pick_quarter").value == "2026-01-01"
    assert app.get("button_group")[0].value == ["S", "A"]
    assert app.title[0].value.startswith("Data analyst")


def test_choices_follow_to_another_page(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, department="product", lang="en")
    app.query_params.clear()
    app.switch_page("views/trend.py").run()
    assert app.selectbox(key="pick_department").value == "product"
    assert app.query_params["department"] == "product"
    assert app.query_params["lang"] == "en"


def test_another_department_lets_go_of_the_role(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, department="sales", role="sales_rep")
    app.selectbox(key="pick_department").select("product").run()
    assert app.selectbox(key="pick_role").value == "all"
    assert "role" not in app.query_params


def test_a_link_to_something_unknown_says_so_and_shows_the_default(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, role="astronaut")
    assert "astronaut" in app.warning[0].value
    assert app.selectbox(key="pick_role").value == "all"


def test_the_language_switch_changes_every_word_of_the_sidebar(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home)
    assert app.selectbox(key="pick_role").label == "岗位"
    app = visit(marts_home, lang="en")
    assert app.selectbox(key="pick_role").label == "Role"


def test_a_language_that_does_not_exist_is_chinese(visit: Visitor, marts_home: Path) -> None:
    assert visit(marts_home, lang="fr").selectbox(key="pick_role").label == "岗位"
