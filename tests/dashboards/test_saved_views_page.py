"""Saved views beside every page: kept with the filters, opened, shared by HR, one of them opened first."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.portal_people import visit_as
from tests.dashboards.visitors import APP, SECONDS
from warehouse import account_admin, grants, saved_views, sessions
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

HR, HEAD, ANALYST = Viewer("hr", "hr"), Viewer("head", "department_head"), Viewer("ana", "analyst")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("views")
    write_marts(home / "published")
    settings = Settings(home=home)
    for viewer in (HEAD, ANALYST):
        account_admin.add_user(settings, viewer.name, viewer.role, "an-invented-pass-phrase")
    grants.grant(settings, HEAD.name, "sales", author="hr")
    return home


def pressed(app: AppTest, label: str) -> AppTest:
    next(button for button in app.button if button.label.startswith(label)).click().run()
    assert not app.exception
    return app


def test_a_page_is_kept_with_its_filters_and_opened_again(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    app = visit_as(monkeypatch, home, HR, "trend", role="sales_rep", quarter="2026-Q2")
    app.text_input(key="view_name_0").input("销售二季度")
    pressed(app, "保存")
    (kept,) = saved_views.views_of(Settings(home=home), HR)
    assert (kept.page, dict(kept.query_params)) == ("trend", {"role": "sales_rep", "quarter": "2026-Q2"})

    elsewhere = visit_as(monkeypatch, home, HR, "roles", department="product", lang="en")
    pressed(elsewhere, "销售二季度")
    assert elsewhere.title[0].value.startswith("Sales")
    assert dict(elsewhere.query_params) == {"role": "sales_rep", "quarter": "2026-Q2", "lang": "en"}


def test_a_shared_view_shows_its_reader_only_the_readers_own_rows(
    monkeypatch: pytest.MonkeyPatch, home: Path
) -> None:
    settings = Settings(home=home)
    saved_views.save(settings, HR, "全部结果", "results", {"quarter": "all"}, shared_with=["department_head"])
    saved_views.save(settings, HR, "审计", "audit", {}, shared_with=["department_head"])
    app = visit_as(monkeypatch, home, HEAD, "overview")
    labels = [button.label for button in app.button]
    assert any(label.startswith("全部结果") for label in labels)
    assert not any(label.startswith("审计") for label in labels), "a page that is not for the role"
    pressed(app, "全部结果")
    assert app.selectbox(key="pick_department").options == ["销售部"]
    assert all(
        not button.label.startswith("全部结果")
        for button in visit_as(monkeypatch, home, ANALYST, "overview").button
    )


def test_only_hr_is_offered_to_share(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    offered = {
        viewer.role: [box.label for box in visit_as(monkeypatch, home, viewer, "overview").multiselect]
        for viewer in (HR, HEAD)
    }
    assert "共享给" in offered["hr"] and "共享给" not in offered["department_head"]


def test_the_bare_address_opens_the_start_view(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    settings = Settings(home=home)
    view = saved_views.save(settings, ANALYST, "起点", "roles", {"role": "sales_rep"})
    saved_views.set_start(settings, ANALYST, view.id)
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    app.session_state["session_token"] = sessions.open_session(settings, ANALYST)
    app.run()
    assert not app.exception
    assert app.query_params["role"] == "sales_rep"
    assert "销售代表" in app.title[0].value


def test_a_name_that_is_none_is_answered_in_words(monkeypatch: pytest.MonkeyPatch, home: Path) -> None:
    app = visit_as(monkeypatch, home, ANALYST, "trend")
    pressed(app, "保存")
    assert "请起一个" in app.error[0].value
