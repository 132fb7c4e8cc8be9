"""What each role finds on its pages: its own rows and columns, marks for small groups, no other page."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import menu
from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.visitors import APP, SECONDS, drawn, sentences
from warehouse import account_admin, grants, sessions
from warehouse.marts import Marts
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import OPERATOR, Viewer

HEAD, ANALYST, CANDIDATE = "head", "ana", "somebody"
ROLES = {HEAD: "department_head", ANALYST: "analyst", CANDIDATE: "candidate"}
STAFF = {HEAD: "department_head", ANALYST: "analyst"}
PASSWORD = "an-invented-pass-phrase"

CLOSED = {"这个页面不对您的角色开放", "您的角色暂时没有可看的页面"}

Opener = Callable[..., AppTest]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented marts, and an account of every role; the head has a grant for one department."""
    home = tmp_path_factory.mktemp("roles")
    write_marts(home / "published")
    settings = Settings(home=home)
    for name, role in ROLES.items():
        person = "P000074" if role == "candidate" else None
        account_admin.add_user(settings, name, role, PASSWORD, candidate_id=person)
    grants.grant(settings, HEAD, "sales", author="hr")
    return home


@pytest.fixture
def open_as(home: Path, monkeypatch: pytest.MonkeyPatch) -> Opener:
    """`open_as(name, page, **url)`: a page as that account sees it."""
    monkeypatch.setenv(HOME_VARIABLE, str(home))

    def opened(name: str, page: str, **url: str) -> AppTest:
        role = ROLES.get(name, "hr")
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        app.session_state["session_token"] = sessions.open_session(Settings(home=home), Viewer(name, role))
        app.query_params.update(url)
        # By its address, as a link is opened: the first page is not drawn before it.
        return app.switch_page(f"views/{page}.py").run()

    return opened


def everything_on(app: AppTest) -> str:
    """All that the page sends to the browser: words, tables, charts and links."""
    shown = [sentences(app)]
    shown += [frame.value.to_json(force_ascii=False) for frame in (*app.dataframe, *app.table)]
    shown += [
        str(block.proto) for kind in ("vega_lite_chart", "page_link", "badge") for block in app.get(kind)
    ]
    # A chart's rows travel apart from it, as Arrow.
    shown += [json.dumps(drawn(app), ensure_ascii=False, default=str)]
    return "\n".join(shown)


def asked(home: Path, sql: str) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = Marts(Settings(home=home)).query(sql, viewer=OPERATOR).to_pylist()
    return rows


def staff_pages() -> list[tuple[str, str]]:
    return [(name, page) for name, role in STAFF.items() for page in menu.pages_of(role)]


@pytest.mark.parametrize(("name", "page"), staff_pages())
@pytest.mark.parametrize("quarter", ["", "all"])
def test_every_page_of_a_role_opens_in_both_languages(
    open_as: Opener, name: str, page: str, quarter: str
) -> None:
    for lang in ("zh", "en"):
        app = open_as(name, page, lang=lang, interview="I000074", **({"quarter": quarter} if quarter else {}))
        assert not app.exception
        assert not app.error
        assert app.title[0].value


@pytest.mark.parametrize("name", ROLES)
def test_a_page_of_another_role_is_not_drawn_when_its_address_is_typed(open_as: Opener, name: str) -> None:
    closed = [page for page in menu.entries() if page not in menu.pages_of(ROLES[name])]
    assert closed
    for page in closed:
        app = open_as(name, page, interview="I000074")
        assert app.title[0].value in CLOSED
        assert not app.metric and not app.dataframe and not app.selectbox and not app.get("vega_lite_chart")


def test_a_head_sees_their_department_and_nothing_of_another(open_as: Opener, home: Path) -> None:
    own = asked(home, "select interview_id from interview_results where department_id = 'sales'")
    others = asked(
        home, "select interview_id, candidate_id from interview_results where department_id <> 'sales'"
    )
    app = open_as(HEAD, "results", quarter="all")
    listed = set(app.dataframe[0].value["id"])
    assert listed == {row["interview_id"] for row in own}
    assert list(app.selectbox(key="pick_department").options) == ["销售部"]
    for page in menu.pages_of("department_head"):
        shown = everything_on(open_as(HEAD, page, quarter="all"))
        assert not [row for row in others if row["interview_id"] in shown or row["candidate_id"] in shown], (
            page
        )


def test_a_link_to_a_person_of_another_department_leads_nowhere(open_as: Opener, home: Path) -> None:
    (other,) = asked(
        home,
        "select interview_id from interview_results where department_id = 'finance' order by all limit 1",
    )
    app = open_as(HEAD, "candidate", interview=other["interview_id"])
    nobody = open_as(HEAD, "candidate", interview="I999999")
    assert app.warning[0].value.replace(other["interview_id"], "I999999") == nobody.warning[0].value
    assert app.title[0].value == nobody.title[0].value


