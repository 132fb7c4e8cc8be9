"""`scorehouse user` and `scorehouse sql --as`: who sees what, from the command line."""

from __future__ import annotations

import io
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import duckdb
import pyotp
import pytest
from argon2 import PasswordHasher

from orchestration import cli
from warehouse import accounts, second_factor
from warehouse.accounts import sign_in
from warehouse.errors import SignInFailed
from warehouse.publish import publish
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

MARTS = """
create schema marts; create schema people;
create table marts.departments as select 'sales' as department_id union all select 'product';
create table marts.interview_results as
    select 'I' || i as interview_id, 'c' || i as candidate_id, case when i < 3 then 'sales' else 'product' end
        as department_id, 70.0 + i as composite_score, 20000.0 as pay_max
    from range(5) t(i);
"""


class Said(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Five interviews of two departments, published."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: hasher)
    settings = Settings(home=tmp_path / "home").ensure()
    with duckdb.connect(str(settings.build / "build.duckdb")) as connection:
        connection.execute(MARTS)
    publish(settings, "run1")
    return settings


@pytest.fixture
def scorehouse(
    home: Settings, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Command:
    """`scorehouse("user", "list", typed="…")`: the command as a person runs it."""

    def call(*words: str, typed: str = "") -> Said:
        monkeypatch.setenv(HOME_VARIABLE, str(home.home))
        monkeypatch.setattr(sys, "argv", ["scorehouse", *words])
        monkeypatch.setattr(sys, "stdin", io.StringIO(typed))
        with pytest.raises(SystemExit) as ending:
            cli.run()
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Said(int(ending.value.code or 0), out.decode(), err.decode())

    return call


def ids(said: Said) -> list[str]:
    assert said.code == 0, said.err
    return [row["interview_id"] for row in json.loads(said.out)]


def seen_as(scorehouse: Command, user: str) -> list[str]:
    sql = "select interview_id from interview_results order by 1"
    return ids(scorehouse("sql", sql, "--as", user, "--format", "json"))


def test_a_head_sees_a_department_from_the_grant_to_the_revocation(scorehouse: Command) -> None:
    scorehouse(
        "user", "add", "dora", "--role", "department_head", "--password-stdin", typed="long enough words\n"
    )
    assert seen_as(scorehouse, "dora") == []
    assert scorehouse("user", "grant", "dora", "--department", "sales").code == 0
    assert seen_as(scorehouse, "dora") == ["I0", "I1", "I2"]
    assert scorehouse("user", "revoke", "dora", "--department", "sales").code == 0
    assert seen_as(scorehouse, "dora") == []


def test_a_candidate_sees_the_own_interview_and_an_analyst_all_without_pay(scorehouse: Command) -> None:
    scorehouse("user", "add", "c", "--role", "candidate", "--candidate", "c4")
    scorehouse("user", "add", "ann", "--role", "analyst")
    assert seen_as(scorehouse, "c") == ["I4"]
    assert len(seen_as(scorehouse, "ann")) == 5
    refused = scorehouse("sql", "select pay_max from interview_results", "--as", "ann")
    assert refused.code == 2
    assert "(own) is not open to the role analyst" in refused.err


def test_the_first_user_and_the_operator_see_everything(scorehouse: Command) -> None:
    assert len(seen_as(scorehouse, "hr")) == 5
    assert len(ids(scorehouse("sql", "from interview_results", "--format", "json"))) == 5


def test_an_unknown_user_is_told_so(scorehouse: Command) -> None:
    said = scorehouse("sql", "select 1", "--as", "nobody")
    assert said.code == 2
    assert said.err.strip() == "There is no user 'nobody': known are hr."


def test_the_password_comes_from_standard_input_and_is_never_printed(
    scorehouse: Command, home: Settings
) -> None:
    said = scorehouse(
        "user", "add", "ann", "--role", "analyst", "--password-stdin", typed="long enough words\n"
    )
    assert "long enough words" not in said.out + said.err
    assert sign_in(home, "ann", "long enough words").role == "analyst"


def test_without_one_a_password_is_invented_and_printed_once(scorehouse: Command, home: Settings) -> None:
    said = scorehouse("user", "add", "ann", "--role", "analyst")
    assert sign_in(home, "ann", said.out.split()[-1]).name == "ann"
    again = scorehouse("user", "reset", "ann")
    assert sign_in(home, "ann", again.out.split()[-1]).name == "ann"
    assert said.out.split()[-1] not in scorehouse("user", "list").out


def test_the_list_tells_roles_people_and_grants_that_hold(scorehouse: Command) -> None:
    scorehouse("user", "add", "c", "--role", "candidate", "--candidate", "c4")
    scorehouse("user", "add", "dora", "--role", "department_head")
    scorehouse("user", "grant", "dora", "--department", "sales", "--until", "2099-12-31")
    scorehouse("user", "grant", "dora", "--department", "product")
    scorehouse("user", "revoke", "dora", "--department", "product")
    lines = scorehouse("user", "list").out.splitlines()
    assert lines[0] == "c  candidate of c4  one-time password"
    assert lines[1].startswith("dora  department_head  sales since ")
    assert lines[1].endswith("to 2099-12-31 by operator  one-time password")
    assert "product" not in lines[1]
    assert lines[2] == "hr  hr  one-time password"


def test_a_grant_of_a_day_to_come_shows_nothing_yet_and_is_listed(scorehouse: Command) -> None:
    scorehouse("user", "add", "dora", "--role", "department_head")
    said = scorehouse("user", "grant", "dora", "--department", "sales", "--from", "2099-12-01")
    assert said.out == "dora sees sales from 2099-12-01 without end.\n"
    assert seen_as(scorehouse, "dora") == []
    assert "sales from 2099-12-01" in scorehouse("user", "list").out
    assert scorehouse("user", "revoke", "dora").code == 0
    assert "2099" not in scorehouse("user", "list").out


def test_the_list_tells_how_an_account_enters(scorehouse: Command, home: Settings) -> None:
    scorehouse("user", "add", "ann", "--role", "analyst", "--identity", "ann@example.org")
    scorehouse("user", "add", "ben", "--role", "analyst", "--password-stdin", typed="long enough words\n")
    token = accounts.enter(home, "ben", "long enough words")
    accounts.change_password(home, token, "other long words")
    begun = second_factor.begin(Viewer("ben", "analyst"))
    second_factor.confirm(home, token, begun.secret, pyotp.TOTP(begun.secret).now())
    for _ in range(5):
        with pytest.raises(SignInFailed):
            sign_in(home, "ben", "wrong")
    scorehouse("user", "link", "hr", "--identity", "chief@example.org")
    lines = scorehouse("user", "list").out.splitlines()
    assert lines[0] == "ann  analyst  company sign-in as ann@example.org"
    assert lines[1].startswith("ben  analyst  second factor, locked until ")
    assert lines[2] == "hr  hr  company sign-in as chief@example.org"
    assert scorehouse("user", "reset", "ben").code == 0
    assert scorehouse("user", "list").out.splitlines()[1] == "ben  analyst  one-time password"


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("add", "x", "--role", "boss"), "There is no role 'boss'"),
        (("add", "x", "--role", "candidate"), "needs --candidate"),
        (("add", "x", "--role", "analyst", "--password-stdin"), "No password came in"),
        (
            ("grant", "dora", "--department", "salez"),
            "There is no department 'salez': the marts have product",
        ),
        (("grant", "dora", "--department", "sales", "--until", "soon"), "'soon' is no day"),
        (("grant", "dora", "--department", "sales", "--until", "2020-01-01"), "2020-01-01 is over"),
        (
            ("grant", "dora", "--department", "sales", "--from", "2099-02-01", "--until", "2099-01-01"),
            "2099-01-01 is before 2099-02-01",
        ),
        (("revoke", "dora"), "no grant that still holds"),
        (("revoke", "nobody", "--account"), "There is no user 'nobody'"),
        (("revoke", "dora", "--account", "--department", "sales"), "--account ends everything"),
        (("reset", "nobody"), "There is no user 'nobody'"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    scorehouse: Command, words: tuple[str, ...], sentence: str
) -> None:
    scorehouse("user", "add", "dora", "--role", "department_head")
    said = scorehouse("user", *words)
    assert said.code == 2
    assert sentence in said.err
    assert len(said.err.strip().splitlines()) == 1


def test_a_closed_account_is_unknown(scorehouse: Command) -> None:
    scorehouse("user", "add", "ann", "--role", "analyst")
    assert scorehouse("user", "revoke", "ann", "--account").code == 0
    assert "no user 'ann'" in scorehouse("sql", "select 1", "--as", "ann").err
