"""`scorehouse erase`, `scorehouse purge` and `scorehouse requests`."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable
from typing import Annotated

import typer
from rich.console import Console

from warehouse.errors import UsageError
from warehouse.settings import Settings

Reason = Annotated[str, typer.Option(help="Why; without names. It stands in the receipt.")]


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console) -> None:
    """Adds the commands."""

    def say(text: str) -> None:
        out.print(text, highlight=False, markup=False)

    @app.command()
    def erase(
        candidate: Annotated[str | None, typer.Option("--candidate", help="The id of a candidate.")] = None,
        employee: Annotated[str | None, typer.Option("--employee", help="The id of an employee.")] = None,
        reason: Reason = "",
        yes: Annotated[bool, typer.Option("--yes", help="Do not ask again.")] = False,
        lift: Annotated[
            bool, typer.Option("--lift", help="Let exports bring back somebody who has newly consented.")
        ] = False,
        receipts: Annotated[bool, typer.Option("--receipts", help="List the receipts.")] = False,
    ) -> None:
        """Erase a person from every file, for good; or list the receipts of erasures and purges."""
        where = settings()
        if receipts:
            _list(where, say)
            return
        kind, id_ = _whom(candidate, employee)
        if lift:
            _lift(where, kind, id_, reason)
            say(f"The next export may bring this {kind} back.")
            return
        if not yes:
            _confirm(kind)
        _erase(where, kind, id_, reason, say)

    @app.command()
    def purge(
        dry_run: Annotated[bool, typer.Option("--dry-run", help="Only count what is due.")] = False,
        today: Annotated[
            str | None, typer.Option("--today", help="As if it were that day, YYYY-MM-DD.")
        ] = None,
    ) -> None:
        """Purge what is past its last day by the seed retention_policy; a line for each class."""
        from warehouse.purge import purge as purge_due

        for one in purge_due(settings(), today=_day(today), dry_run=dry_run):
            if one.stopped_by is not None:
                say(f"{one.field_class}: nothing purged, since {one.stopped_by}.")
            else:
                done = "due" if dry_run else "purged"
                say(f"{one.field_class}: {one.count:,} {done}, from before {one.last_day_kept}.")

    @app.command()
    def requests(
        answered: Annotated[
            str | None, typer.Option("--answered", help="The id of a request whose copy was handed over.")
        ] = None,
        how: Annotated[str, typer.Option("--how", help="In which way; without names.")] = "",
    ) -> None:
        """List the requests for a copy of own data that wait, or note that one was answered."""
        from warehouse import privacy_answers
        from warehouse.erasure.carrying_out import OPERATOR

        where = settings()
        if answered is not None:
            receipt = privacy_answers.answer(where, answered, how, who=OPERATOR, role=OPERATOR)
            say(f"Receipt {receipt.receipt_id}, {receipt.receipt_hash}")
            say("The next `scorehouse build` closes the request.")
            return
        found = privacy_answers.waiting(where)
        for whose, one in found:
            say(f"{one.request_id}  {whose}  {one.requested_at:%Y-%m-%d}")
        say(f"{len(found):,} {'request waits' if len(found) == 1 else 'requests wait'} for a copy.")


def _erase(where: Settings, kind: str, id_: str, reason: str, say: Callable[[str], None]) -> None:
    from warehouse import erasure

    receipt = erasure.erase(where, id_, kind=kind, reason=reason)
    if not receipt.is_done:
        say(f"A build is running: the erasure {receipt.receipt_id} is carried out when it ends.")
        return
    counts = ", ".join(f"{name} {count:,}" for name, count in (receipt.counts or {}).items())
    say(f"Erased ({receipt.manner}): {counts}")
    say(f"Receipt {receipt.receipt_id}, {receipt.receipt_hash}")
    say("Run `scorehouse build` to count the marts anew.")


def _lift(where: Settings, kind: str, id_: str, reason: str) -> None:
    from warehouse import erasure

    if not reason:
        raise UsageError("Say with --reason when and how the person newly consented.")
    erasure.lift(where, id_, kind=kind, reason=reason)


def _list(where: Settings, say: Callable[[str], None]) -> None:
    from warehouse.receipts import receipts as all_receipts

    for one in all_receipts(where):
        done = f"{one.done_at:%Y-%m-%d %H:%M}" if one.done_at else "begun"
        what = one.field_class or one.manner
        count = sum((one.counts or {}).values())
        said = f"{one.kind}  {what}  {done} UTC  by {one.who}  {count:,} records  {one.receipt_hash}"
        say(f"{one.receipt_id}  {said}")


def _whom(candidate: str | None, employee: str | None) -> tuple[str, str]:
    if (candidate is None) == (employee is None):
        raise UsageError("Name one person: --candidate ID or --employee ID.")
    return ("candidate", candidate) if candidate is not None else ("employee", employee or "")


def _confirm(kind: str) -> None:
    if not sys.stdin.isatty():
        raise UsageError("What is erased is lost for good: add --yes where nobody can be asked.")
    typer.confirm(f"Erase this {kind} from every file, for good?", abort=True)


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day: write it as 2026-12-31.") from None
