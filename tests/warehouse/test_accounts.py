from __future__ import annotations

import datetime as dt
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from argon2 import PasswordHasher

from warehouse import account_file, accounts
from warehouse.accounts import (
    end_session,
    issue_one_time_password,
    open_session,
    session,
    sign_in,
    viewer_named,
)
from warehouse.errors import ScorehouseError, SignInFailed, UsageError
from warehouse.settings import Settings
from warehouse.viewer import Viewer

NOON = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with the least of everything: these tests are about what is around it."""
    monkeypatch.setattr(
        accounts, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )


def after(**time: float) -> dt.datetime:
    return NOON + dt.timedelta(**time)


def fail(settings: Settings, times: int, user: str = "hr", now: dt.datetime = NOON) -> None:
    for _ in range(times):
        with pytest.raises(SignInFailed):
            sign_in(settings, user, "wrong", now=now)


def test_the_issued_password_signs_in_and_another_does_not(settings: Settings) -> None:
    password = issue_one_time_password(settings)
    assert sign_in(settings, "hr", password) == Viewer("hr", "hr")
    with pytest.raises(SignInFailed, match=r"^Name or password is wrong\.$"):
        sign_in(settings, "hr", password + "x")


def test_there_is_no_default_password(settings: Settings) -> None:
    for password in ("", "hr", "admin", "password"):
        with pytest.raises(SignInFailed):
            sign_in(settings, "hr", password)


def test_every_start_issues_another_password_and_ends_the_one_before(settings: Settings) -> None:
    first = issue_one_time_password(settings)
    second = issue_one_time_password(settings)
    assert first != second
    assert len(first) == 14
    with pytest.raises(SignInFailed):
        sign_in(settings, "hr", first)
    assert sign_in(settings, "hr", second).name == "hr"


def test_a_wrong_name_and_a_wrong_password_are_told_in_the_same_words(settings: Settings) -> None:
    password = issue_one_time_password(settings)
    sentences = set()
    for user, word in (("hr", "wrong"), ("nobody", password), ("", ""), ("hr\ud800", "\ud800")):
        with pytest.raises(SignInFailed) as caught:
            sign_in(settings, user, word)
        sentences.add(str(caught.value))
    assert sentences == {"Name or password is wrong."}


def test_five_failures_lock_out_for_fifteen_minutes_even_with_the_right_password(settings: Settings) -> None:
    password = issue_one_time_password(settings)
    fail(settings, 5)
    with pytest.raises(SignInFailed, match="try again in 15 minutes"):
        sign_in(settings, "hr", password, now=NOON)
    with pytest.raises(SignInFailed, match="try again in 1 minutes"):
        sign_in(settings, "hr", password, now=after(minutes=14, seconds=30))
    assert sign_in(settings, "hr", password, now=after(minutes=15)).role == "hr"


def test_four_failures_do_not_lock_and_a_success_starts_the_count_anew(settings: Settings) -> None:
    password = issue_one_time_password(settings)
    for _ in range(3):
        fail(settings, 4)
        assert sign_in(settings, "hr", password, now=NOON).name == "hr"


def test_after_a_lock_out_the_count_starts_anew(settings: Settings) -> None:
    password = issue_one_time_password(settings)
    fail(settings, 5)
    fail(settings, 4, now=after(minutes=16))
    assert sign_in(settings, "hr", password, now=after(minutes=16)).name == "hr"


def test_unknown_names_are_locked_out_together_and_not_the_known_one(settings: Settings) -> None:
    password = issue_one_time_password(settings)
    for number in range(5):
        fail(settings, 1, user=f"guess{number}")
    with pytest.raises(SignInFailed, match="Too many"):
        sign_in(settings, "another", "x", now=NOON)
    assert sign_in(settings, "hr", password, now=NOON).name == "hr"


def test_guesses_made_at_the_same_time_all_count(settings: Settings) -> None:
    issue_one_time_password(settings)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda _: fail(settings, 1), range(8)))
    with pytest.raises(SignInFailed, match="Too many"):
        sign_in(settings, "hr", "wrong", now=NOON)


def test_a_session_lasts_twelve_hours(settings: Settings) -> None:
    viewer = Viewer("hr", "hr")
    token = open_session(settings, viewer, now=NOON)
    for half_hours in range(24):
        assert session(settings, token, now=after(minutes=30 * half_hours)) == viewer
    assert session(settings, token, now=after(hours=11, minutes=59)) == viewer
    assert session(settings, token, now=after(hours=12)) is None


def test_a_session_that_nobody_uses_ends_after_an_hour(settings: Settings) -> None:
    token = open_session(settings, Viewer("hr", "hr"), now=NOON)
    assert session(settings, token, now=after(minutes=59)) is not None
    assert session(settings, token, now=after(minutes=118)) is not None
    assert session(settings, token, now=after(minutes=178)) is None
    assert session(settings, token, now=after(minutes=179)) is None


def test_signing_out_ends_this_session_only(settings: Settings) -> None:
    one = open_session(settings, Viewer("hr", "hr"))
    other = open_session(settings, Viewer("hr", "hr"))
    end_session(settings, one)
    end_session(settings, "unknown")
    assert session(settings, one) is None
    assert session(settings, other) == Viewer("hr", "hr")


def test_a_new_start_ends_every_session_and_every_lock_out(settings: Settings) -> None:
    issue_one_time_password(settings)
    token = open_session(settings, Viewer("hr", "hr"))
    fail(settings, 5)
    password = issue_one_time_password(settings)
    assert session(settings, token) is None
    assert sign_in(settings, "hr", password, now=NOON).name == "hr"


@pytest.mark.parametrize("token", ["", "x", "\ud800", "a" * 10_000])
def test_an_unknown_token_is_nobody(settings: Settings, token: str) -> None:
    assert session(settings, token) is None


def test_sessions_that_have_ended_are_forgotten(settings: Settings) -> None:
    open_session(settings, Viewer("hr", "hr"), now=NOON)
    open_session(settings, Viewer("hr", "hr"), now=after(hours=13))
    assert len(account_file.read(settings).sessions) == 1


def test_the_file_is_private_and_holds_neither_passwords_nor_tokens(settings: Settings) -> None:
    password = issue_one_time_password(settings)
    token = open_session(settings, sign_in(settings, "hr", password))
    path = settings.vault / "accounts.json"
    text = path.read_text(encoding="utf-8")
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert "$argon2id$" in text
    assert password not in text
    assert token not in text
    assert {path.name for path in settings.vault.iterdir()} == {"accounts.json", ".accounts.lock"}


def test_a_damaged_file_is_a_sentence(settings: Settings) -> None:
    (settings.vault / "accounts.json").write_text("{", encoding="utf-8")
    with pytest.raises(ScorehouseError, match=r"accounts\.json is damaged"):
        session(settings, "x")


def test_the_operator_can_ask_as_a_known_user_only(settings: Settings) -> None:
    assert viewer_named("hr", settings) == Viewer("hr", "hr")
    with pytest.raises(UsageError, match="no user 'someone': known are hr"):
        viewer_named("someone", settings)
