"""Accounts, and grants that begin and end."""

from __future__ import annotations

import datetime as dt

import pytest
from argon2 import PasswordHasher

from warehouse import accounts
from warehouse.account_admin import forget_person
from warehouse.account_file import path_of, read
from warehouse.accounts import open_session, session, sign_in, viewer_named
from warehouse.errors import QueryRefusedError, SignInFailed, UsageError
from warehouse.grants import add_user, close_account, grant, link, reset, revoke, scope_of, users
from warehouse.settings import Settings
from warehouse.viewer import Scope, Viewer

NOON = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
HEAD = Viewer("dora", "department_head")
PASSWORD = "a long password"


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with the least of everything."""
    monkeypatch.setattr(
        accounts, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    )


@pytest.fixture
def head(settings: Settings) -> Settings:
    """A home with a department head who has no grant yet."""
    add_user(settings, HEAD.name, HEAD.role, PASSWORD)
    return settings


def sees(settings: Settings, **later: float) -> set[str]:
    return set(scope_of(settings, HEAD, now=NOON + dt.timedelta(**later)).departments)


def test_an_account_signs_in_with_its_role(head: Settings) -> None:
    assert sign_in(head, "dora", PASSWORD) == HEAD
    assert viewer_named("dora", head) == HEAD


def test_without_a_grant_a_head_sees_no_department(head: Settings) -> None:
    assert sees(head) == set()


def test_a_grant_holds_from_when_it_is_made(head: Settings) -> None:
    grant(head, "dora", "sales", author="hr", now=NOON)
    assert sees(head, seconds=-1) == set()
    assert sees(head) == {"sales"}
    assert sees(head, days=10_000) == {"sales"}


def test_a_grant_ends_with_the_local_day_that_it_names(head: Settings) -> None:
    grant(head, "dora", "sales", author="hr", until=dt.date(2026, 10, 1), now=NOON)
    # Midnight in Shanghai is 16:00 UTC.
    assert sees(head, hours=3, minutes=59) == {"sales"}
    assert sees(head, hours=4) == set()


def test_a_grant_may_begin_on_a_day_to_come(head: Settings) -> None:
    grant(head, "dora", "sales", author="hr", since=dt.date(2026, 10, 3), now=NOON)
    # The 3rd begins in Shanghai at 16:00 UTC of the 2nd.
    assert sees(head, days=1, hours=3, minutes=59) == set()
    assert sees(head, days=1, hours=4) == {"sales"}


def test_a_grant_to_come_takes_over_from_the_one_that_holds_and_is_revoked_with_it(head: Settings) -> None:
    grant(head, "dora", "sales", author="hr", now=NOON)
    later = dt.date(2026, 10, 3)
    grant(head, "dora", "sales", author="hr", since=later, until=later, now=NOON + dt.timedelta(hours=1))
    assert sees(head, hours=2) == sees(head, days=1, hours=4) == {"sales"}
    assert sees(head, days=2, hours=4) == set()
    ended = revoke(head, "dora", author="operator", now=NOON + dt.timedelta(hours=3))
    assert len(ended) == 2
    assert sees(head, hours=4) == sees(head, days=1, hours=4) == set()


def test_a_day_of_the_past_is_no_start_before_now(head: Settings) -> None:
    grant(head, "dora", "sales", author="hr", since=dt.date(2026, 9, 1), now=NOON)
    assert (sees(head, seconds=-1), sees(head)) == (set(), {"sales"})


def test_an_end_before_the_start_is_refused(head: Settings) -> None:
    with pytest.raises(UsageError, match="2026-10-04 is before 2026-10-05"):
        grant(
            head,
            "dora",
            "sales",
            author="hr",
            since=dt.date(2026, 10, 5),
            until=dt.date(2026, 10, 4),
            now=NOON,
        )
    assert read(head).grants == []


def test_revoking_ends_a_grant_at_once_and_keeps_it_on_record(head: Settings) -> None:
    grant(head, "dora", "sales", author="hr", now=NOON)
    grant(head, "dora", "product", author="hr", now=NOON)
    revoke(head, "dora", "sales", author="operator", now=NOON + dt.timedelta(hours=1))
    assert sees(head, minutes=59) == {"sales", "product"}
    assert sees(head, hours=1) == {"product"}
    (dora,) = [account for account in users(head) if account.name == "dora"]
    ended = dora.grants[0]
    assert (ended.author, ended.revoked_by, ended.department_id) == ("hr", "operator", "sales")
    revoke(head, "dora", author="operator", now=NOON + dt.timedelta(hours=2))
    assert sees(head, hours=2) == set()
    with pytest.raises(UsageError, match="no grant that still holds"):
        revoke(head, "dora", author="operator", now=NOON + dt.timedelta(hours=3))


def test_a_second_grant_takes_the_place_of_the_first(head: Settings) -> None:
    grant(head, "dora", "sales", author="hr", now=NOON)
    grant(head, "dora", "sales", author="hr", until=dt.date(2026, 10, 2), now=NOON + dt.timedelta(hours=1))
    assert sees(head, hours=2) == {"sales"}
    assert sees(head, days=3) == set()
    assert len({written["grant_id"] for written in read(head).grants}) == 2


@pytest.mark.parametrize(
    ("name", "department", "until", "words"),
    [
        ("nobody", "sales", None, "no user 'nobody'"),
        ("ann", "sales", None, "ann is analyst"),
        ("dora", "  ", None, "Name the department"),
        ("dora", "sales", dt.date(2026, 9, 30), "2026-09-30 is over"),
        ("dora", "sales", dt.date(9999, 12, 31), "9999-12-31 is no day for a grant"),
    ],
)
def test_a_grant_that_cannot_be_is_refused(
    head: Settings, name: str, department: str, until: dt.date | None, words: str
) -> None:
    add_user(head, "ann", "analyst", PASSWORD)
    with pytest.raises(UsageError, match=words):
        grant(head, name, department, author="hr", until=until, now=NOON)
    assert read(head).grants == []


@pytest.mark.parametrize(
    ("name", "role", "password", "candidate", "words"),
    [
        ("dora", "analyst", PASSWORD, None, "a user 'dora' already"),
        ("hr", "analyst", PASSWORD, None, "a user 'hr' already"),
        ("operator", "hr", PASSWORD, None, "choose another name"),
        ("a b", "hr", PASSWORD, None, "no spaces"),
        ("", "hr", PASSWORD, None, "1 to 64 characters"),
        ("x", "operator", PASSWORD, None, "no role 'operator'"),
        ("x", "boss", PASSWORD, None, "choose one of hr, department_head, analyst, candidate"),
        ("x", "hr", "short", None, "shorter than 12"),
        ("x", "candidate", PASSWORD, None, "needs --candidate"),
        ("x", "candidate", PASSWORD, " ", "needs --candidate"),
        ("x", "analyst", PASSWORD, "c1", "belongs to the role candidate"),
    ],
)
def test_an_account_that_cannot_be_is_refused(
    head: Settings, name: str, role: str, password: str, candidate: str | None, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        add_user(head, name, role, password, candidate_id=candidate)
    assert set(read(head).users) == {"dora"}


def test_a_candidate_sees_the_one_person_of_the_account(settings: Settings) -> None:
    add_user(settings, "c", "candidate", PASSWORD, candidate_id="C7")
    assert scope_of(settings, Viewer("c", "candidate")) == Scope("candidate", candidate_id="C7")
    with pytest.raises(QueryRefusedError, match="belongs to no candidate"):
        scope_of(settings, Viewer("somebody", "candidate"))


def test_a_viewer_of_another_role_than_the_account_is_refused(head: Settings) -> None:
    with pytest.raises(QueryRefusedError, match="role of dora has changed"):
        scope_of(head, Viewer("dora", "analyst"))


def test_a_reset_ends_sessions_the_old_password_and_the_lock_out(head: Settings) -> None:
    token = open_session(head, HEAD)
    for _ in range(5):
        with pytest.raises(SignInFailed):
            sign_in(head, "dora", "wrong")
    new = reset(head, "dora")
    assert session(head, token) is None
    assert sign_in(head, "dora", new) == HEAD
    with pytest.raises(SignInFailed):
        sign_in(head, "dora", PASSWORD)


def test_a_closed_account_is_gone_with_its_sessions_and_grants(head: Settings) -> None:
    grant(head, "dora", "sales", author="hr", now=NOON)
    token = open_session(head, HEAD)
    close_account(head, "dora", author="operator", now=NOON + dt.timedelta(hours=1))
    assert session(head, token) is None
    with pytest.raises(SignInFailed):
        sign_in(head, "dora", PASSWORD)
    add_user(head, "dora", "department_head", PASSWORD)
    assert sees(head, hours=2) == set()


def test_a_file_from_before_there_were_grants_is_read(settings: Settings) -> None:
    (settings.vault / "accounts.json").write_text('{"users": {}, "failures": {}, "sessions": {}}', "utf-8")
    assert [account.name for account in users(settings)] == ["hr"]


def test_an_erased_employees_account_is_closed_and_stands_in_grants_under_a_code(head: Settings) -> None:
    add_user(head, "zhang.san", "department_head", PASSWORD, identity="Zhang.San@example.com")
    add_user(head, "E0042", "analyst", PASSWORD)
    grant(head, "zhang.san", "sales", author="hr")
    grant(head, "dora", "sales", author="zhang.san")
    revoke(head, "dora", "sales", author="zhang.san")
    grant(head, "dora", "finance", author="hr")
    token = open_session(head, viewer_named("zhang.san", head))
    assert forget_person(head, ["C17"], ["E0042", "zhang.san@example.com"]) == 2
    assert session(head, token) is None
    text = path_of(head).read_text("utf-8")
    assert "zhang.san" not in text.casefold() and "E0042" not in text
    of_sales, own, of_finance = read(head).grants
    assert of_sales["user"] == own["author"] == own["revoked_by"] and of_sales["user"].startswith("erased-")
    assert "until" in of_sales, "it was ended"
    assert sees(head, days=365) == {"finance"} and of_finance["user"] == "dora"


def test_of_the_first_account_only_the_way_in_of_an_erased_person_goes(settings: Settings) -> None:
    password = accounts.issue_one_time_password(settings)
    link(settings, "hr", "lin@example.com")
    assert forget_person(settings, [], ["lin@example.com"]) == 0
    assert "lin@" not in path_of(settings).read_text("utf-8")
    assert sign_in(settings, "hr", password).role == "hr"
