"""The second factor: codes that count once, recovery codes, and no way around them."""

from __future__ import annotations

import datetime as dt

import pyotp
import pytest
from argon2 import PasswordHasher

from warehouse import accounts, audit_log, grants, second_factor
from warehouse.account_file import path_of, read
from warehouse.accounts import change_password, enter, session, sign_in
from warehouse.errors import SignInFailed
from warehouse.second_factor import begin, confirm, give_code, is_enrolled
from warehouse.sessions import CODE, signed_in
from warehouse.settings import Settings
from warehouse.viewer import Viewer

NOON = dt.datetime(2026, 10, 1, 12, tzinfo=dt.UTC)
OWN = "seven green lamps"
HR = Viewer("hr", "hr")


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with the least of everything."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: hasher)


def after(**time: float) -> dt.datetime:
    return NOON + dt.timedelta(**time)


def code_at(secret: str, moment: dt.datetime) -> str:
    return pyotp.TOTP(secret).at(moment)


class Enrolled:
    """hr with an own password and an app; `token` is the session in which it was set up."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.token = enter(settings, "hr", accounts.issue_one_time_password(settings), now=NOON)
        change_password(settings, self.token, OWN, now=NOON)
        self.secret = begin(HR).secret
        self.recovery = confirm(settings, self.token, self.secret, code_at(self.secret, NOON), now=NOON)

    def enter(self, moment: dt.datetime) -> str:
        return enter(self.settings, "hr", OWN, now=moment)

    def give(self, token: str, moment: dt.datetime, code: str | None = None) -> None:
        give_code(self.settings, token, code or code_at(self.secret, moment), now=moment)


@pytest.fixture
def hr(settings: Settings) -> Enrolled:
    return Enrolled(settings)


def test_the_app_is_told_who_and_where(settings: Settings) -> None:
    begun = begin(HR)
    assert begun.uri.startswith("otpauth://totp/Scorehouse:hr?secret=" + begun.secret)
    assert len(begun.secret) == 32
    assert not is_enrolled(settings, HR)


def test_a_wrong_code_sets_nothing_up(settings: Settings) -> None:
    token = accounts.open_session(settings, HR, now=NOON)
    secret = begin(HR).secret
    with pytest.raises(SignInFailed, match="code is wrong"):
        confirm(settings, token, secret, code_at(secret, after(minutes=5)), now=NOON)
    assert not is_enrolled(settings, HR)


def test_setting_up_gives_this_session_the_second_factor_and_ends_the_others(settings: Settings) -> None:
    other = accounts.open_session(settings, HR, now=NOON)
    token = accounts.open_session(settings, HR, now=NOON)
    secret = begin(HR).secret
    confirm(settings, token, secret, code_at(secret, NOON), now=NOON)
    assert session(settings, token, now=NOON) == Viewer("hr", "hr", second_factor=True)
    assert session(settings, other, now=NOON) is None


def test_the_password_alone_opens_nothing(hr: Enrolled) -> None:
    token = hr.enter(after(minutes=1))
    assert session(hr.settings, token, now=after(minutes=1)) is None
    found = signed_in(hr.settings, token, now=after(minutes=1))
    assert found is not None and found.needs == (CODE,)
    hr.give(token, after(minutes=1))
    assert session(hr.settings, token, now=after(minutes=1)) == Viewer("hr", "hr", second_factor=True)


def test_a_code_counts_once(hr: Enrolled) -> None:
    moment = after(minutes=1)
    hr.give(hr.enter(moment), moment)
    again = hr.enter(moment)
    with pytest.raises(SignInFailed, match="used already"):
        hr.give(again, moment)
    assert session(hr.settings, again, now=moment) is None


def test_the_code_that_set_the_app_up_counts_no_second_time(hr: Enrolled) -> None:
    with pytest.raises(SignInFailed):
        hr.give(hr.enter(NOON), NOON)


@pytest.mark.parametrize("seconds", [-30, 0, 30])
def test_a_clock_may_be_one_step_off(hr: Enrolled, seconds: int) -> None:
    moment = after(minutes=10)
    hr.give(hr.enter(moment), moment, code_at(hr.secret, moment + dt.timedelta(seconds=seconds)))


@pytest.mark.parametrize("seconds", [-60, 60, 90])
def test_a_clock_may_not_be_two_steps_off(hr: Enrolled, seconds: int) -> None:
    moment = after(minutes=10)
    with pytest.raises(SignInFailed):
        hr.give(hr.enter(moment), moment, code_at(hr.secret, moment + dt.timedelta(seconds=seconds)))


def test_a_later_code_makes_the_earlier_ones_worthless(hr: Enrolled) -> None:
    moment = after(minutes=10)
    hr.give(hr.enter(moment), moment, code_at(hr.secret, moment + dt.timedelta(seconds=30)))
    with pytest.raises(SignInFailed):
        hr.give(hr.enter(moment), moment, code_at(hr.secret, moment))


def test_a_code_may_be_typed_with_spaces(hr: Enrolled) -> None:
    moment = after(minutes=1)
    code = code_at(hr.secret, moment)
    hr.give(hr.enter(moment), moment, f" {code[:3]} {code[3:]} ")


def test_each_recovery_code_stands_in_once(hr: Enrolled) -> None:
    assert len(set(hr.recovery)) == 10
    for number, code in enumerate(hr.recovery):
        hr.give(hr.enter(after(minutes=number)), after(minutes=number), code.upper().replace("-", " "))
    with pytest.raises(SignInFailed):
        hr.give(hr.enter(after(minutes=20)), after(minutes=20), hr.recovery[0])


@pytest.mark.parametrize("code", ["", "0", "000000", "x" * 1000, "\ud800", "１２３４５６", "None"])
def test_what_is_no_code_is_refused(hr: Enrolled, code: str) -> None:
    with pytest.raises(SignInFailed, match="wrong, too old"):
        give_code(hr.settings, hr.enter(after(minutes=1)), code, now=after(minutes=1))


def test_five_wrong_codes_lock_out_also_with_the_right_password_between(hr: Enrolled) -> None:
    for number in range(5):
        token = hr.enter(after(minutes=number))
        with pytest.raises(SignInFailed, match="code is wrong"):
            hr.give(token, after(minutes=number), "000000")
    with pytest.raises(SignInFailed, match="Too many"):
        hr.give(token, after(minutes=5))
    with pytest.raises(SignInFailed, match="Too many"):
        hr.enter(after(minutes=5))


def test_the_right_code_ends_the_count(hr: Enrolled) -> None:
    for minute in (1, 2):
        token = hr.enter(after(minutes=minute))
        for _ in range(4):
            with pytest.raises(SignInFailed, match="code is wrong"):
                hr.give(token, after(minutes=minute), "000000")
        hr.give(token, after(minutes=minute))


def test_without_the_code_neither_password_nor_app_can_be_changed(hr: Enrolled) -> None:
    token = hr.enter(after(minutes=1))
    with pytest.raises(SignInFailed):
        change_password(hr.settings, token, "nine yellow chairs", old=OWN, now=after(minutes=1))
    secret = begin(HR).secret
    with pytest.raises(SignInFailed):
        confirm(hr.settings, token, secret, code_at(secret, after(minutes=1)), now=after(minutes=1))


def test_an_app_is_not_replaced_by_another_in_a_session(hr: Enrolled) -> None:
    secret = begin(HR).secret
    with pytest.raises(SignInFailed):
        confirm(hr.settings, hr.token, secret, code_at(secret, NOON), now=NOON)


def test_neither_the_secret_nor_a_recovery_code_stands_in_a_file(hr: Enrolled) -> None:
    for path in hr.settings.home.rglob("*"):
        if path.is_file():
            content = path.read_bytes()
            assert hr.secret.encode() not in content, path
            assert not any(code.encode() in content for code in hr.recovery), path


def test_a_secret_moved_to_another_account_does_not_open(hr: Enrolled) -> None:
    text = path_of(hr.settings).read_text("utf-8").replace('"hr": {', '"eve": {')
    path_of(hr.settings).write_text(text, "utf-8")
    token = enter(hr.settings, "eve", OWN, now=after(minutes=1))
    with pytest.raises(Exception, match="does not open"):
        give_code(hr.settings, token, code_at(hr.secret, after(minutes=1)), now=after(minutes=1))


def test_a_reset_takes_the_app_away(hr: Enrolled) -> None:
    one_time = grants.reset(hr.settings, "hr", now=NOON)
    assert session(hr.settings, hr.token, now=NOON) is None
    assert not is_enrolled(hr.settings, HR)
    assert sign_in(hr.settings, "hr", one_time, now=NOON) == HR
    assert not {"totp", "totp_step", "recovery"} & set(read(hr.settings).users["hr"])


def test_the_log_tells_each_step_and_no_code(hr: Enrolled) -> None:
    moment = after(minutes=1)
    token = hr.enter(moment)
    with pytest.raises(SignInFailed):
        hr.give(token, moment, "123456")
    hr.give(token, moment, hr.recovery[3])
    accounts.end_session(hr.settings, token)
    told = [(entry.action, entry.details.get("what")) for entry in reversed(audit_log.entries(hr.settings))]
    assert told == [
        ("sign_in", None),
        ("password_changed", None),
        ("second_factor", "set_up"),
        ("sign_in_failed", None),
        ("second_factor", "recovery"),
        ("sign_in", None),
        ("sign_out", None),
    ]
    text = second_factor.audit.log_file(hr.settings).read_text("utf-8")
    assert "123456" not in text and hr.recovery[3] not in text
