"""State and addresses that somebody forged, and rights that end between two clicks: nothing more is shown."""

from __future__ import annotations

import datetime as dt
import random
import shutil
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import access, ask, menu, sql_job
from tests.dashboards.test_pages_by_role import everything_on
from tests.dashboards.visitors import APP, SECONDS
from warehouse import account_admin, accounts, grants, sessions
from warehouse.account_file import editing
from warehouse.errors import ScorehouseError
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import OPERATOR, Viewer

CANDIDATE, OWN = "P000074", "I000074"
NAMES = {"hr": "hana", "department_head": "head", "analyst": "ana", "candidate": "somebody"}
PASSWORD = "an-invented-pass-phrase"
BOTH = "select interview_id, department_id from interview_results order by all"


class Visits:
    """Tabs of accounts of one home, and the files that their buttons would make."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        self.files: dict[str, Callable[[], bytes]] = {}

    def tab(
        self, role: str, page: str, forged: Mapping[str, object] = MappingProxyType({}), **url: Any
    ) -> AppTest:
        token = sessions.open_session(self.settings, Viewer(NAMES[role], role))
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        # The form comes first, which is cheap: a tab has to have been drawn before it goes to a page.
        app.run()
        for key, value in {"session_token": token, **forged}.items():
            app.session_state[key] = value
        app.query_params.update(url)
        return app.switch_page(f"views/{page}.py").run()

    def column(self, sql: str) -> list[str]:
        found: list[str] = ask.marts(str(self.settings.home)).query(sql, viewer=OPERATOR)[0].to_pylist()
        return found

    def foreign(self, role: str) -> set[str]:
        """What this role sees on no page."""
        if role == "analyst":
            return set(self.column("select distinct name from people.candidates"))
        own = "department_id = 'sales'" if role == "department_head" else f"candidate_id = '{CANDIDATE}'"
        return set(self.column(f"select interview_id from interview_results where not ({own})"))

    def role_becomes(self, name: str, role: str) -> None:
        with editing(self.settings) as open_file:
            open_file.users[name]["role"] = role


@pytest.fixture(scope="module")
def untouched(marts_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Accounts of every role over the marts that all page tests share; passwords are hashed once."""
    home = tmp_path_factory.mktemp("accounts")
    (home / "published").symlink_to(marts_home / "published")
    settings = Settings(home=home)
    for role, name in NAMES.items():
        person = CANDIDATE if role == "candidate" else None
        account_admin.add_user(settings, name, role, PASSWORD, candidate_id=person)
    grants.grant(settings, "head", "sales", author="hana")
    return home


@pytest.fixture
def visits(untouched: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Visits]:
    """A copy of that home for each test, since these tests change it."""
    home = tmp_path / "home"
    shutil.copytree(untouched, home, symlinks=True)
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    made = Visits(home)

    def button(label: str, data: Any, **given: Any) -> bool:
        made.files[given.get("key") or label] = data
        return False

    monkeypatch.setattr(st, "download_button", button)
    yield made
    ask.marts(str(home)).close()
    ask.marts.cache_clear()
    sql_job.sandbox.cache_clear()


def is_outside(app: AppTest) -> bool:
    """The sign-in form and nothing of any page."""
    return bool(app.text_input) and not (app.dataframe or app.metric or app.get("vega_lite_chart"))


def test_no_forged_token_opens_a_page(visits: Visits) -> None:
    real = sessions.open_session(visits.settings, Viewer("hana", "hr"))
    forged: list[object] = [
        real[:-1],
        real + "=",
        real.swapcase(),
        f" {real}",
        sessions.fingerprint(real),
        "x" * 100_000,
        "\u202e" + real,
        "\ud800",
        "../../accounts.json",
        Viewer("hana", "hr", True),
        {"user": "hana", "role": "hr"},
        [real],
        real.encode(),
        True,
    ]
    for token in forged:
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        app.session_state["session_token"] = token
        app.session_state["reader_of_tab"] = ("hana", "hr")
        app.query_params.update({"interview": OWN})
        assert is_outside(app.run()), token


