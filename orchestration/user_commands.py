"""`scorehouse user`: accounts, and grants of departments."""

from __future__ import annotations

import datetime as dt
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Annotated

import typer
from rich.console import Console

from warehouse.errors import NothingPublished, UsageError
from warehouse.settings import Settings

if TYPE_CHECKING:
    from warehouse.grants import Account

Name = Annotated[str, typer.Argument(help="The account's name.")]
FromStdin = Annotated[
    bool, typer.Option("--password-stdin", help="Read the password from standard input, one line.")
]
# Whoever can run commands here can read the keys: there is no other author to name.
AUTHOR = "operator"
_INSTANT = dt.timedelta(microseconds=1)


def register(app: typer.Typer, settings: Callable[[], Settings], out: Console) -> None:
    """Adds `scorehouse user add|link|grant|revoke|list|reset|mail` to the command."""
    user = typer.Typer(
        name="user",
        help="Who may sign in, in which role, and which departments a department head may see.",
        no_args_is_help=True,
    )
    app.add_typer(user)

    def say(text: str) -> None:
        out.print(text, highlight=False, markup=False)

    @user.command()
    def add(
        name: Name,
        role: Annotated[str, typer.Option(help="hr, department_head, analyst or candidate.")],
        password_stdin: FromStdin = False,
        candidate: Annotated[
            str | None, typer.Option("--candidate", help="For the role candidate: whose rows it sees.")
        ] = None,
        identity: Annotated[
            str | None,
            typer.Option("--identity", help="Enters by the company's sign-in as this; no password."),
        ] = None,
    ) -> None:
        """Add an account; without --password-stdin a one-time password is invented and printed once."""
        from warehouse.accounts import invented_password
        from warehouse.grants import add_user

        given = _password() if password_stdin else None
        password = given or (None if identity else invented_password())
        add_user(settings(), name, role, password, candidate_id=candidate, identity=identity)
        is_told = given is not None or password is None
        say(f"Added {name} ({role})." if is_told else f"Added {name} ({role}) with the password {password}")

    @user.command()
    def link(
        name: Name,
        identity: Annotated[str, typer.Option("--identity", help="As the company's sign-in has it.")],
    ) -> None:
        """Let somebody enter by the company's sign-in as this account."""
        from warehouse.grants import link as make_link

        make_link(settings(), name, identity)
        say(f"{identity} enters as {name}.")

    @user.command()
    def grant(
        name: Name,
        department: Annotated[str, typer.Option("--department", help="Identifier of the department.")],
        since: Annotated[
            str | None, typer.Option("--from", help="First day, YYYY-MM-DD; from now on if none.")
        ] = None,
        until: Annotated[
            str | None, typer.Option("--until", help="Last day, YYYY-MM-DD; without end if none.")
        ] = None,
    ) -> None:
        """Let a department head see a department, from now on or from a day to come."""
        from warehouse.grants import grant as make_grant

        where = settings()
        _check_department(where, department)
        made = make_grant(where, name, department, author=AUTHOR, since=_day(since), until=_day(until))
        begins = f"from {since} " if since else ""
        end = f"until the end of {until}" if until else "without end"
        say(f"{name} sees {made.department_id} {begins}{end}.")

    @user.command()
    def revoke(
        name: Name,
        department: Annotated[
            str | None, typer.Option("--department", help="One department; every grant if none.")
        ] = None,
        account: Annotated[
            bool, typer.Option("--account", help="Close the account itself, and end its sessions.")
        ] = False,
    ) -> None:
        """End grants at once; with --account the account too."""
        from warehouse.grants import close_account
        from warehouse.grants import revoke as end_grants

        if account:
            if department:
                raise UsageError("--account ends everything: leave --department out.")
            close_account(settings(), name, author=AUTHOR)
            say(f"Closed the account {name}.")
            return
        ended = end_grants(settings(), name, department, author=AUTHOR)
        say(f"{name} no longer sees {', '.join(sorted(one.department_id for one in ended))}.")

    @user.command("list")
    def list_users() -> None:
        """Every account with its role, grants that hold or will begin, and the state of its sign-in."""
        from warehouse.grants import users

        where = settings()
        now = dt.datetime.now(dt.UTC)
        for account in users(where):
            held = [grant for grant in account.grants if not grant.is_over(now)]
            whose = f" of {account.candidate_id}" if account.candidate_id else ""
            seen = "; ".join(
                f"{grant.department_id} {'since' if grant.holds(now) else 'from'}"
                f" {_local(grant.since, where)}"
                f"{f' to {_local(grant.until - _INSTANT, where)}' if grant.until else ''} by {grant.author}"
                for grant in held
            )
            parts = [account.name, f"{account.role}{whose}", seen, ", ".join(_state(account, where))]
            say("  ".join(part for part in parts if part))

    @user.command()
    def reset(name: Name, password_stdin: FromStdin = False) -> None:
        """A new one-time password; ends sessions and a lock-out and takes the second factor away."""
        from warehouse.grants import reset as give_password

        given = _password() if password_stdin else None
        password = give_password(settings(), name, given)
        say(f"{name} has a new password." if given else f"{name} has the new password {password}")

    @user.command()
    def mail(
        name: Name,
        address: Annotated[
            str | None, typer.Argument(help="Where the account gets its subscriptions.")
        ] = None,
        remove: Annotated[bool, typer.Option("--remove", help="Take the address away.")] = False,
    ) -> None:
        """Set the e-mail address of an account; it is kept sealed."""
        from warehouse.mailing.addresses import remove_address, set_address

        if (address is None) != remove:
            raise UsageError("Name an address, or take the one there is away with --remove.")
        if address is None:
            remove_address(settings(), name, author=AUTHOR)
            say(f"{name} gets no mail any more.")
        else:
            set_address(settings(), name, address, author=AUTHOR)
            say(f"{name} gets mail at the address given.")


def _password() -> str:
    password = sys.stdin.readline().rstrip("\r\n")
    if not password:
        raise UsageError("No password came in: pipe one line to --password-stdin.")
    return password


def _day(text: str | None) -> dt.date | None:
    if text is None:
        return None
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise UsageError(f"{text!r} is no day: write it as 2026-12-31.") from None


def _state(account: Account, where: Settings) -> Iterator[str]:
    """What there is to know of an account's sign-in."""
    if not account.has_own_password and account.identity is None:
        yield "one-time password"
    if account.has_second_factor:
        yield "second factor"
    if account.identity is not None:
        yield f"company sign-in as {account.identity}"
    if account.locked_until is not None:
        yield f"locked until {account.locked_until.astimezone(where.timezone):%H:%M}"


def _local(moment: dt.datetime, where: Settings) -> str:
    return f"{moment.astimezone(where.timezone):%Y-%m-%d}"


def _check_department(where: Settings, department: str) -> None:
    """A name mistyped would be a grant of nothing: known are those of the marts, where there are any."""
    from warehouse.marts import OPERATOR, Marts

    sql = """
        select department_id from departments
        union select department_id from interview_results where department_id is not null
        order by 1
    """
    try:
        known = Marts(where).query(sql, viewer=OPERATOR).column(0).to_pylist()
    except NothingPublished:
        return
    if department not in known:
        raise UsageError(f"There is no department {department!r}: the marts have {', '.join(known)}.")
