"""`scorehouse subscriptions`: who gets what by mail, and sending what is due."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from warehouse.errors import UsageError
from warehouse.settings import Settings

if TYPE_CHECKING:
    from warehouse.mailing.subscriptions import Subscription

Say = Callable[[str], None]


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console) -> None:
    """Adds `scorehouse subscriptions list|send` to the command."""
    subscriptions = typer.Typer(
        name="subscriptions", help="Views and alerts that people get by mail.", no_args_is_help=True
    )
    app.add_typer(subscriptions)

    def say(text: str) -> None:
        out.print(text, highlight=False, markup=False)

    @subscriptions.command("list")
    def list_all() -> None:
        """Every subscription: whose, of what, how often, when next, and what became of the last time."""
        from warehouse.mailing.subscriptions import all_subscriptions

        where = settings()
        now = dt.datetime.now(dt.UTC)
        for one in all_subscriptions(where):
            say(_line(where, one, now))

    @subscriptions.command()
    def send(
        due: Annotated[bool, typer.Option("--due", help="Send everything that is due.")] = False,
        dry_run: Annotated[
            bool, typer.Option("--dry-run", help="Only say what would be sent, and to whom.")
        ] = False,
    ) -> None:
        """Send what is due; a line a mail. Exit code 1 when one was not handed over."""
        if due == dry_run:
            raise UsageError("Say which: --due sends what is due, --dry-run only shows it.")
        where = settings()
        if dry_run:
            _rehearse(where, say)
        elif _send(where, say):
            raise typer.Exit(1)


def _send(where: Settings, say: Say) -> bool:
    """Whether anything was due and was not handed over."""
    from dashboards.mailed import write
    from warehouse.mailing.sending import send_due
    from warehouse.mailing.server import read_server

    outcomes = send_due(where, read_server(where), write)
    for one in outcomes:
        told = f": {one.sentence}" if one.sentence else ""
        say(f"{one.subscription.owner}  {_what(one.subscription)}  {one.due}  {one.state}{told}")
    if not outcomes:
        say("Nothing is due.")
    return any(one.state in ("waiting", "failed") for one in outcomes)


def _rehearse(where: Settings, say: Say) -> None:
    from dashboards.mailed import write
    from warehouse.mailing.sending import rehearse
    from warehouse.mailing.server import read_server

    count = 0
    for due, letter, sentence in rehearse(where, read_server(where), write):
        count += 1
        told = f"would send {letter.rows:,} rows: {letter.subject}" if letter else f"nothing: {sentence}"
        say(f"{due.subscription.owner}  {_what(due.subscription)}  {due.due}  {told}")
    if not count:
        say("Nothing is due.")


def _what(one: Subscription) -> str:
    return one.kind if one.kind == "alerts" else one.page


def _line(where: Settings, one: Subscription, now: dt.datetime) -> str:
    from warehouse.mailing.calendar import next_due

    at = next_due(one, now, where.timezone)
    parts = [one.owner, _what(one), one.rhythm, one.language]
    parts.append("paused" if one.is_paused else f"next {at:%Y-%m-%d %H:%M}" if at else "after each publish")
    if one.last_sent_at:
        sent = dt.datetime.fromisoformat(one.last_sent_at).astimezone(where.timezone)
        parts.append(f"last sent {sent:%Y-%m-%d %H:%M}")
    if one.state:
        parts.append(f"{one.state}{f': {one.sentence}' if one.sentence else ''}")
    return "  ".join(parts)
