"""An address is the account's own: sent a code, or set by the operator; settings of the server are safe."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from warehouse import account_admin
from warehouse.errors import UsageError
from warehouse.mailing.addresses import (
    CODES_AN_HOUR,
    MOST_TRIES,
    AddressRefusedError,
    ask_code,
    check,
    confirm,
    mailbox_of,
)
from warehouse.mailing.server import MailNotConfigured, MailServer, read_server
from warehouse.settings import Settings

SERVER = MailServer(host="mail.acme.example", sender="s@acme.example", domains=("acme.example",))
NOW = dt.datetime(2026, 11, 23, tzinfo=dt.UTC)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    found = Settings(home=tmp_path / "home").ensure()
    account_admin.add_user(found, "ana", "analyst", "an-invented-pass-phrase")
    return found


def test_an_address_holds_once_its_code_is_given(settings: Settings) -> None:
    address, code = ask_code(settings, SERVER, "ana", " Ana@ACME.example ", now=NOW)
    assert mailbox_of(settings, "ana") is None
    with pytest.raises(AddressRefusedError, match="wrong"):
        confirm(settings, "ana", "00000000" if code != "00000000" else "1", now=NOW)
    confirm(settings, "ana", code, now=NOW)
    mailbox = mailbox_of(settings, "ana")
    assert mailbox is not None and mailbox.address == address == "Ana@ACME.example"
    assert mailbox.masked == "An***@ACME.example"


def test_a_code_is_good_for_half_an_hour_and_for_few_tries(settings: Settings) -> None:
    _, code = ask_code(settings, SERVER, "ana", "ana@acme.example", now=NOW)
    with pytest.raises(AddressRefusedError) as refused:
        confirm(settings, "ana", code, now=NOW + dt.timedelta(minutes=30))
    assert refused.value.why == "expired"
    for _ in range(MOST_TRIES):
        with pytest.raises(AddressRefusedError):
            confirm(settings, "ana", "wrong", now=NOW)
    with pytest.raises(AddressRefusedError) as refused:
        confirm(settings, "ana", code, now=NOW)
    assert refused.value.why == "expired"


def test_nobody_s_mailbox_is_filled_with_codes(settings: Settings) -> None:
    for _ in range(CODES_AN_HOUR):
        ask_code(settings, SERVER, "ana", "ana@acme.example", now=NOW)
    with pytest.raises(AddressRefusedError, match="Too many"):
        ask_code(settings, SERVER, "ana", "ana@acme.example", now=NOW)
    ask_code(settings, SERVER, "ana", "ana@acme.example", now=NOW + dt.timedelta(hours=1))


def test_results_go_to_no_domain_that_the_company_has_not_named(settings: Settings) -> None:
    with pytest.raises(AddressRefusedError, match=r"example\.org"):
        ask_code(settings, SERVER, "ana", "ana@example.org", now=NOW)
    nowhere = SERVER.model_copy(update={"domains": ()})
    with pytest.raises(AddressRefusedError):
        ask_code(settings, nowhere, "ana", "ana@acme.example", now=NOW)


@pytest.mark.parametrize("text", ["", "ana", "a@b", "a@b.c\nBcc: x@y.z", "a b@c.de", "a@b.c, d@e.f"])
def test_what_is_no_address_is_refused(text: str) -> None:
    with pytest.raises(AddressRefusedError):
        check(text)


def test_the_server_s_file_must_be_the_owner_s_alone(settings: Settings) -> None:
    path = settings.vault / "smtp.yml"
    path.write_text("{host: mail.acme.example, sender: s@acme.example, user: u, password: geheim-4711}")
    path.chmod(0o644)
    with pytest.raises(UsageError, match="chmod 600") as refused:
        read_server(settings)
    assert "geheim" not in str(refused.value)
    path.chmod(0o600)
    found = read_server(settings)
    assert (found.security, found.password) == ("starttls", "geheim-4711")
    assert "geheim" not in repr(found)


def test_the_environment_wins_over_the_file(settings: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(MailNotConfigured, match="No mail server is set"):
        read_server(settings)
    monkeypatch.setenv("SCOREHOUSE_SMTP_HOST", "mail.acme.example")
    monkeypatch.setenv("SCOREHOUSE_SMTP_SENDER", "s@acme.example")
    assert read_server(settings).host == "mail.acme.example"
    monkeypatch.setenv("SCOREHOUSE_SMTP_SECURITY", "none")
    with pytest.raises(UsageError, match="this machine only"):
        read_server(settings)
