"""Passwords of one's own: when one is asked for, and what it must be like."""

from __future__ import annotations

import datetime as dt

import pytest
from argon2 import PasswordHasher

from warehouse import accounts, audit_log
from warehouse.account_file import path_of
from warehouse.accounts import (
    change_password,
    enter,
    first_password,
    issue_one_time_password,
    session,
    sign_in,
)
from warehouse.audit import log_file
from warehouse.errors import SignInFailed
from warehouse.grants import add_user, forget_candidate, reset
from warehouse.passwords import PasswordRefused, check_password
from warehouse.policy import policy
from warehouse.sessions import PASSWORD, signed_in
from warehouse.settings import Settings

NOON = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
OWN = "seven green lamps"
OTHER = "nine yellow chairs"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with the least of everything."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: hasher)


@pytest.fixture
def own(settings: Settings) -> Settings:
    """hr has chosen a password at noon."""
    token = enter(settings, "hr", issue_one_time_password(settings), now=NOON)
    change_password(settings, token, OWN, now=NOON)
    return settings


def needs(settings: Settings, token: str, moment: dt.datetime = NOON) -> tuple[str, ...]:
    found = signed_in(settings, token, now=moment)
    assert found is not None
    return found.needs


def test_a_one_time_password_opens_nothing_until_it_is_changed(settings: Settings) -> None:
    token = enter(settings, "hr", issue_one_time_password(settings), now=NOON)
    assert needs(settings, token) == (PASSWORD,)
    assert session(settings, token, now=NOON) is None
    change_password(settings, token, OWN, now=NOON)
    assert session(settings, token, now=NOON) is not None
    assert session(settings, enter(settings, "hr", OWN, now=NOON), now=NOON) is not None


def test_every_start_makes_a_new_one_until_there_is_an_own_password(settings: Settings) -> None:
    one, two = first_password(settings), first_password(settings)
    assert one is not None and two is not None and one != two
    token = enter(settings, "hr", two)
    change_password(settings, token, OWN)
    assert first_password(settings) is None
    assert session(settings, token) is not None, "a restart ends no session of an own password"
    assert sign_in(settings, "hr", OWN).role == "hr"


def test_after_a_reset_the_next_start_makes_one_again(own: Settings) -> None:
    reset(own, "hr")
    assert first_password(own) is not None


@pytest.mark.parametrize("role", ["analyst", "department_head", "hr"])
def test_a_password_that_somebody_else_chose_is_one_time_too(settings: Settings, role: str) -> None:
    add_user(settings, "ann", role, "given by the boss")
    assert needs(settings, enter(settings, "ann", "given by the boss", now=NOON)) == (PASSWORD,)
    given = reset(settings, "ann", now=NOON)
    assert needs(settings, enter(settings, "ann", given, now=NOON)) == (PASSWORD,)


def test_a_one_time_password_is_good_for_a_week(settings: Settings) -> None:
    add_user(settings, "ann", "analyst", "given by the boss")
    given = reset(settings, "ann", now=NOON)
    week = NOON + dt.timedelta(days=7)
    assert sign_in(settings, "ann", given, now=week - dt.timedelta(seconds=1)).name == "ann"
    with pytest.raises(SignInFailed, match="no longer good") as refused:
        sign_in(settings, "ann", given, now=week)
    assert refused.value.why == "expired"


def test_an_own_password_is_to_be_changed_after_the_days_of_the_policy(own: Settings) -> None:
    days = policy().sign_in.password_days
    due = NOON + dt.timedelta(days=days)
    before = due - dt.timedelta(seconds=1)
    assert needs(own, enter(own, "hr", OWN, now=before), before) == ()
    assert needs(own, enter(own, "hr", OWN, now=due), due) == (PASSWORD,)


def test_changing_it_later_needs_the_old_one_and_ends_the_other_sessions(own: Settings) -> None:
    token, other = enter(own, "hr", OWN, now=NOON), enter(own, "hr", OWN, now=NOON)
    with pytest.raises(SignInFailed):
        change_password(own, token, OTHER, now=NOON)
    with pytest.raises(SignInFailed):
        change_password(own, token, OTHER, old="wrong", now=NOON)
    change_password(own, token, OTHER, old=OWN, now=NOON)
    assert session(own, token, now=NOON) is not None
    assert session(own, other, now=NOON) is None
    with pytest.raises(SignInFailed):
        sign_in(own, "hr", OWN, now=NOON)


def test_guessing_the_old_password_in_a_session_locks_out(own: Settings) -> None:
    token = enter(own, "hr", OWN, now=NOON)
    for _ in range(5):
        with pytest.raises(SignInFailed):
            change_password(own, token, OTHER, old="wrong", now=NOON)
    with pytest.raises(SignInFailed, match="Too many"):
        change_password(own, token, OTHER, old=OWN, now=NOON)


def test_the_new_password_is_not_the_old_one(own: Settings) -> None:
    token = enter(own, "hr", OWN, now=NOON)
    with pytest.raises(PasswordRefused) as refused:
        change_password(own, token, OWN, old=OWN, now=NOON)
    assert refused.value.why == "old"


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("elevenchars", "short"),
        ("x" * 201, "long"),
        ("my name is Dora ok", "name"),
        ("123456789012", "easy"),
        ("zyxwvutsrqpon", "easy"),
        ("aaaaaaaaaaaaaa", "easy"),
        ("abcabcabcabcabc", "easy"),
        ("passwordpassword", "easy"),
        ("ab1ab2ab1ab2ab", "easy"),
    ],
)
def test_a_password_that_is_easy_to_guess_is_refused(password: str, why: str) -> None:
    with pytest.raises(PasswordRefused) as refused:
        check_password("dora", password)
    assert refused.value.why == why


@pytest.mark.parametrize("password", ["seven green lamps", "七盏绿灯在窗前亮了一整夜", "k2m9-x4pq-7hwz"])
def test_a_good_password_is_taken(password: str) -> None:
    check_password("dora", password)
    check_password("hr", f"{password} hr")


def test_one_password_has_one_spelling(settings: Settings) -> None:
    token = enter(settings, "hr", issue_one_time_password(settings))
    change_password(settings, token, "ｓｅｖｅｎ green café")
    assert sign_in(settings, "hr", "seven green cafe\u0301").name == "hr"


def test_a_mistyped_name_is_not_recorded_since_it_may_be_a_password(settings: Settings) -> None:
    with pytest.raises(SignInFailed):
        enter(settings, OWN, "hr")
    assert OWN not in log_file(settings).read_text("utf-8")
    (entry,) = audit_log.entries(settings)
    assert (entry.who, entry.action, entry.details["why"]) == ("unknown", "sign_in_failed", "wrong")


def test_an_erased_candidates_account_leaves_nothing(settings: Settings) -> None:
    add_user(settings, "zhangwei", "candidate", "a long password", candidate_id="C17")
    add_user(settings, "ann", "analyst", "a long password")
    token = accounts.open_session(settings, accounts.viewer_named("zhangwei", settings))
    assert forget_candidate(settings, "C17") == 1
    assert session(settings, token) is None
    text = path_of(settings).read_text("utf-8")
    assert "zhangwei" not in text and "C17" not in text and "ann" in text
    assert forget_candidate(settings, "C17") == 0
