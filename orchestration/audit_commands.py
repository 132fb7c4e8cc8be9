"""`scorehouse audit`: whether the log is as it was written, and what it says."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console

from warehouse.errors import AuditError, UsageError
from warehouse.settings import Settings

_DAY = dt.timedelta(days=1)


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console) -> None:
    """Adds `scorehouse audit verify|show` to the command."""
    audit = typer.Typer(
        name="audit",
        help="Who did what to whose data: the log, and the proof that it is as it was written.",
        no_args_is_help=True,
    )
    app.add_typer(audit)

    def say(text: str) -> None:
        out.print(text, highlight=False, markup=False)

    @audit.command()
    def verify() -> None:
        """Read every line anew; says the first that was changed, taken out, put in or cut off."""
        from warehouse.audit_log import SENTENCES
        from warehouse.audit_log import verify as read_anew

        verdict = read_anew(settings())
        if not verdict.holds:
            raise AuditError(
                f"The audit log does not hold: {SENTENCES[verdict.why].format(line=verdict.broken)}"
            )
        say(f"The audit log holds: {verdict.lines:,} lines, each as it was written.")

    @audit.command()
    def show(
        who: Annotated[str | None, typer.Option("--who", help="Account, or operator.")] = None,
        action: Annotated[str | None, typer.Option("--action", help="For example view_person.")] = None,
        subject: Annotated[str | None, typer.Option("--subject", help="Id of a person, account …")] = None,
        since: Annotated[str | None, typer.Option("--since", help="First day, YYYY-MM-DD.")] = None,
        until: Annotated[str | None, typer.Option("--until", help="Last day, YYYY-MM-DD.")] = None,
        last: Annotated[int, typer.Option("--last", min=1, help="At most so many, the latest.")] = 50,
        as_json: Annotated[bool, typer.Option("--json", help="One JSON object a line.")] = False,
    ) -> None:
        """Show lines of the log, the latest last."""
        from warehouse.audit import Action
        from warehouse.audit_log import Entry, entries

        if action is not None and action not in list(Action):
            raise UsageError(f"There is no action {action!r}: choose one of {', '.join(Action)}.")
        where = settings()
        begin, end = _midnight(since, where), _midnight(until, where)
        found = entries(
            where,
            who=who,
            action=action,
            subject=subject,
            since=begin,
            until=end + _DAY if end is not None else None,
            last=last,
        )

        def line(entry: Entry) -> str:
            rows = "" if entry.rows is None else f"{entry.rows:,} rows"
            details = [f"{name}={value}" for name, value in entry.details.items() if value != ""]
            at = f"{entry.at.astimezone(where.timezone):%Y-%m-%d %H:%M:%S}"
            parts = [at, f"{entry.who} ({entry.role})", entry.action, entry.subject, rows, *details]
            return "  ".join(part for part in parts if part)

        for entry in reversed(found):
            if as_json:
                say(json.dumps({**vars(entry), "at": entry.at.isoformat()}, ensure_ascii=False))
            else:
                say(line(entry))


def _midnight(text: str | None, where: Settings) -> dt.datetime | None:
    """The beginning of a local day."""
    if text is None:
        return None
    try:
        return dt.datetime.combine(dt.date.fromisoformat(text), dt.time(), where.timezone)
    except ValueError:
        raise UsageError(f"{text!r} is no day: write it as 2026-12-31.") from None
