"""The mail server: settings from the environment or a file of mode 0600, and handing one mail over.

What may go wrong is told apart by what is to be done: later again, never again, or nobody knows.
"""

from __future__ import annotations

import os
import smtplib
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from warehouse.errors import ScorehouseError, UsageError
from warehouse.settings import Settings

FILE_VARIABLE = "SCOREHOUSE_SMTP"
FILE_NAME = "smtp.yml"
# Each setting as a variable of its own; what stands there wins over the file.
VARIABLES = {
    "host": "SCOREHOUSE_SMTP_HOST",
    "port": "SCOREHOUSE_SMTP_PORT",
    "security": "SCOREHOUSE_SMTP_SECURITY",
    "user": "SCOREHOUSE_SMTP_USER",
    "password": "SCOREHOUSE_SMTP_PASSWORD",
    "sender": "SCOREHOUSE_SMTP_SENDER",
    "url": "SCOREHOUSE_URL",
}
PORTS = {"starttls": 587, "tls": 465, "none": 25}
SECONDS = 30.0
_HERE = frozenset({"127.0.0.1", "localhost", "::1"})


class MailNotConfigured(UsageError):  # noqa: N818 - a house without mail is a state, not a mistake
    """There is no mail server."""


class MailError(ScorehouseError):
    """A mail was not handed over.

    `again`: it may be tried later. `known`: that it did not arrive is certain; without that it is not tried
    again, since nobody should get it twice.
    """

    def __init__(self, message: str, *, again: bool, known: bool = True) -> None:
        super().__init__(message)
        self.again = again
        self.known = known


class MailServer(BaseModel):
    """`vault/smtp.yml`: where mail is handed over, as whom, and to which domains it may go."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    host: str = Field(min_length=1)
    port: int = Field(default=0, ge=0, le=65535)
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = Field(default="", repr=False)
    sender: str = Field(min_length=3, pattern=r"^[^@\s]+@[^@\s]+$")
    # Where the dashboards are reached, for the links in a mail.
    url: str = ""
    # Domains that people may enter an address of by themselves; with none, only the operator sets addresses.
    domains: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _is_safe(self) -> MailServer:
        if self.security == "none" and self.host not in _HERE:
            raise ValueError("security: none is for a server on this machine only; use starttls or tls")
        if bool(self.user) != bool(self.password):
            raise ValueError("user and password belong together")
        return self

    def link(self, page: str, query: str = "") -> str:
        """The address of a page; empty where nobody said where the dashboards are."""
        if not self.url:
            return ""
        return f"{self.url.rstrip('/')}/{page}{f'?{query}' if query else ''}"


def read_server(settings: Settings) -> MailServer:
    """The mail server of this installation; `MailNotConfigured` when there is none.

    Raises `UsageError` for settings that cannot be used; it never quotes them.
    """
    path, given = _file(settings)
    for name, variable in VARIABLES.items():
        value = os.environ.get(variable, "").strip()
        if value:
            given[name] = value
    if not given:
        raise MailNotConfigured(
            f"No mail server is set: put host, security, user, password and sender into {path} (mode 0600), "
            f"or into {VARIABLES['host']} and its fellows."
        )
    try:
        return MailServer.model_validate(given)
    except ValidationError as error:
        faults = "; ".join(
            f"{'.'.join(str(part) for part in fault['loc']) or 'settings'}: {fault['msg']}"
            for fault in error.errors(include_url=False, include_input=False, include_context=False)
        )
        raise UsageError(f"The mail server of {path} or the environment cannot be used: {faults}.") from None


def _file(settings: Settings) -> tuple[Path, dict[str, Any]]:
    named = os.environ.get(FILE_VARIABLE, "").strip()
    path = Path(named).expanduser() if named else settings.vault / FILE_NAME
    try:
        mode, text = path.stat().st_mode, path.read_text(encoding="utf-8")
    except FileNotFoundError:
        if named:
            raise UsageError(f"{FILE_VARIABLE} names {path}, which does not exist.") from None
        return path, {}
    if mode & 0o077:
        raise UsageError(f"Others can read {path}, which holds a secret: run `chmod 600 {path}`.")
    try:
        content = yaml.load(text, Loader=yaml.CSafeLoader)
    except yaml.YAMLError:
        content = None
    if not isinstance(content, dict):
        raise UsageError(f"{path} cannot be used: it is not a YAML mapping.")
    return path, content


def hand_over(server: MailServer, mail: EmailMessage) -> None:
    """Gives one mail to the server, which has then taken it on; `MailError` says why it did not."""
    with _entered(server) as connection:
        try:
            connection.send_message(mail)
        except smtplib.SMTPRecipientsRefused as refused:
            code = next((code for code, _ in refused.recipients.values()), 0)
            raise MailError(
                f"The mail server {server.host} does not take mail for this address ({code}).",
                again=_is_passing(code),
            ) from None
        except smtplib.SMTPResponseException as refused:
            raise MailError(
                f"The mail server {server.host} refused the mail ({refused.smtp_code}).",
                again=_is_passing(refused.smtp_code),
            ) from None
        except (smtplib.SMTPException, OSError):
            raise MailError(
                f"The connection to {server.host} broke while the mail was handed over: "
                "it may have arrived, and is not sent again.",
                again=False,
                known=False,
            ) from None


@contextmanager
def _entered(server: MailServer) -> Iterator[smtplib.SMTP]:
    """A connection that is encrypted and signed in; until here nothing was sent: it may be tried again."""
    port = server.port or PORTS[server.security]
    connection: smtplib.SMTP | None = None
    try:
        if server.security == "tls":
            trusted = ssl.create_default_context()
            connection = smtplib.SMTP_SSL(server.host, port, timeout=SECONDS, context=trusted)
        else:
            connection = smtplib.SMTP(server.host, port, timeout=SECONDS)
        if server.security == "starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password)
    except smtplib.SMTPAuthenticationError:
        _close(connection)
        raise MailError(
            f"The mail server {server.host} does not accept user and password.", again=True
        ) from None
    except ssl.SSLError:
        _close(connection)
        raise MailError(
            f"The mail server {server.host} has no certificate that this machine trusts, or speaks no TLS "
            f"on port {port}.",
            again=True,
        ) from None
    except (smtplib.SMTPException, OSError) as error:
        _close(connection)
        why = f" ({error.strerror})" if isinstance(error, OSError) and error.strerror else ""
        raise MailError(
            f"The mail server {server.host}:{port} cannot be reached or cannot be used{why}.", again=True
        ) from None
    try:
        yield connection
    finally:
        _close(connection)


def _close(connection: smtplib.SMTP | None) -> None:
    # The mail is accepted or not by now: how the server takes its leave changes nothing.
    if connection is not None:
        connection.close()


def _is_passing(code: int) -> bool:
    """4xx means: not now."""
    return 400 <= code < 500