Ending = Callable[[Visits, str], object]
ENDINGS: dict[str, Ending] = {
    "signed out elsewhere": lambda at, token: accounts.end_session(at.settings, token),
    "another password": lambda at, _: account_admin.reset(at.settings, "head", author="hana"),
    "account closed": lambda at, _: account_admin.close_account(at.settings, "head", author="hana"),
    "unused for too long": lambda at, token: _set_back(at, token),
    "another role": lambda at, _: at.role_becomes("head", "candidate"),
    "grant ended": lambda at, _: grants.revoke(at.settings, "head", author="hana"),
    "other grants": lambda at, _: (
        grants.grant(at.settings, "head", "finance", author="hana"),
        grants.revoke(at.settings, "head", "sales", author="hana"),
    ),
}


def _set_back(visits: Visits, token: str) -> None:
    with editing(visits.settings) as open_file:
        entry = open_file.sessions[sessions.fingerprint(token)]
        entry["seen_at"] = (dt.datetime.now(dt.UTC) - dt.timedelta(hours=3)).isoformat()


@pytest.mark.parametrize("ending", ENDINGS)
def test_what_ends_between_two_clicks_makes_no_file_any_more(visits: Visits, ending: str) -> None:
    head = Viewer("head", "department_head")
    token = sessions.open_session(visits.settings, head)
    drawn_for = ask.Questions(visits.settings, head, {})
    assert access.still_reads(visits.settings, token, drawn_for) == head
    ENDINGS[ending](visits, token)
    with pytest.raises(ScorehouseError):
        access.still_reads(visits.settings, token, drawn_for)


def test_a_grant_that_ends_takes_page_and_files_along(visits: Visits) -> None:
    app = visits.tab("department_head", "results", quarter="all", top10="1")
    sales = set(visits.column("select interview_id from interview_results where department_id = 'sales'"))
    assert set(app.dataframe[0].value["id"]) <= sales
    app.button(key="reports_make").click().run()
    assert "reports_save" in visits.files and any(key.startswith("download_xlsx") for key in visits.files)
    assert all(made() for made in visits.files.values())
    grants.revoke(visits.settings, "head", author="hana")
    for made in list(visits.files.values()):
        with pytest.raises(ScorehouseError):
            made()
    after = everything_on(app.run())
    assert not {one for one in sales if one in after}


def test_a_report_of_one_is_not_made_for_a_grant_that_has_ended(visits: Visits) -> None:
    (interview, *_) = visits.column(
        "select interview_id from interview_results where department_id = 'sales' and status = 'scored'"
    )
    visits.tab("department_head", "candidate", interview=interview)
    assert visits.files["report_pdf"]().startswith(b"%PDF")
    grants.revoke(visits.settings, "head", author="hana")
    with pytest.raises(ScorehouseError):
        visits.files["report_pdf"]()


def test_the_audit_log_is_for_who_is_hr_when_the_button_is_pressed(visits: Visits) -> None:
    visits.tab("hr", "audit")
    (made,) = visits.files.values()
    assert b"hana" in made()
    visits.role_becomes("hana", "analyst")
    with pytest.raises(ScorehouseError):
        made()


def test_an_answer_of_the_sql_page_goes_with_the_grant_and_with_the_role(visits: Visits) -> None:
    grants.grant(visits.settings, "head", "finance", author="hana")
    app = visits.tab("department_head", "sql", query=BOTH)
    next(button for button in app.button if button.label == "运行").click().run()
    assert set(app.dataframe[-1].value["department_id"]) == {"sales", "finance"}
    grants.revoke(visits.settings, "head", "finance", author="hana")
    app.run()
    assert set(app.dataframe[-1].value["department_id"]) == {"sales"}
    visits.role_becomes("head", "analyst")
    app.run()
    assert not [one for one in app.dataframe if "department_id" in one.value.columns]
    assert "sql_job" not in app.session_state


def test_who_signs_in_next_in_a_tab_finds_nothing_of_who_was_there(visits: Visits) -> None:
    app = visits.tab("hr", "sql", query="select name from people.candidates")
    next(button for button in app.button if button.label == "运行").click().run()
    (secret,) = visits.column("select max(name) from people.candidates")
    assert secret in everything_on(app)
    theirs = {"enrolment": "THEIRS", "recovery_codes": ["THEIRS"], "reports_ready": ("", b"THEIRS")}
    for key, value in theirs.items():
        app.session_state[key] = value
    app.session_state["session_token"] = sessions.open_session(visits.settings, Viewer("ana", "analyst"))
    app.run()
    assert not [key for key in (*theirs, "sql_job") if key in app.session_state]
    assert secret not in everything_on(app)


