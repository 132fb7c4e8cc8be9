"""The other side is asked politely, by the one who may ask, and is never followed elsewhere."""

from __future__ import annotations

import base64
import gzip
import json
import threading
from datetime import timedelta
from email.utils import format_datetime

import pytest

from ingestion.pull.config import RestPull
from ingestion.pull.secret_values import Secrets
from ingestion.pull.web import Web
from tests.ingestion.pull.endpoints import configuration, people_behind, person
from tests.ingestion.pull.pulling import ENVIRONMENT, TOKEN, Pulling
from tests.ingestion.pull.server import Asked, Reply, Server

ONE = Reply({"data": [person(1)]})


def answers(server: Server, *replies: Reply) -> None:
    """One after the other; the last one for ever."""
    waiting = list(replies)
    server.answer = lambda asked: waiting.pop(0) if len(waiting) > 1 else waiting[0]


@pytest.mark.parametrize(
    ("auth", "header", "value"),
    [
        ("{kind: bearer, token: '${HR_TOKEN}'}", "authorization", f"Bearer {TOKEN}"),
        ("{kind: header, name: X-Api-Key, value: 'Token ${HR_TOKEN}'}", "x-api-key", f"Token {TOKEN}"),
        (
            "{kind: basic, user: scorehouse, password: '${HR_PASSWORD}'}",
            "authorization",
            "Basic " + base64.b64encode(f"scorehouse:{ENVIRONMENT['HR_PASSWORD']}".encode()).decode(),
        ),
        (
            "{kind: basic, user: '${HR_TOKEN}'}",
            "authorization",
            "Basic " + base64.b64encode(f"{TOKEN}:".encode()).decode(),
        ),
    ],
)
def test_it_says_who_asks(auth: str, header: str, value: str, server: Server, pulling: Pulling) -> None:
    answers(server, ONE)
    pulling.configure("people", configuration(server, more=f"auth: {auth}\n"))
    pulling.one()
    assert server.asked[0].headers[header] == value


@pytest.mark.parametrize("client_in", ["header", "body"])
def test_a_token_is_fetched_once_and_again_when_it_is_refused(
    client_in: str, server: Server, pulling: Pulling
) -> None:
    people = people_behind("page", server, pulling)
    issued: list[Asked] = []

    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            issued.append(asked)
            return Reply({"access_token": f"granted-{len(issued)}", "expires_in": 3600})
        if asked.headers["authorization"] == "Bearer granted-1" and asked.query["page"] != "1":
            return Reply(b"", status=401)
        return people.by_page(asked)

    server.answer = answer
    secret = "client_id: scorehouse, client_secret: '${HR_CLIENT_SECRET}'"
    auth = f"{{kind: oauth2, token_url: {server.url}/token, {secret}, scope: read, client_in: {client_in}}}"
    pulling.configure("people", configuration(server, "{style: page}", f"auth: {auth}\n"))
    assert pulling.one().rows == 7
    assert len(issued) == 2
    assert b"grant_type=client_credentials&scope=read" in issued[0].body
    assert (b"client-s3cret" in issued[0].body) == (client_in == "body")
    assert issued[0].headers.get("authorization", "").startswith("Basic") == (client_in == "header")


def test_a_token_that_ends_soon_is_fetched_anew(server: Server, pulling: Pulling) -> None:
    people = people_behind("page", server, pulling)
    issued: list[str] = []

    def answer(asked: Asked) -> Reply:
        if asked.path == "/token":
            issued.append("token")
            return Reply({"access_token": "granted", "expires_in": 40})
        return people.by_page(asked)

    server.answer = answer
    client = "client_id: a, client_secret: '${HR_CLIENT_SECRET}'"
    auth = f"{{kind: oauth2, token_url: {server.url}/token, {client}}}"
    slow = f"auth: {auth}\nrequests_per_second: 0.05\n"
    pulling.configure("people", configuration(server, "{style: page}", slow))
    assert pulling.one().rows == 7
    assert len(issued) == 4


