"""A mail server on this machine, as small as it can be: takes mail, refuses, breaks off, as it is told."""

from __future__ import annotations

import base64
import email
import email.policy
import socketserver
import threading
from dataclasses import dataclass, field
from email.message import EmailMessage

from warehouse.mailing.server import MailServer


@dataclass
class Manner:
    """How it behaves, and what it was given."""

    user: str = ""
    password: str = ""
    recipient_answer: str = "250 fine"
    data_answer: str = "250 taken"
    breaks_off_after_data: bool = False
    taken: list[EmailMessage] = field(default_factory=list)


class LocalServer(socketserver.ThreadingTCPServer):
    """`with LocalServer() as server`; `server.taken` are the mails."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.manner = Manner()
        threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()

    @property
    def taken(self) -> list[EmailMessage]:
        return self.manner.taken

    @property
    def settings(self) -> MailServer:
        return MailServer(
            host="127.0.0.1",
            port=self.server_address[1],
            security="none",
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
        manner = self.server.manner
        self._say("220 here")
        for line in self.rfile:
            word = line.split(b" ")[0].strip().upper()
            if word == b"EHLO":
                self._say("250-here", "250 AUTH PLAIN" if manner.user else "250 SIZE")
            elif word == b"AUTH":
                given = base64.b64decode(line.split()[-1]).split(b"\0")[1:]
                right = given == [manner.user.encode(), manner.password.encode()]
                self._say("235 in" if right and manner.user != "stranger" else "535 no")
            elif word == b"RCPT":
                self._say(manner.recipient_answer)
            elif word == b"DATA":
                self._say("354 go on")
                if not self._took(manner):
                    return
            elif word == b"QUIT":
                self._say("221 bye")
                return
            else:
                self._say("250 fine")

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


def text_of(mail: EmailMessage) -> str:
    """What the mail says."""
    body = mail.get_body()
    assert body is not None
    return str(body.get_content())
