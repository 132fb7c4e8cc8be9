"""Which language a reader gets: the address, else the account's, else the browser's."""

from __future__ import annotations

from pathlib import Path

import pytest
import streamlit as st

from dashboards import choices
from tests.dashboards.visitors import Visitor
from warehouse import account_admin, account_language
from warehouse.settings import Settings


@pytest.mark.parametrize(
    ("spoken", "expected"),
    [("en-US", "en"), ("EN", "en"), ("zh-CN", "zh"), ("zh-Hant-TW", "zh"), ("fr-FR", "zh"), (None, "zh")],
)
def test_the_browser_is_followed_where_its_language_is_spoken(
    monkeypatch: pytest.MonkeyPatch, spoken: str | None, expected: str
) -> None:
    monkeypatch.setattr(type(st.context), "locale", property(lambda _: spoken))
    assert choices.language_of_browser() == expected


def test_an_account_keeps_its_language_until_it_is_closed(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path).ensure()
    account_admin.add_user(settings, "ana", "analyst", "an-invented-pass-phrase")
    assert account_language.language_of(settings, "ana") == ""
    account_language.keep_language(settings, "ana", "en")
    account_language.keep_language(settings, "nobody", "en")
    assert account_language.language_of(settings, "ana") == "en"
    assert account_language.language_of(settings, "nobody") == ""
    account_admin.close_account(settings, "ana", author="operator")
    assert account_language.language_of(settings, "ana") == ""


def test_the_address_wins_over_the_account(
    visit: Visitor, marts_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(account_language, "language_of", lambda *_: "en")
    assert "averages" in visit(marts_home).title[0].value
    assert "平均" in visit(marts_home, lang="zh").title[0].value


def test_a_link_in_another_language_does_not_change_the_account_and_the_switch_does(
    visit: Visitor, marts_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept: list[tuple[str, str]] = []
    monkeypatch.setattr(
        account_language, "keep_language", lambda _, user, language: kept.append((user, language))
    )
    app = visit(marts_home, lang="en")
    assert kept == []
    switch = next(group for group in app.get("button_group") if group.key == "pick_lang")
    switch.set_value("zh").run()
    assert "平均" in app.title[0].value
    assert kept == [("hr", "zh")]
