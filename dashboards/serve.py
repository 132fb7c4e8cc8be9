"""`scorehouse serve`: starts the dashboards, says where they are and how to sign in, ends on Ctrl-C."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from warehouse import oidc
from warehouse.accounts import FIRST_USER as USER
from warehouse.accounts import first_password
from warehouse.database_files import PURPOSE
from warehouse.errors import ScorehouseError, UsageError
from warehouse.settings import HOME_VARIABLE, REPOSITORY, Settings
from warehouse.vault import Vault

ADDRESS = "127.0.0.1"
DEFAULT_PORT = 8501
_STARTS_WITHIN_SECONDS = 60.0
_ENDS_WITHIN_SECONDS = 10.0


def serve(settings: Settings, port: int = DEFAULT_PORT, *, say: Callable[[str], None] = print) -> int:
    """Serve until Ctrl-C; the exit code.

    Each start makes a new one-time password, until the first user has chosen their own: that one stays, and
    so do sessions. Raises `UsageError` when the port is taken or no port at all, or for a sign-in by the
    company that is not set up right, before anything is started.
    """
    _check_port(port)
    # Pages could open nothing with a wrong master key, or without one: that is said before they start.
    Vault.open(settings.ensure()).system_key(PURPOSE)
    with _provider(settings, port) as secrets:
        password = first_password(settings, USER)
        process = subprocess.Popen(command(port, secrets), cwd=REPOSITORY, env=_environment(settings))
        try:
            _wait_until_up(process, port)
            say(f"Dashboards: http://{ADDRESS}:{port}")
            say(how_to_sign_in(password))
            say("Ctrl-C ends them.")
            return process.wait()
        except KeyboardInterrupt:
            return 0
        finally:
            _end(process)


def how_to_sign_in(password: str | None) -> str:
    """The sentence of a start: with the new one-time password, or with one's own."""
    if password is None:
        return f"Sign in as {USER} with your own password; `scorehouse user reset {USER}` gives a new one."
    return f"Sign in as {USER} with the one-time password {password}"


@contextmanager
def _provider(settings: Settings, port: int) -> Iterator[Path | None]:
    """What Streamlit has to know of the company's sign-in, in a file that is gone when the start ends."""
    config = oidc.read_config(settings)
    if config is None:
        yield None
        return
    path = settings.vault / f"sign_in_{port}.toml"
    path.unlink(missing_ok=True)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.write(oidc.secrets_toml(config, port))
        yield path
    finally:
        path.unlink(missing_ok=True)


def command(port: int, secrets: Path | None = None) -> Sequence[str]:
    """How Streamlit is started; everything that is not about the place stands in .streamlit/config.toml."""
    return [
        sys.executable,
        "-m",
        "dashboards",
        "run",
        str(Path(__file__).parent / "web.py"),
        "--server.address",
        ADDRESS,
        "--server.port",
        str(port),
        "--server.headless",
        "true",
        "--browser.gatherUsageStats",
        "false",
        "--logger.level",
        "error",
        "--logger.hideWelcomeMessage",
        "true",
        *(["--secrets.files", str(secrets)] if secrets is not None else []),
    ]


def _environment(settings: Settings) -> dict[str, str]:
    return {**os.environ, HOME_VARIABLE: str(settings.home), "PYTHONUNBUFFERED": "1"}


def _check_port(port: int) -> None:
    if not 1 <= port <= 65_535:
        raise UsageError(f"{port} is not a port: choose one from 1 to 65535, for example {DEFAULT_PORT}.")
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((ADDRESS, port))
        except OSError as error:
            raise UsageError(
                f"Port {port} on {ADDRESS} cannot be used ({error.strerror}): "
                f"end what runs there, or choose another with --port."
            ) from error


def _wait_until_up(process: subprocess.Popen[bytes], port: int) -> None:
    deadline = time.monotonic() + _STARTS_WITHIN_SECONDS
    while process.poll() is None:
        try:
            with urllib.request.urlopen(f"http://{ADDRESS}:{port}/_stcore/health", timeout=1):
                return
        except (urllib.error.URLError, OSError):
            if time.monotonic() > deadline:
                raise ScorehouseError(
                    f"The dashboards did not answer on port {port} in {_STARTS_WITHIN_SECONDS:.0f} seconds."
                ) from None
            time.sleep(0.2)
    raise ScorehouseError(f"The dashboards ended while they started (exit code {process.returncode}).")


def _end(process: subprocess.Popen[bytes]) -> None:
    """Ctrl-C reaches the child as well; whoever has not ended by then is asked, then told."""
    if process.poll() is not None:
        return
    process.terminate()
    try:
        process.wait(_ENDS_WITHIN_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