def test_it_keeps_to_the_pace(server: Server, pulling: Pulling) -> None:
    people_behind("page", server, pulling, "requests_per_second: 2\n")
    pulling.one()
    assert pulling.clock.slept == [0.5, 0.5, 0.5]


def test_too_many_requests_wait_as_long_as_the_server_asks(server: Server, pulling: Pulling) -> None:
    answers(server, Reply(b"", 429, {"retry-after": "7"}), Reply(b"", 503, {"retry-after": "11"}), ONE)
    pulling.configure("people", configuration(server, more="requests_per_second: 1000\n"))
    assert pulling.one().rows == 1
    assert [wait for wait in pulling.clock.slept if wait >= 1] == [7, 11]


def test_a_date_to_wait_for_is_read_by_the_clock_of_the_server(server: Server, pulling: Pulling) -> None:
    server.moment = pulling.clock.moment + timedelta(days=300)
    at = format_datetime(server.moment + timedelta(seconds=90), usegmt=True)
    answers(server, Reply(b"", 429, {"retry-after": at}), ONE)
    pulling.configure("people", configuration(server))
    assert pulling.one().rows == 1
    assert pulling.clock.slept == [90]


def test_a_wait_of_an_hour_is_left_to_the_next_pull(server: Server, pulling: Pulling) -> None:
    people = people_behind("page", server, pulling)
    people.instead = lambda page: Reply(b"", 429, {"retry-after": "3600"}) if page == 1 else None
    assert "asks to wait 3600 seconds" in pulling.failure()
    assert max(pulling.clock.slept, default=0) < 1
    people.instead = lambda page: None
    assert pulling.one().rows == 4


def test_a_fault_of_the_server_is_tried_again_and_then_said(server: Server, pulling: Pulling) -> None:
    answers(server, Reply(b"", 502), ONE)
    pulling.configure("people", configuration(server))
    assert pulling.one().rows == 1
    server.asked.clear()
    answers(server, Reply(b"", 500))
    assert "the server answered 500" in pulling.failure()
    assert len(server.asked) == 5


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (Reply(b"", 401), "401, it does not accept who asks; check HR_TOKEN"),
        (Reply(b"", 403), "403, it does not allow it"),
        (Reply(b"", 404), "404, it does not find it; check base_url and path"),
        (Reply(b"", 429), "429, too many requests; lower requests_per_second"),
        (Reply(b"", 418), "418, it refuses"),
        (Reply(b"<html>sign in</html>"), "not JSON but text/html"),
        (Reply(b"{", headers={"content-type": "application/json"}), "not JSON; check path"),
        (Reply(b"[" * 100_000, headers={"content-type": "application/json"}), "not JSON"),
        (Reply(b""), "not JSON"),
        (Reply(b"{}", headers={"content-type": "application/json; charset=nonsense"}), "not JSON"),
        (Reply(b'{"data": [', missing=500), "broke off its answer"),
        (Reply(b"no gzip", headers={"content-encoding": "gzip"}), "cannot be asked (DecodingError)"),
        (Reply(b"", 302, {"location": "/people"}), "redirects in a circle"),
        (Reply(b"", 302, {"location": "https://elsewhere.example/x"}), "another host (elsewhere.example)"),
        (Reply(b"", 302, {"location": "//elsewhere.example/x"}), "another host (elsewhere.example)"),
        (Reply(b"", 302, {"location": "file:///etc/passwd"}), "only http:// and https://"),
        (Reply(b"", 302, {"location": "http://[::"}), "no HTTP"),
    ],
)
def test_whatever_is_answered_is_one_sentence(
    reply: Reply, said: str, server: Server, pulling: Pulling
) -> None:
    answers(server, reply)
    auth = "auth: {kind: bearer, token: '${HR_TOKEN}'}\nattempts: 2\n"
    pulling.configure("people", configuration(server, more=auth))
    assert said in pulling.failure()
    assert not pulling.landed()


