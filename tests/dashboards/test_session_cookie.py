"""The session's cookie, and what the server answers to who has none."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from dashboards import session_cookie
from dashboards.doorkeeper import Doorkeeper
from dashboards.session_cookie import HEADER, PATH, Cookie
from tests.dashboards.fixture_marts import write_marts
from warehouse import accounts, sessions
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

TOLD = {HEADER: "http:"}
COOKIE = Cookie("scorehouse_session_8501", "a-token", 600)


def _file(request: object) -> Response:
    return Response(b"rows", headers={"Content-Disposition": 'attachment; filename="rows.csv"'})


def _picture(request: object) -> Response:
    return Response(b"picture", media_type="image/png")


@pytest.fixture
def client() -> Iterator[TestClient]:
    """The route and the doorkeeper, with a file and a picture behind them."""
    routes = [session_cookie.ROUTE, Route("/media/a.csv", _file), Route("/media/a.png", _picture)]
    with TestClient(Starlette(routes=routes, middleware=[Middleware(Doorkeeper)])) as made:
        yield made


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv(HOME_VARIABLE, str(tmp_path))
    write_marts(tmp_path / "published", interviews=0)
    return Settings(home=tmp_path).ensure()


def test_a_ticket_is_changed_once_for_a_cookie_that_no_script_can_read(client: TestClient) -> None:
    given = session_cookie.ticket(COOKIE)
    first = client.post(PATH, content=given.number, headers=TOLD)
    told = first.headers["set-cookie"].lower()
    assert told.startswith("scorehouse_session_8501=a-token;")
    assert {"httponly", "samesite=strict", "max-age=600", "path=/"} <= set(told.split("; "))
    assert "secure" not in told
    assert given.is_used
    assert "set-cookie" not in client.post(PATH, content=given.number, headers=TOLD).headers


def test_where_the_browser_came_by_https_the_cookie_goes_by_https_only(client: TestClient) -> None:
    given = session_cookie.ticket(COOKIE)
    told = client.post(PATH, content=given.number, headers={HEADER: "https:"}).headers["set-cookie"]
    assert "secure" in told.lower().split("; ")


@pytest.mark.parametrize(
    "headers", [{}, {**TOLD, "Sec-Fetch-Site": "cross-site"}, {**TOLD, "Sec-Fetch-Site": "same-site"}]
)
def test_another_site_puts_nobody_into_a_session_of_its_own(
    client: TestClient, headers: dict[str, str]
) -> None:
    given = session_cookie.ticket(COOKIE)
    assert "set-cookie" not in client.post(PATH, content=given.number, headers=headers).headers
    assert not given.is_used
    asked = {"Origin": "http://evil.example", "Access-Control-Request-Method": "POST"}
    assert "access-control-allow-origin" not in client.options(PATH, headers=asked).headers


@pytest.mark.parametrize("number", ["", "x", "x" * 10_000, "\u00e9"])
def test_what_is_no_ticket_gets_the_same_answer_and_no_cookie(client: TestClient, number: str) -> None:
    answer = client.post(PATH, content=number.encode(), headers=TOLD)
    assert (answer.status_code, answer.content) == (204, b"")
    assert "set-cookie" not in answer.headers


def test_a_ticket_that_nobody_used_in_time_is_lost(
    client: TestClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = session_cookie.ticket(COOKIE)
    monkeypatch.setattr(session_cookie.time, "monotonic", lambda: given.until + 1)
    assert given.is_lost
    assert "set-cookie" not in client.post(PATH, content=given.number, headers=TOLD).headers


def test_a_saved_file_goes_to_who_is_signed_in_only(client: TestClient, settings: Settings) -> None:
    accounts.first_password(settings, "hr")
    token = sessions.open_session(settings, Viewer("hr", "hr"))
    unfinished = sessions.open_session(settings, Viewer("hr", "hr"), needs=[sessions.CODE])
    for wrong in (None, "made-up", unfinished):
        client.cookies.clear()
        if wrong is not None:
            client.cookies.set(session_cookie.name(), wrong)
        refused = client.get("/media/a.csv")
        assert (refused.status_code, b"rows" in refused.content) == (403, False)
        assert "Sign in first" in refused.text
    client.cookies.clear()
    client.cookies.set(session_cookie.name(), token)
    assert client.get("/media/a.csv").content == b"rows"
    sessions.end_session(settings, token)
    assert client.get("/media/a.csv").status_code == 403


def test_a_picture_of_a_page_is_shown_and_no_page_stands_in_a_foreign_frame(client: TestClient) -> None:
    picture = client.get("/media/a.png")
    assert picture.content == b"picture"
    assert picture.headers["x-frame-options"] == "SAMEORIGIN"
    assert picture.headers["referrer-policy"] == "same-origin"
    assert picture.headers["x-content-type-options"] == "nosniff"
