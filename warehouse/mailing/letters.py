"""What is mailed: a title, a few lines as text and as HTML, a table as XLSX; made into one message."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import format_datetime

from warehouse.errors import ScorehouseError
from warehouse.mailing.server import MailServer
from warehouse.mailing.subscriptions import Subscription
from warehouse.settings import Settings
from warehouse.viewer import Viewer

_XLSX = ("application", "vnd.openxmlformats-officedocument.spreadsheetml.sheet")


class WithheldError(ScorehouseError):
    """Nothing may be sent now; `why` is the state that the subscription then shows."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class Letter:
    """A mail before it is one. `digest` changes when what it says changes, apart from moments."""

    subject: str
    text: str
    digest: str
    # The same as HTML, for mailboxes that show it; empty for a mail of text alone.
    html: str = ""
    rows: int = 0
    file_name: str = ""
    file: bytes = b""
    # Whether there is anything to say at all.
    is_empty: bool = False


# Makes a letter with the rights that the viewer has at that moment.
Writer = Callable[[Settings, Viewer, Subscription, MailServer, dt.datetime], Letter]


def message(server: MailServer, address: str, letter: Letter, id_: str, now: dt.datetime) -> EmailMessage:
    """The message; its id is that of the due date, so that a mailbox knows a second one for the same."""
    mail = EmailMessage()
    mail["Subject"] = " ".join(letter.subject.split())
    mail["From"] = server.sender
    mail["To"] = address
    mail["Date"] = format_datetime(now)
    mail["Message-ID"] = f"<{id_}@{server.sender.rpartition('@')[2]}>"
    # Nobody's absence note is to answer, and no list software to take it for a person's mail.
    mail["Auto-Submitted"] = "auto-generated"
    unsubscribe = server.link("account")
    if unsubscribe:
        mail["List-Unsubscribe"] = f"<{unsubscribe}>"
    mail.set_content(letter.text, cte="base64")
    if letter.html:
        mail.add_alternative(letter.html, subtype="html", cte="base64")
    if letter.file:
        mail.add_attachment(letter.file, *_XLSX, filename=letter.file_name)
    return mail
