"""A real HTTP server on 127.0.0.1 that answers as a test says and remembers what it was asked."""

from __future__ import annotations

import json
import ssl
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from types import TracebackType
from typing import Any
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Reply:
    """One answer; a list or object goes out as JSON, bytes as they are."""

    body: Any = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    # Bytes announced beyond what is sent, as when a connection breaks.
    missing: int = 0


class _Quiet(ThreadingHTTPServer):
    """Says nothing about clients that go away, as one does that trusts no certificate."""

    def handle_error(self, request: object, client_address: object) -> None:
        """Silent."""


Answering = Callable[[Asked], Reply]


class Server:
    """Runs in threads of its own while the block lasts."""

    def __init__(self, tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        # What its clock shows; the real time when nobody says.
        self.moment: datetime | None = None
        self.answer: Answering = lambda asked: Reply([])
        self._http = _Quiet(("127.0.0.1", 0), self._handler())
        self._scheme = "https" if tls else "http"
        if tls is not None:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True)
        self._thread = threading.Thread(target=self._http.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"{self._scheme}://127.0.0.1:{self._http.server_port}"

    def __enter__(self) -> Server:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                length = int(self.headers.get("content-length", 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                query = dict(parse_qsl(parts.query, keep_blank_values=True))
                asked = Asked(self.command, parts.path, query, headers, self.rfile.read(length))
                server.asked.append(asked)
                self._send(server.answer(asked))

            def do_POST(self) -> None:
                self.do_GET()

            def _send(self, reply: Reply) -> None:
                is_json = not isinstance(reply.body, bytes)
                content = json.dumps(reply.body).encode() if is_json else reply.body
                self.send_response(reply.status)
                named = {"content-type": "application/json" if is_json else "text/html", **reply.headers}
                for name, value in named.items():
                    self.send_header(name, value)
                self.send_header("content-length", str(len(content) + reply.missing))
                self.end_headers()
                self.wfile.write(content)

            def date_time_string(self, timestamp: float | None = None) -> str:
                return format_datetime(server.moment or datetime.now(UTC), usegmt=True)

            def log_message(self, format: str, *args: object) -> None:
                """Silent: the address may hold what a test looks for in outputs."""

        return Handler
