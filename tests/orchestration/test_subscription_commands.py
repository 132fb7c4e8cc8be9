"""`scorehouse subscriptions` and the hourly schedule: what they send, show and skip."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import pytest
import typer
from rich.console import Console
from typer.testing import CliRunner

from orchestration import mail_job, subscription_commands, user_commands
from tests.dashboards.fixture_marts import write_marts
from tests.warehouse.mailing.local_server import LocalServer
from warehouse import account_admin
from warehouse.errors import ScorehouseError, UsageError
from warehouse.mailing.addresses import mailbox_of
from warehouse.mailing.subscriptions import add, new_subscription
from warehouse.settings import HOME_VARIABLE, Settings

Said = Callable[..., str]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    found = Settings(home=tmp_path / "home").ensure()
    monkeypatch.setenv(HOME_VARIABLE, str(found.home))
    account_admin.add_user(found, "ren", "hr", "an-invented-pass-phrase")
    return found


@pytest.fixture
def said(settings: Settings) -> Said:
    out = Console(soft_wrap=True)
    app = typer.Typer()
    subscription_commands.register(app, lambda: settings, out)
    user_commands.register(app, lambda: settings, out)

    def run(*words: str) -> str:
        with out.capture() as captured:
            result = CliRunner().invoke(app, words, catch_exceptions=True)
        if isinstance(result.exception, ScorehouseError):
            raise result.exception
        return f"{captured.get()}exit {result.exit_code}"

    return run


@pytest.fixture
def server(settings: Settings) -> Iterator[LocalServer]:
    with LocalServer() as opened:
        path = settings.vault / "smtp.yml"
        path.write_text(
            f"{{host: 127.0.0.1, port: {opened.server_address[1]}, security: none, sender: s@acme.example}}"
        )
        path.chmod(0o600)
        yield opened


def subscribed(settings: Settings, said: Said) -> None:
    said("user", "mail", "ren", "ren@acme.example")
    mailbox = mailbox_of(settings, "ren")
    assert mailbox is not None
    made_at = (dt.datetime.now(dt.UTC) - dt.timedelta(days=2)).isoformat()
    add(settings, new_subscription("ren", mailbox.id, "view", "batches", made_at, rhythm="daily"))


def test_what_is_due_is_shown_then_sent_then_no_longer_due(
    settings: Settings, said: Said, server: LocalServer
) -> None:
    write_marts(settings.published, interviews=64)
    subscribed(settings, said)
    assert "would send" in said("subscriptions", "send", "--dry-run") and server.taken == []
    sent = said("subscriptions", "send", "--due")
    assert sent.endswith("sent\nexit 0") and "ren@" not in sent
    assert [mail["To"] for mail in server.taken] == ["ren@acme.example"]
    assert said("subscriptions", "send", "--due") == "Nothing is due.\nexit 0"
    listed = said("subscriptions", "list")
    assert listed.startswith("ren  batches  daily  zh  next ") and "last sent" in listed


def test_a_mail_that_was_not_handed_over_is_an_exit_code(
    settings: Settings, said: Said, server: LocalServer
) -> None:
    write_marts(settings.published, interviews=64)
    subscribed(settings, said)
    server.manner.recipient_answer = "550 nobody here"
    assert said("subscriptions", "send", "--due").endswith("(550).\nexit 1")


def test_without_a_server_it_says_what_to_set(said: Said) -> None:
    with pytest.raises(UsageError, match=r"No mail server is set: .*smtp\.yml"):
        said("subscriptions", "send", "--due")
    with pytest.raises(UsageError, match="Say which"):
        said("subscriptions", "send")


def test_the_schedule_runs_where_something_is_due_and_the_job_sends_it(
    settings: Settings, said: Said, server: LocalServer
) -> None:
    write_marts(settings.published, interviews=64)
    job = mail_job.mail_job(settings)
    schedule = mail_job.mail_schedule(settings, job)

    def asked() -> list[dg.RunRequest]:
        with dg.build_schedule_context(scheduled_execution_time=dt.datetime.now(dt.UTC)) as context:
            return schedule.evaluate_tick(context).run_requests or []

    assert asked() == []
    subscribed(settings, said)
    assert len(asked()) == 1
    assert job.execute_in_process().success and len(server.taken) == 1
    assert asked() == []


def test_what_fires_is_a_warning_and_blocks_nothing(settings: Settings) -> None:
    write_marts(settings.published, interviews=64)
    check = mail_job.alerts_check(settings)
    (spec,) = check.check_specs
    assert not spec.blocking
    result = check.node_def.compute_fn.decorated_fn()  # type: ignore[attr-defined]
    assert not result.passed and result.severity == dg.AssetCheckSeverity.WARN
    assert set(result.metadata) == {"participation_low (warning)", "source_overdue (serious)"}
