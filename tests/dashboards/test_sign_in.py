"""Nobody sees a page without having signed in."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pyotp
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.own_password import OWN, with_own_password
from tests.dashboards.visitors import APP, SECONDS, sentences
from warehouse import accounts, grants, second_factor
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer


@pytest.fixture
def stranger(marts_home: Path, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    """The app as somebody sees it who has not signed in."""
    monkeypatch.setenv(HOME_VARIABLE, str(marts_home))
    return AppTest.from_file(str(APP), default_timeout=SECONDS).run()


def try_to_sign_in(app: AppTest, password: str, user: str = "hr") -> AppTest:
    app.text_input[0].set_value(user)
    app.text_input[1].set_value(password)
    return app.button[0].click().run()


def test_without_a_session_there_is_only_the_form(stranger: AppTest) -> None:
    assert stranger.title[0].value == "登录"
    assert not stranger.metric
    assert not stranger.selectbox


def test_a_page_behind_a_deep_link_is_not_shown_either(
    marts_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(marts_home))
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    app.query_params["interview"] = "I000074"
    app.run()
    app.switch_page("views/candidate.py").run()
    assert app.title[0].value == "登录"
    assert not app.dataframe
    assert app.query_params["interview"] == "I000074"


def test_a_wrong_password_is_refused_in_words(stranger: AppTest, marts_home: Path) -> None:
    accounts.issue_one_time_password(Settings(home=marts_home))
    app = try_to_sign_in(stranger, "wrong-password")
    assert not app.exception
    assert "用户名或密码不对" in app.error[0].value
    assert app.title[0].value == "登录"


def choose(app: AppTest, new: str, again: str | None = None) -> AppTest:
    app.text_input[1].set_value(new)
    app.text_input[2].set_value(again if again is not None else new)
    return app.button[0].click().run()


def test_the_one_time_password_opens_nothing_but_the_choice_of_an_own_one(
    stranger: AppTest, marts_home: Path
) -> None:
    app = try_to_sign_in(stranger, accounts.issue_one_time_password(Settings(home=marts_home)))
    assert not app.exception
    assert app.title[0].value == "请设置您自己的密码"
    assert not app.metric and not app.selectbox
    app.switch_page("views/results.py").run()
    assert app.title[0].value == "请设置您自己的密码"
    assert not app.dataframe


@pytest.mark.parametrize(
    ("new", "again", "words"),
    [
        ("seven green lamps", "seven green lamp", "两次输入的新密码不一样"),
        ("too short", None, "新密码不到 12 个字符"),
        ("abcdefghijklmn", None, "新密码太好猜"),
    ],
)
def test_an_own_password_that_will_not_do_is_refused_in_words(
    stranger: AppTest, marts_home: Path, new: str, again: str | None, words: str
) -> None:
    app = try_to_sign_in(stranger, accounts.issue_one_time_password(Settings(home=marts_home)))
    app = choose(app, new, again)
    assert not app.exception
    assert words in app.error[0].value
    assert app.title[0].value == "请设置您自己的密码"


def test_the_one_time_password_is_refused_as_the_own_one(stranger: AppTest, marts_home: Path) -> None:
    password = accounts.issue_one_time_password(Settings(home=marts_home))
    app = choose(try_to_sign_in(stranger, password), password)
    assert "新密码和现在的一样" in app.error[0].value


def test_an_own_password_opens_the_pages(stranger: AppTest, marts_home: Path) -> None:
    settings = Settings(home=marts_home)
    app = choose(try_to_sign_in(stranger, accounts.issue_one_time_password(settings)), OWN)
    assert not app.exception
    assert app.metric
    assert "hr" in sentences(app)
    assert accounts.first_password(settings) is None


def test_with_a_second_factor_the_password_opens_nothing_before_the_code(
    stranger: AppTest, marts_home: Path
) -> None:
    settings = Settings(home=marts_home)
    own = with_own_password(settings)
    token = accounts.enter(settings, "hr", own)
    begun = second_factor.begin(Viewer("hr", "hr"))
    at = dt.datetime.now(dt.UTC)
    second_factor.confirm(settings, token, begun.secret, pyotp.TOTP(begun.secret).at(at), now=at)
    try:
        app = try_to_sign_in(stranger, own)
        assert app.title[0].value == "第二步：输入验证码"
        app.switch_page("views/results.py").run()
        assert app.title[0].value == "第二步：输入验证码"
        app.text_input[0].set_value("000000")
        app.button[0].click().run()
        assert "验证码不对" in app.error[0].value
        app.text_input[0].set_value(pyotp.TOTP(begun.secret).at(at + dt.timedelta(seconds=30)))
        app.button[0].click().run()
        assert not app.exception
        assert app.dataframe
    finally:
        grants.reset(settings, "hr")


def test_signing_out_ends_the_session_for_every_tab(stranger: AppTest, marts_home: Path) -> None:
    settings = Settings(home=marts_home)
    app = try_to_sign_in(stranger, with_own_password(settings))
    token = app.session_state["session_token"]
    app.button(key="sign_out").click().run()
    assert app.title[0].value == "登录"
    assert accounts.session(settings, token) is None


def test_a_new_one_time_password_ends_older_sessions(stranger: AppTest, marts_home: Path) -> None:
    app = try_to_sign_in(stranger, with_own_password(Settings(home=marts_home)))
    accounts.issue_one_time_password(Settings(home=marts_home))
    assert app.run().title[0].value == "登录"


@pytest.mark.parametrize(("lang", "words"), [("zh", "请在 15 分钟后再试"), ("en", "try again in 15 minutes")])
def test_a_lock_out_says_for_how_long_in_the_readers_language(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lang: str, words: str
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    accounts.issue_one_time_password(Settings(home=tmp_path))
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    app.query_params["lang"] = lang
    app.run()
    for _ in range(accounts.MAX_FAILURES + 1):
        app = try_to_sign_in(app, "wrong-password")
    assert words in app.error[0].value
    assert not app.exception


@pytest.mark.parametrize("role", ["visitor", "operator"])
@pytest.mark.parametrize("page", ["overview", "candidate", "rubrics", "health", "audit"])
def test_a_role_without_pages_is_told_so_and_shown_nothing(
    marts_home: Path, monkeypatch: pytest.MonkeyPatch, role: str, page: str
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(marts_home))
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    app.session_state["session_token"] = accounts.open_session(
        Settings(home=marts_home), Viewer("someone", role)
    )
    app.query_params["interview"] = "I000074"
    app.run()
    if page != "overview":
        app.switch_page(f"views/{page}.py").run()
    assert not app.exception
    assert app.title[0].value == "您的角色暂时没有可看的页面"
    assert not app.metric and not app.dataframe and not app.selectbox and not app.download_button
    app.button(key="sign_out").click().run()
    assert app.title[0].value == "登录"
