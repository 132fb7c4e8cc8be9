"""Every failure there is, and in none of what it says or leaves behind is there a secret."""

from __future__ import annotations

import base64
import logging
import sqlite3
from pathlib import Path
from unittest import mock
from urllib.parse import quote, quote_plus

import pytest

from ingestion.pull import one_pull
from ingestion.pull.report import PullReport, line
from tests.ingestion.pull.endpoints import PAGINGS, configuration, person
from tests.ingestion.pull.pulling import ENVIRONMENT, TOKEN, Pulling
from tests.ingestion.pull.server import Answering, Asked, Reply, Server

GRANTED = "granted-access-token"
ADDRESS_PASSWORD = "in-the-address-77"
SECRETS = (*ENVIRONMENT.values(), GRANTED, ADDRESS_PASSWORD)
FORMS = {
    form
    for secret in SECRETS
    for form in (
        secret,
        quote(secret, safe=""),
        quote_plus(secret),
        base64.b64encode(secret.encode()).decode(),
        base64.b64encode(f"scorehouse:{secret}".encode()).decode(),
    )
}
BEARER = "auth: {kind: bearer, token: '${HR_TOKEN}'}\n"
HEADER = "auth: {kind: header, name: X-Key, value: 'Key ${HR_TOKEN}'}\n"
BASIC = "auth: {kind: basic, user: scorehouse, password: '${HR_PASSWORD}'}\n"


def oauth(server: Server) -> str:
    client = "client_id: scorehouse, client_secret: '${HR_CLIENT_SECRET}', client_in: body"
    return f"auth: {{kind: oauth2, token_url: {server.url}/token, {client}}}\n"


def careless(leak: str) -> Answering:
    """A server that sends back what it was sent, in every part of the answer."""

    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            return Reply({"access_token": GRANTED})
        said = f"{asked.headers.get('authorization')} {asked.headers.get('x-key')} {leak}"
        return Reply({"error": said, "data": [said]}, headers={"x-said": said})

    return answer


def replies(leak: str) -> dict[str, Answering]:
    """Every way in which an answer can be wrong, with the secret in it."""
    echo = careless(leak)
    typed = {"content-type": f"text/{leak}"}
    first = {"data": [person(1)], "links": {"next": f"/people?token={quote(leak)}&page=2"}}
    return {
        "refused": lambda asked: Reply(echo(asked).body, 401),
        "forbidden": lambda asked: Reply(echo(asked).body, 403),
        "fault": lambda asked: Reply(echo(asked).body, 500),
        "too many": lambda asked: Reply(echo(asked).body, 429),
        "no json": lambda asked: Reply(leak.encode(), headers=typed),
        "no objects": echo,
        "broken": lambda asked: Reply(leak.encode(), missing=99),
        "elsewhere": lambda asked: Reply(b"", 302, {"location": f"https://elsewhere/{leak}?token={leak}"}),
        "other host": lambda asked: Reply(b"", 302, {"location": f"https://{quote(leak)}.example/"}),
        "no address": lambda asked: Reply(b"", 302, {"location": f"ftp://{leak}"}),
        "next elsewhere": lambda asked: Reply(
            {"data": [], "links": {"next": f"https://elsewhere/?key={leak}"}}
        ),
        "odd records": lambda asked: Reply({leak: [], "other": leak}),
        "no cursor column": lambda asked: Reply({"data": [{f"key {leak}": leak}]}),
        "cut short": lambda asked: Reply(b"", 500) if "token" in asked.query else Reply(first),
        "cursor": lambda asked: Reply({"data": [{**person(1), "updated_at": f"2025 {leak}"}]}),
        "column": lambda asked: Reply({"data": [{**person(1), leak: 1}]}),
    }


WAYS = tuple(replies(""))


def nothing_secret_in(pulling: Pulling, texts: list[str]) -> None:
    for text in texts:
        assert not [form for form in FORMS if form in text], text
    home = pulling.house.settings.home
    for path in [path for folder in ("pull", "logs") for path in (home / folder).rglob("*")]:
        content = path.read_bytes() if path.is_file() else b""
        assert not [form for form in FORMS if form in path.name or form.encode() in content], path
    for path in pulling.landed():
        assert not [form for form in FORMS if form in path.name], path


def said(reports: tuple[PullReport, ...], capture: pytest.CaptureFixture[str]) -> list[str]:
    out, err = capture.readouterr()
    return [out, err, *(line(report) for report in reports), *(repr(report) for report in reports)]


@pytest.fixture(autouse=True)
def _everything_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)


