"""A mail server on this machine, as small as it can be: takes mail, refuses, breaks off, as it is told."""

from __future__ import annotations

import base64
import email
import email.policy
import socketserver
import ssl
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Literal

from warehouse.mailing.server import MailServer


@dataclass
class Manner:
    """How it behaves, and what it was given."""

    user: str = ""
    password: str = ""
    recipient_answer: str = "250 fine"
    data_answer: str = "250 taken"
    breaks_off_after_data: bool = False
    offers_starttls: bool = True
    taken: list[EmailMessage] = field(default_factory=list)
    # Words of the client, each with whether it came encrypted.
    heard: list[tuple[str, bool]] = field(default_factory=list)


class LocalServer(socketserver.ThreadingTCPServer):
    """`with LocalServer() as server`; `server.taken` are the mails. `chain`: certificate and key, for TLS."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(
        self, security: Literal["starttls", "tls", "none"] = "none", chain: Path | None = None
    ) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.manner = Manner()
        self.security: Literal["starttls", "tls", "none"] = security
        self.tls: ssl.SSLContext | None = None
        if chain is not None:
            self.tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            self.tls.load_cert_chain(chain)
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def taken(self) -> list[EmailMessage]:
        return self.manner.taken

    @property
    def settings(self) -> MailServer:
        return MailServer(
            host="127.0.0.1",
            port=self.server_address[1],
            security=self.security,
            user=self.manner.user,
            password=self.manner.password,
            sender="scorehouse@acme.example",
            url="https://hr.acme.example",
            domains=("acme.example",),
        )

    def __exit__(self, *args: object) -> None:
        self.shutdown()
        super().__exit__(*args)


class _Talk(socketserver.StreamRequestHandler):
    server: LocalServer

    def handle(self) -> None:
        if self.server.security == "tls" and not self._is_encrypted_now():
            return
        self._say("220 here")
        while self._answer(self.rfile.readline()):
            pass

    def _answer(self, line: bytes) -> bool:
        """Answers one line; False when there is no more to say."""
        manner = self.server.manner
        word = line.split(b" ")[0].strip().upper()
        manner.heard.append((word.decode(), isinstance(self.request, ssl.SSLSocket)))
        if word == b"STARTTLS":
            self._say("220 go on")
            return self._is_encrypted_now()
        return bool(line) and self._said(word, line, manner)

    def _said(self, word: bytes, line: bytes, manner: Manner) -> bool:
        if word == b"EHLO":
            offered = ["STARTTLS"] if self.server.tls and manner.offers_starttls else []
            self._say("250-here", *(f"250-{one}" for one in offered))
            self._say("250 AUTH PLAIN" if manner.user else "250 SIZE")
        elif word == b"AUTH":
            given = base64.b64decode(line.split()[-1]).split(b"\0")[1:]
            right = given == [manner.user.encode(), manner.password.encode()]
            self._say("235 in" if right and manner.user != "stranger" else "535 no")
        elif word == b"RCPT":
            self._say(manner.recipient_answer)
        elif word == b"DATA":
            self._say("354 go on")
            return self._took(manner)
        elif word == b"QUIT":
            self._say("221 bye")
            return False
        else:
            self._say("250 fine")
        return True

    def _is_encrypted_now(self) -> bool:
        """From here on TLS; False where the client does not trust the certificate."""
        assert self.server.tls is not None
        try:
            self.request = self.server.tls.wrap_socket(self.request, server_side=True)
        except (ssl.SSLError, OSError):
            return False
        self.rfile = self.request.makefile("rb")
        self.wfile = self.request.makefile("wb", buffering=0)
        return True

    def _took(self, manner: Manner) -> bool:
        lines = []
        for line in self.rfile:
            if line == b".\r\n":
                break
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        if manner.data_answer.startswith("250"):
            found = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
            assert isinstance(found, EmailMessage)
            manner.taken.append(found)
        if manner.breaks_off_after_data:
            return False
        self._say(manner.data_answer)
        return True

    def _say(self, *lines: str) -> None:
        self.wfile.write("".join(f"{line}\r\n" for line in lines).encode())


def text_of(mail: EmailMessage, kind: str = "plain") -> str:
    """What the mail says, as `plain` text or as `html`."""
    body = mail.get_body((kind,))
    assert body is not None
    return str(body.get_content())
