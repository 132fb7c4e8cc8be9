"""The cookie of a session, out of reach of scripts: a ticket of the page, changed at a route of its own.

Streamlit cannot set a cookie from Python, and one that a page's script sets can be read by any script. So the
page gets a ticket that is good once and briefly; the route takes it and answers with an HttpOnly cookie.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass

import streamlit as st
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

PATH = "/session-cookie"
# A form of another site cannot send such a header, and a script of another site would have to ask first.
HEADER = "x-scorehouse"
_GOOD_FOR_SECONDS = 120.0
_LONGEST_BODY = 200


@dataclass(frozen=True)
class Cookie:
    """What the browser is to keep; seconds of 0 make it forget."""

    name: str
    value: str
    seconds: int


@dataclass
class Ticket:
    """Stands once for a cookie; the page keeps it to know whether the browser has used it."""

    cookie: Cookie
    number: str
    until: float
    is_used: bool = False

    @property
    def is_lost(self) -> bool:
        """Ran out before the browser used it: the page gives another."""
        return not self.is_used and self.until < time.monotonic()


_waiting: dict[str, Ticket] = {}
_lock = threading.Lock()


def name() -> str:
    """One a port, because browsers share the cookies of 127.0.0.1 between ports."""
    return f"scorehouse_session_{st.get_option('server.port')}"


def ticket(cookie: Cookie) -> Ticket:
    """A new one for this cookie."""
    now = time.monotonic()
    made = Ticket(cookie, secrets.token_urlsafe(24), now + _GOOD_FOR_SECONDS)
    with _lock:
        for old in [number for number, one in _waiting.items() if one.until < now]:
            del _waiting[old]
        _waiting[made.number] = made
    return made


def _redeemed(number: str) -> Cookie | None:
    """The cookie of a ticket that waits, which is used up by it."""
    with _lock:
        one = _waiting.pop(number, None)
        if one is None or one.is_lost:
            return None
        one.is_used = True
        return one.cookie


def script(given: Ticket) -> str:
    """What the page's browser does with a ticket."""
    return (
        f"<script>fetch('{PATH}', {{method: 'POST', keepalive: true, credentials: 'same-origin', "
        f"headers: {{'{HEADER}': location.protocol}}, body: '{given.number}'}});</script>"
    )


async def _change(request: Request) -> Response:
    """Answers the same whether a ticket was good: nobody learns by asking."""
    response = Response(status_code=204, headers={"Cache-Control": "no-store"})
    protocol = request.headers.get(HEADER)
    if protocol is None or request.headers.get("sec-fetch-site", "same-origin") != "same-origin":
        return response
    cookie = _redeemed(await _short_body(request))
    if cookie is not None:
        response.set_cookie(
            cookie.name,
            cookie.value,
            max_age=cookie.seconds,
            path="/",
            httponly=True,
            samesite="strict",
            # Behind a proxy only the browser knows that the way to it is encrypted.
            secure=protocol == "https:" or request.url.scheme == "https",
        )
    return response


async def _short_body(request: Request) -> str:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > _LONGEST_BODY:
            return ""
    return body.decode("ascii", "replace")


ROUTE = Route(PATH, _change, methods=["POST"])