@pytest.mark.parametrize("how", WAYS)
@pytest.mark.parametrize("auth", ["bearer", "header", "basic", "oauth"])
def test_no_answer_of_a_server_brings_a_secret_to_light(
    how: str,
    auth: str,
    server: Server,
    pulling: Pulling,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    signing_in, leak = {
        "bearer": (BEARER, TOKEN),
        "header": (HEADER, TOKEN),
        "basic": (BASIC, ENVIRONMENT["HR_PASSWORD"]),
        "oauth": (oauth(server), GRANTED),
    }[auth]
    echo, reply = careless(leak), replies(leak)[how]
    server.answer = lambda asked: echo(asked) if asked.path == "/token" else reply(asked)
    pulling.configure("people", configuration(server, PAGINGS["next_url"], signing_in + "attempts: 2\n"))
    reports = pulling.run() + pulling.run()
    assert any(report.failure for report in reports)
    nothing_secret_in(pulling, [*said(reports, capsys), caplog.text])


@pytest.mark.parametrize("status", [200, 302, 400, 401, 403, 429, 500])
@pytest.mark.parametrize("body", [b"client-s3cret granted-access-token", {"error": "client-s3cret"}])
def test_no_answer_of_a_token_address_does_either(
    status: int,
    body: object,
    server: Server,
    pulling: Pulling,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    server.answer = lambda asked: Reply(body, status, {"location": f"/{GRANTED}"})
    pulling.configure("people", configuration(server, more=oauth(server) + "attempts: 2\n"))
    reports = pulling.run()
    assert reports[0].failure
    nothing_secret_in(pulling, [*said(reports, capsys), caplog.text])


@pytest.mark.parametrize("secret", ["line\nbreak-s3cret", "Umlaut-ä-s3cret", "nul\0-s3cret"])
def test_a_secret_that_cannot_be_sent_is_not_quoted(
    secret: str,
    server: Server,
    pulling: Pulling,
    capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    pulling.environment = {"HR_TOKEN": secret}
    pulling.configure("people", configuration(server, more=BEARER))
    reports = pulling.run()
    assert reports[0].failure
    assert not any("s3cret" in text for text in [*said(reports, capsys), caplog.text])


@pytest.mark.parametrize(
    "url",
    [
        "postgresql+pg8000://scorehouse:${HR_PASSWORD}@127.0.0.1:1/hr",
        "${ADDRESS}",
        "mysql+pymysql://scorehouse:${HR_PASSWORD}@127.0.0.1/hr",
        "nonsense://scorehouse:${HR_PASSWORD}@127.0.0.1/hr",
        "${BROKEN_ADDRESS}",
        "postgresql+pg8000://scorehouse:${HR_PASSWORD}@127.0.0.1:1/hr?password=${HR_TOKEN}&oops=1",
        "sqlite:////nowhere/${HR_TOKEN}.sqlite",
    ],
)
def test_no_address_of_a_database_is_quoted(
    url: str, pulling: Pulling, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    pulling.environment = {
        **ENVIRONMENT,
        "ADDRESS": f"postgresql+pg8000://scorehouse:{ADDRESS_PASSWORD}@127.0.0.1:1/hr",
        "BROKEN_ADDRESS": f"{ADDRESS_PASSWORD}:no address/{TOKEN}",
    }
    text = f"kind: database\nsource: employees\nurl: '{url}'\ntable: staff\nattempts: 2\n"
    pulling.configure("staff", text)
    reports = pulling.run()
    assert reports[0].failure
    nothing_secret_in(pulling, [*said(reports, capsys), caplog.text])


def test_a_fault_of_our_own_is_logged_without_values(
    pulling: Pulling, database: Path, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    sqlite3.connect(database).execute("create table staff (employee_id)").connection.close()
    pulling.configure("staff", f"kind: database\nsource: surveys\nurl: sqlite:///{database}\ntable: staff\n")
    with mock.patch.object(one_pull, "save_state", side_effect=RuntimeError(f"oops {TOKEN}")):
        reports = pulling.run()
    assert "Something unexpected happened: RuntimeError" in (reports[0].failure or "")
    nothing_secret_in(pulling, [*said(reports, capsys), caplog.text])


def test_a_place_to_go_on_that_holds_a_secret_is_not_kept(server: Server, pulling: Pulling) -> None:
    server.answer = replies(TOKEN)["cut short"]
    pulling.configure("people", configuration(server, PAGINGS["next_url"], BEARER + "attempts: 1\n"))
    assert "1 row of it landed" in pulling.failure()
    assert pulling.state("people")["progress"] is None
    server.answer = lambda asked: Reply({"data": [person(1), person(2)]})
    assert pulling.one().cursor == "2025-03-02T08:00:00+08:00"
