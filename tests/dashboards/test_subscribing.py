"""My account: the address, and subscriptions made, changed, paused and ended."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.visitors import APP, SECONDS
from tests.dashboards.visitors import sentences as written
from tests.warehouse.mailing.local_server import LocalServer, text_of
from warehouse import account_admin, sessions
from warehouse.mailing import subscriptions
from warehouse.mailing.addresses import mailbox_of, set_address
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

Opener = Callable[..., AppTest]


def sentences(app: AppTest) -> str:
    return written(app).replace("\\", "")


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("subscribing")
    write_marts(home / "published", interviews=64)
    account_admin.add_user(Settings(home=home).ensure(), "ren", "hr", "an-invented-pass-phrase")
    return home


@pytest.fixture
def settings(published: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv(HOME_VARIABLE, str(published))
    found = Settings(home=published)
    set_address(found, "ren", "ren@acme.example", author="operator")
    for one in subscriptions.subscriptions_of(found, "ren"):
        subscriptions.remove(found, "ren", one.id)
    return found


@pytest.fixture
def opened(settings: Settings) -> Opener:
    def page(name: str, **url: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        app.session_state["session_token"] = sessions.open_session(settings, Viewer("ren", "hr"))
        app.query_params.update(url)
        app.switch_page(f"views/{name}.py").run()
        assert not app.exception and not app.error
        return app

    return page


def saving(app: AppTest, label: str) -> AppTest:
    buttons = [button for button in app.button if button.label == label]
    return buttons[-1].click().run()


def test_a_subscription_is_added_paused_resumed_and_ended(opened: Opener, settings: Settings) -> None:
    app = opened("account")
    assert "还没有订阅" in sentences(app)
    app.selectbox(key="subscribe_what").select("results")
    app.selectbox(key="rhythm_new").select("monthly")
    app.selectbox(key="day_new").select(5)
    app.selectbox(key="hour_new").select(9)
    app.button(key="subscribe_save").click().run()
    (one,) = subscriptions.subscriptions_of(settings, "ren")
    assert (one.page, one.rhythm, one.day, one.hour, one.language) == ("results", "monthly", 5, 9, "zh")
    assert "**面试结果** · 每月 5 日 9:00" in sentences(app) and "尚未发送" in sentences(app)
    app.button(key=f"pause_{one.id}").click().run()
    assert subscriptions.subscriptions_of(settings, "ren")[0].is_paused and "已暂停" in sentences(app)
    app.button(key=f"pause_{one.id}").click().run()
    again = subscriptions.subscriptions_of(settings, "ren")[0]
    assert not again.is_paused and again.made_at > one.made_at
    app.button(key=f"remove_{one.id}").click().run()
    assert subscriptions.subscriptions_of(settings, "ren") == []


def test_a_change_moves_the_next_mail(opened: Opener, settings: Settings) -> None:
    mailbox = mailbox_of(settings, "ren")
    assert mailbox is not None
    made = subscriptions.new_subscription("ren", mailbox.id, "view", "batches", "2026-01-01T00:00:00+00:00")
    subscriptions.add(settings, made)
    app = opened("account", lang="en")
    assert "Every Monday at 8:00" in sentences(app)
    app.selectbox(key=f"weekday_{made.id}").select(4)
    next(button for button in app.button if button.label == "Save").click().run()
    assert "Every Friday at 8:00" in sentences(app)


def test_why_nothing_was_sent_is_said(opened: Opener, settings: Settings) -> None:
    mailbox = mailbox_of(settings, "ren")
    assert mailbox is not None
    made = subscriptions.new_subscription("ren", mailbox.id, "view", "batches", "2026-01-01T00:00:00+00:00")
    subscriptions.add(settings, made)
    subscriptions.change(settings, "ren", made.id, state="no_grant")
    assert "部门授权已结束，未发送" in sentences(opened("account"))


def test_the_results_are_subscribed_to_with_their_filters_and_without_a_name(
    opened: Opener, settings: Settings
) -> None:
    app = opened("results", quarter="all", grade="SAB", search="I0000")
    app.button(key="subscribe_save_results_").click().run()
    (one,) = subscriptions.subscriptions_of(settings, "ren")
    assert dict(one.choices) == {"quarter": "all", "grade": "SAB"}
    assert "下次发送" in app.success[0].value


def test_an_address_is_confirmed_with_the_code_that_is_mailed_to_it(
    opened: Opener, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    with LocalServer() as server:
        monkeypatch.setattr("dashboards.mailbox.read_server", lambda _: server.settings)
        app = opened("account")
        field = next(one for one in app.text_input if one.label == "公司邮箱")
        field.input("stranger@example.org")
        saving(app, "发送确认码")
        assert "不在公司域名内" in app.error[0].value and server.taken == []
        next(one for one in app.text_input if one.label == "公司邮箱").input("ren.li@acme.example")
        saving(app, "发送确认码")
        (mail,) = server.taken
        found = re.search(r"\d{8}", text_of(mail))
        assert found is not None and mail["To"] == "ren.li@acme.example"
        next(one for one in app.text_input if one.label == "确认码").input(found[0])
        saving(app, "确认")
    mailbox = mailbox_of(settings, "ren")
    assert mailbox is not None and mailbox.address == "ren.li@acme.example"
    assert "邮件发到 re***@acme.example" in sentences(app)