def test_forged_choices_open_no_other_department(visits: Visits) -> None:
    others = visits.foreign("department_head")
    wanted = {"department": "finance", "role": "accountant", "quarter": "all"}
    people = {"interview": min(others), "compare": min(others)}
    picked = {f"pick_{name}": "finance" for name in ("department", "role", "scenario", "quarter")}
    for page in ("results", "candidate", "compare", "batches"):
        forged = {"choices": wanted | people, **picked, "report_texts": True}
        app = visits.tab("department_head", page, forged)
        assert not app.exception
        shown = everything_on(app).replace(min(others), "")
        assert not {one for one in others if one in shown}, page


@pytest.mark.parametrize("page", ["compare", "batches", "requisitions", "internal"])
def test_unknown_and_not_yours_is_one_sentence(visits: Visits, page: str) -> None:
    """Whatever stands in an address: nobody learns from the page whether it exists elsewhere."""
    foreign = {
        "compare": ("compare", "select min(interview_id) from interview_results"),
        "batches": ("batch", "select min(batch_id) from batch_progress"),
        "requisitions": ("requisition", "select min(requisition_id) from requisition_shortlists"),
        "internal": ("case", "select min(interview_id) from interview_results"),
    }
    name, sql = foreign[page]
    own = {
        "batches": "batch_id not in (select batch_id from batch_progress where department_id = 'sales')",
        "requisitions": "department_id <> 'sales'",
    }
    others = own.get(page, "department_id <> 'sales'")
    (there,) = visits.column(f"{sql} where {others}")
    assert there
    nowhere = there[:-3] + "zzz"
    tabs = [
        visits.tab("department_head", page, {}, **{"quarter": "all", name: one}) for one in (there, nowhere)
    ]
    shown = [everything_on(tab).replace(one, "…") for tab, one in zip(tabs, (there, nowhere), strict=True)]
    assert shown[0] == shown[1]


@pytest.mark.parametrize("role", NAMES)
def test_no_odd_address_breaks_a_page_or_shows_more(visits: Visits, role: str) -> None:
    odd = ["I" * 100_000, "\u202eI999999\u202c", "'); drop table x; --", "\x00", "1e309", "[]", "9999-99-99"]
    hidden = set() if role == "hr" else visits.foreign(role)
    names = ("interview", "compare", "batch", "requisition", "question", "case", "duty", "since", "until")
    draw = random.Random(f"odd addresses of {role}")
    for page in draw.sample(menu.pages_of(role), 3 if role != "candidate" else 2):
        value = draw.choice(odd)
        app = visits.tab(role, page, {}, **dict.fromkeys((*names, "view", "quarter", "department"), value))
        assert not app.exception and not [e for e in app.error if "出错" in e.value], (page, value)
        shown = everything_on(app).replace(value, "")
        assert not {one for one in hidden if one in shown}, page
    twice = visits.tab(role, menu.first_page(role), interview=[min(hidden or {OWN}), OWN], lang=["zh", "en"])
    assert not twice.exception


def test_a_grant_made_while_a_page_is_drawn_is_not_remembered_under_the_one_before(
    visits: Visits, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = Viewer("head", "department_head")
    before = ask.Questions(visits.settings, head, {})
    grants.grant(visits.settings, "head", "finance", author="hana")
    monkeypatch.setattr(ask, "sql_of", lambda name: BOTH)
    with pytest.raises(ask.PublishedMeanwhileError):
        before.table("anything")
    grants.revoke(visits.settings, "head", "finance", author="hana")
    again = ask.Questions(visits.settings, head, {}).rows("anything")
    assert {row["department_id"] for row in again} == {"sales"}


def test_an_answer_is_remembered_for_one_role_of_a_name(visits: Visits) -> None:
    sql = "select count(name) as n from people.candidates"
    seen = []
    for role in ("hr", "analyst"):
        visits.role_becomes("hana", role)
        asked = ask.Questions(visits.settings, Viewer("hana", role), {})
        seen.append(ask._answer(asked.version, asked._home, asked._reader, sql, ()).to_pylist()[0]["n"])
    assert seen[0] > 0 and not seen[1]