@pytest.mark.parametrize(
    "following", ["https://elsewhere.example/people?page=2", "//elsewhere.example/", "ftp://x/"]
)
@pytest.mark.parametrize("style", ["next_url", "link"])
def test_a_next_page_on_another_host_is_not_asked(
    style: str, following: str, server: Server, pulling: Pulling
) -> None:
    people_behind(style, server, pulling)
    server.answer = lambda asked: Reply(
        {"data": [person(1)], "links": {"next": following}}, headers={"link": f'<{following}>; rel="next"'}
    )
    said = pulling.failure()
    assert "another host (elsewhere.example)" in said or "only http:// and https://" in said
    assert len(server.asked) == 1


def test_the_same_name_at_another_port_is_another_host(server: Server, pulling: Pulling) -> None:
    answers(server, Reply(b"", 302, {"location": "http://127.0.0.1:1/people"}))
    pulling.configure("people", configuration(server))
    assert "another host" in pulling.failure()


def test_a_redirect_within_the_host_is_followed(server: Server, pulling: Pulling) -> None:
    server.answer = lambda asked: ONE if asked.path == "/v2" else Reply(b"", 301, {"location": "/v2"})
    pulling.configure("people", configuration(server))
    assert pulling.one().rows == 1


def test_a_redirect_of_the_token_address_is_not_followed(server: Server, pulling: Pulling) -> None:
    answers(server, Reply(b"", 302, {"location": "https://elsewhere.example/"}))
    client = "client_id: a, client_secret: '${HR_CLIENT_SECRET}'"
    auth = f"{{kind: oauth2, token_url: {server.url}/token, {client}}}"
    pulling.configure("people", configuration(server, more=f"auth: {auth}\n"))
    assert "token_url answered 302" in pulling.failure()


def test_a_server_that_hangs_is_left(server: Server, pulling: Pulling) -> None:
    done = threading.Event()

    def answer(asked: Asked) -> Reply:
        done.wait(10)
        return ONE

    server.answer = answer
    pulling.configure("people", configuration(server, more="attempts: 1\ntime_out_seconds: 0.1\n"))
    try:
        assert "did not answer within 0.1 seconds" in pulling.failure()
    finally:
        done.set()


def test_a_server_that_drips_is_left(server: Server, pulling: Pulling) -> None:
    answers(server, Reply({"data": [person(1)] * 50_000}))
    pulling.clock.tick = 40
    pulling.configure("people", configuration(server, more="attempts: 1\n"))
    assert "did not answer within 60 seconds" in pulling.failure()


def test_an_answer_that_unfolds_without_end_is_cut(server: Server, pulling: Pulling) -> None:
    bomb = gzip.compress(b" " * 3_000_000)
    answers(server, Reply(bomb, headers={"content-encoding": "gzip"}))
    pulling.configure("people", configuration(server, more="max_answer_mb: 1\n"))
    assert "larger than 1 MB" in pulling.failure()


def test_nobody_there_is_said(server: Server, pulling: Pulling) -> None:
    text = configuration(server, more="attempts: 2\n").replace(server.url, "http://127.0.0.1:1")
    pulling.configure("people", text)
    assert "cannot be reached" in pulling.failure()


def test_chinese_answers_in_their_own_encoding_are_read(server: Server, pulling: Pulling) -> None:
    body = json.dumps({"data": [{**person(1), "name": "王芳"}]}, ensure_ascii=False).encode("gb18030")
    answers(server, Reply(body, headers={"content-type": "application/json; charset=gb18030"}))
    pulling.configure("people", configuration(server))
    assert pulling.rows(pulling.one())[0]["name"] == "王芳"


def test_a_secret_over_plain_http_to_another_machine_is_said(pulling: Pulling) -> None:
    pull = RestPull.model_validate(
        {
            "kind": "rest",
            "name": "people",
            "source": "employees",
            "base_url": "http://hr.example",
            "auth": {"kind": "bearer", "token": "${HR_TOKEN}"},
        }
    )
    web = Web(pull, Secrets(ENVIRONMENT), pulling.clock)
    assert web.sends_secrets_in_clear()
    web.close()