def test_a_link_to_another_department_falls_back_to_the_own_one(open_as: Opener) -> None:
    app = open_as(HEAD, "overview", department="finance")
    assert "销售部" in app.title[0].value
    assert "finance" in app.warning[0].value


def test_a_head_reads_the_same_figures_as_hr_for_that_department(open_as: Opener) -> None:
    for page in ("overview", "roles", "trend", "grades_and_pay"):
        own, of_hr = (open_as(name, page, department="sales", quarter="all") for name in (HEAD, "hr"))
        assert own.title[0].value == of_hr.title[0].value
        titles = [[metric.value for metric in app.metric][:4] for app in (own, of_hr)]
        assert titles[0] == titles[1]


def test_an_analyst_sees_no_name_and_no_pay(open_as: Opener, home: Path) -> None:
    names = {row["name"] for row in asked(home, "select distinct name from people.candidates")}
    paid = {
        str(int(row["offer_monthly_salary"]))
        for row in asked(home, "select distinct offer_monthly_salary from offers")
    }
    for page in menu.pages_of("analyst"):
        shown = everything_on(open_as(ANALYST, page, quarter="all", interview="I000074"))
        assert not [name for name in names if name in shown], page
        assert not [amount for amount in paid if f'"{amount}"' in shown or f": {amount}" in shown], page
    assert "pay" not in open_as(ANALYST, "results", quarter="all").dataframe[0].value.columns
    assert "pay" in open_as(HEAD, "results", quarter="all").dataframe[0].value.columns


def test_groups_that_are_too_small_are_marked(open_as: Opener) -> None:
    shown = sentences(open_as(ANALYST, "trend", quarter="all"))
    assert "组少于 5 人，不显示" in shown
    assert "组少于 5 人" not in sentences(open_as("hr", "trend", quarter="all"))


def test_a_grant_that_ends_takes_its_pages_along_at_once(open_as: Opener, home: Path) -> None:
    settings = Settings(home=home)
    app = open_as(HEAD, "results", quarter="all")
    assert app.dataframe
    grants.revoke(settings, HEAD, author="hr")
    try:
        after = app.run()
        assert after.title[0].value == "您还没有可查看的部门"
        assert not after.dataframe and not after.metric
    finally:
        grants.grant(settings, HEAD, "sales", author="hr")


def test_another_grant_shows_another_department(open_as: Opener, home: Path) -> None:
    settings = Settings(home=home)
    before = set(open_as(HEAD, "results", quarter="all").dataframe[0].value["id"])
    grants.grant(settings, HEAD, "finance", author="hr", until=dt.date.today() + dt.timedelta(days=2))
    try:
        app = open_as(HEAD, "results", quarter="all", department="finance")
        after = set(app.dataframe[0].value["id"])
    finally:
        grants.revoke(settings, HEAD, "finance", author="hr")
    assert after and not after & before


def test_the_menu_holds_the_pages_of_the_role_and_no_other() -> None:
    assert menu.pages_of("hr") == [name for name, entry in menu.entries().items() if "hr" in entry.roles]
    assert "grades_and_pay" not in menu.pages_of("analyst")
    assert set(menu.pages_of("candidate")) & set(menu.pages_of("department_head")) <= {"account"}
    assert json.dumps(menu.pages_of("nobody")) == "[]"


def test_filters_stand_beside_the_pages_that_follow_them_and_no_others(open_as: Opener) -> None:
    for page in menu.pages_of("hr"):
        app = open_as("hr", page, quarter="all", role="sales_rep")
        drawn = {box.key for box in app.sidebar.selectbox}
        wanted = {f"pick_{name}" for name in ("department", "role", "scenario", "quarter")}
        assert drawn == (wanted if menu.entries()[page].has_filters else set()), page
    assert not menu.entries()["sql"].has_filters and menu.entries()["overview"].has_filters


def test_the_overview_of_a_head_names_who_awaits_a_decision_in_their_department(
    open_as: Opener, home: Path
) -> None:
    sql = """
        select interview_id from interview_outcomes
        where outcome = 'open' and recommendation = 'advance' and department_id = 'sales'
        order by composite_score desc, interview_id
    """
    waiting = Marts(Settings(home=home)).query(sql, viewer=OPERATOR).num_rows
    app = open_as(HEAD, "overview", quarter="all")
    assert not app.exception
    said = sentences(app)
    assert waiting and f"显示 {min(waiting, 50)} 人，共 {waiting} 人" in said
    assert "批次进度" in said and "补充面试的要求与结果" in said
    assert "等待决定的人" not in sentences(open_as("hr", "overview", quarter="all"))
