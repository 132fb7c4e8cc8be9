"""A mail says what the page of its recipient says, and nothing that stays in the house."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import duckdb
import pytest
from python_calamine import CalamineWorkbook
from streamlit.testing.v1 import AppTest

from dashboards import menu
from dashboards.mailed import write
from dashboards.page_tables import TABLES
from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.visitors import APP, SECONDS, sentences
from tests.warehouse.mailing.local_server import LocalServer, text_of
from warehouse import account_admin, grants, saved_views, sessions
from warehouse.mailing.addresses import mailbox_of, set_address
from warehouse.mailing.letters import Letter, WithheldError
from warehouse.mailing.sending import send_due
from warehouse.mailing.server import MailServer
from warehouse.mailing.subscriptions import (
    Subscription,
    add,
    all_subscriptions,
    new_subscription,
)
from warehouse.policy import policy
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

PASSWORD = "an-invented-pass-phrase"
NOW = dt.datetime.now(dt.UTC)
SERVER = MailServer(host="127.0.0.1", security="none", sender="s@acme.example", url="https://hr.acme.example")
ACCOUNTS = {"ren": "hr", "head": "department_head", "ana": "analyst"}
Grid = list[list[Any]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("mailed")
    write_marts(home / "published")
    settings = Settings(home=home).ensure()
    for name, role in ACCOUNTS.items():
        account_admin.add_user(settings, name, role, PASSWORD)
        set_address(settings, name, f"{name}@acme.example", author="operator")
    grants.grant(settings, "head", "sales", author="hr")
    return home


@pytest.fixture
def settings(home: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv(HOME_VARIABLE, str(home))
    return Settings(home=home)


@pytest.fixture
def page_of(settings: Settings) -> Callable[..., AppTest]:
    def opened(name: str, page: str, **url: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        app.session_state["session_token"] = sessions.open_session(settings, Viewer(name, ACCOUNTS[name]))
        app.query_params.update(url)
        app.switch_page(f"views/{page}.py").run()
        assert not app.exception and not app.error
        return app

    return opened


def subscription(settings: Settings, who: str, page: str, **more: Any) -> Subscription:
    mailbox = mailbox_of(settings, who)
    assert mailbox is not None
    kind = more.pop("kind", "view")
    return new_subscription(who, mailbox.id, kind, page, (NOW - dt.timedelta(days=9)).isoformat(), **more)


def letter(settings: Settings, who: str, page: str, **more: Any) -> Letter:
    one = subscription(settings, who, page, **more)
    return write(settings, Viewer(who, ACCOUNTS[who]), one, SERVER, NOW)


def grid(content: bytes) -> Grid:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()


def column(rows: Grid, header: str) -> list[Any]:
    place = rows[0].index(header)
    return [row[place] for row in rows[1:]]


OPEN = [(page, name) for page in TABLES for name, role in ACCOUNTS.items() if menu.is_for(role, page)]


@pytest.mark.parametrize(("page", "name"), OPEN)
def test_the_subject_is_the_title_that_the_recipient_s_page_has(
    settings: Settings, page_of: Callable[..., AppTest], name: str, page: str
) -> None:
    language = {"ren": "zh", "head": "en", "ana": "zh"}[name]
    url = {} if language == "zh" else {"lang": language}
    shown = page_of(name, page, **url).title[0].value
    assert letter(settings, name, page, language=language).subject == shown.replace("\\", "")


@pytest.mark.parametrize("name", ACCOUNTS)
def test_the_cells_are_those_of_the_recipient_s_page(
    settings: Settings, page_of: Callable[..., AppTest], name: str
) -> None:
    found = letter(settings, name, "results", choices={"quarter": "all", "grade": "SA"})
    rows = grid(found.file)
    shown = page_of(name, "results", quarter="all", grade="SA").dataframe[0].value
    assert column(rows, "面试编号") == list(shown["id"])
    assert column(rows, "等级") == list(shown["grade"])
    assert [round(score, 1) for score in column(rows, "综合分")] == pytest.approx(
        list(shown["score"]), abs=0.11
    )
    assert found.rows == len(rows) - 1 > 10


def test_names_pay_and_feedback_stay_in_the_house(settings: Settings, home: Path) -> None:
    found = letter(settings, "ren", "results", choices={"quarter": "all"})
    headers = grid(found.file)[0]
    assert not {"姓名", "薪酬带下限", "薪酬带上限"} & set(headers)
    assert "姓名" in found.text and "登录后" in found.text
    with duckdb.connect(str(home / "published" / "marts_fixture.duckdb"), read_only=True) as connection:
        names = {name for (name,) in connection.execute("select name from people.candidates").fetchall()}
    told = found.text + str(grid(found.file))
    assert not [name for name in names if name in told]
    assert "体验评分" not in grid(letter(settings, "ren", "batches").file)[0]


def test_what_the_policy_opens_is_mailed(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    opened = policy().mail.model_copy(update={"classes": ("public", "review", "personal", "own")})
    changed = policy().model_copy(update={"mail": opened})
    monkeypatch.setattr("dashboards.page_tables.policy", lambda: changed)
    assert "姓名" in grid(letter(settings, "head", "results").file)[0]
    # An analyst sees no names on pages: none in mail, whatever the policy of mail says.
    assert "姓名" not in grid(letter(settings, "ana", "results").file)[0]


def test_a_head_gets_nothing_of_another_department(settings: Settings, home: Path) -> None:
    with duckdb.connect(str(home / "published" / "marts_fixture.duckdb"), read_only=True) as connection:
        ids = connection.execute(
            "select interview_id, candidate_id from marts.interview_results where department_id <> 'sales'"
        ).fetchall()
    for page in [page for page, name in OPEN if name == "head"]:
        found = letter(settings, "head", page, choices={"quarter": "all"})
        cells = {str(cell) for row in grid(found.file) for cell in row} | set(re.findall(r"\w+", found.text))
        assert not [one for pair in ids for one in pair if one in cells], page


def test_a_view_of_a_department_whose_grant_has_ended_is_withheld(settings: Settings) -> None:
    with pytest.raises(WithheldError) as withheld:
        letter(settings, "head", "results", choices={"department": "finance"})
    assert withheld.value.why == "no_grant"


def test_small_groups_are_as_empty_in_the_mail_as_on_the_page(
    settings: Settings, page_of: Callable[..., AppTest]
) -> None:
    chosen = {"quarter": "all"}
    everything = grid(letter(settings, "ren", "batches", choices=chosen).file)
    shown = grid(letter(settings, "ana", "batches", choices=chosen).file)
    assert min(column(everything, "受邀")) < policy().fewest_people <= min(column(shown, "受邀"))
    hidden = len(everything) - len(shown)
    assert f"另有 {hidden} 组少于" in sentences(page_of("ana", "batches", quarter="all"))


def test_alerts_are_told_to_whom_they_concern_and_only_when_they_change(
    settings: Settings, home: Path, page_of: Callable[..., AppTest]
) -> None:
    all_of_them = letter(settings, "ren", "overview", kind="alerts")
    of_head = letter(settings, "head", "overview", kind="alerts")
    assert all_of_them.subject == "2 条预警需要处理" and "已逾期 2 天" in all_of_them.text
    assert of_head.subject == "1 条预警需要处理" and "逾期" not in of_head.text
    assert "参与率为 50%，低于 60%" in of_head.text
    assert "https://hr.acme.example/batches?batch=" in of_head.text
    assert of_head.digest != all_of_them.digest
    assert of_head.digest == letter(settings, "head", "overview", kind="alerts", language="en").digest
    overview = sentences(page_of("head", "overview"))
    assert "参与率为 50%" in overview and "已逾期 2 天" not in overview


def test_a_saved_view_is_mailed_as_it_is_now_and_says_when_it_is_gone(settings: Settings) -> None:
    viewer = Viewer("ren", "hr")
    view = saved_views.save(settings, viewer, "最好的", "results", {"quarter": "all", "grade": "S"})
    kept = {"view": view.id, "name": view.name}
    assert set(column(grid(letter(settings, "ren", "results", **kept).file), "等级")) == {"S"}
    saved_views.save(settings, viewer, "最好的", "results", {"quarter": "all", "grade": "B"})
    assert set(column(grid(letter(settings, "ren", "results", **kept).file), "等级")) == {"B"}
    saved_views.remove(settings, viewer, view.id)
    with pytest.raises(WithheldError) as withheld:
        letter(settings, "ren", "results", **kept)
    assert withheld.value.why == "view"


def test_the_mail_that_arrives_holds_the_file_and_no_secret(settings: Settings) -> None:
    with LocalServer() as server:
        server.manner.user, server.manner.password = "scorehouse", "geheim-4711"
        one = add(
            settings, subscription(settings, "head", "results", rhythm="daily", choices={"quarter": "all"})
        )
        add(settings, subscription(settings, "ana", "overview", kind="alerts"))
        assert {outcome.state for outcome in send_due(settings, server.settings, write)} == {"sent"}
        assert send_due(settings, server.settings, write) == []
        mail: EmailMessage = next(mail for mail in server.taken if mail["To"] == "head@acme.example")
        (file,) = mail.iter_attachments()
        content = file.get_payload(decode=True)
        assert isinstance(content, bytes) and len(grid(content)) > 50
        assert text_of(mail).splitlines()[0] == mail["Subject"]
        assert "geheim-4711" not in str(server.taken) + mail.as_string()
        # The same alerts after another publish: nothing new, nothing sent.
        write_marts(settings.published, run="second")
        assert [outcome.state for outcome in send_due(settings, server.settings, write)] == ["unchanged"]
        assert len(server.taken) == 2
    assert next(kept for kept in all_subscriptions(settings) if kept.id == one.id).state == "sent"


def test_a_page_that_is_not_open_to_the_recipient_is_withheld(settings: Settings) -> None:
    closed = [(p, n) for p in TABLES for n in ACCOUNTS if (p, n) not in OPEN]
    assert closed == [("questions", "head")]
    with pytest.raises(WithheldError) as withheld:
        letter(settings, "head", "questions")
    assert withheld.value.why == "page"


def test_a_total_that_is_hidden_is_not_a_zero(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_marts(tmp_path / "published")
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update marts.batch_progress set invited_n = 3, completed_n = 3 where role_id = 'sales_rep'"
        )
    small = replace(settings, home=tmp_path)
    account_admin.add_user(small.ensure(), "ana", "analyst", PASSWORD)
    set_address(small, "ana", "ana@acme.example", author="operator")
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    text = letter(small, "ana", "batches", choices={"role": "sales_rep", "quarter": "all"}).text
    assert re.search(r"受邀\s+少于 5 人", text) and not re.search(r"受邀\s+0", text)
