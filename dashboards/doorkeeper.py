"""What stands before every answer of the server: a file goes to who is signed in, a page into no frame.

Streamlit keeps a file that a page offers under an address that is hard to guess and asks nobody who they are.
"""

from __future__ import annotations

from functools import partial

from anyio import to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dashboards import session_cookie
from dashboards.catalogue import words_in
from warehouse import sessions
from warehouse.settings import Settings

_FILES = "/media/"
_ALWAYS = {
    # Of another site that shows these pages in a frame and has the reader click through it.
    "X-Frame-Options": "SAMEORIGIN",
    "X-Content-Type-Options": "nosniff",
    # Addresses hold ids: they are told to no other site.
    "Referrer-Policy": "same-origin",
}


class Doorkeeper:
    """Wraps the dashboards; pictures of a page are no files to save and pass."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request, or one socket, which passes untouched."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        is_refused = False

        async def sending(message: Message) -> None:
            nonlocal is_refused
            if message["type"] == "http.response.start":
                if _is_saved(scope, message) and not await _is_signed_in(scope):
                    is_refused = True
                    await _refusal()(scope, receive, send)
                    return
                headers = MutableHeaders(scope=message)
                for name, value in _ALWAYS.items():
                    headers.setdefault(name, value)
            if not is_refused:
                await send(message)

        await self._app(scope, receive, sending)


def _is_saved(scope: Scope, start: Message) -> bool:
    """Whether this is a file that the browser saves."""
    told = Headers(scope=start).get("content-disposition", "")
    return _FILES in str(scope["path"]) and told.lower().startswith("attachment")


async def _is_signed_in(scope: Scope) -> bool:
    token = HTTPConnection(scope).cookies.get(session_cookie.name())
    if not token:
        return False
    look = partial(sessions.session, Settings.from_env(), token)
    return await to_thread.run_sync(look) is not None


def _refusal() -> PlainTextResponse:
    said = " ".join(words_in(language)("signin.file") for language in ("zh", "en"))
    return PlainTextResponse(said, status_code=403, headers=_ALWAYS)
