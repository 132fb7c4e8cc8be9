"""`scorehouse serve`: starts the dashboards, says where they are and how to sign in, ends on Ctrl-C."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from pathlib import Path

from warehouse.accounts import issue_one_time_password
from warehouse.errors import ScorehouseError, UsageError
from warehouse.settings import HOME_VARIABLE, REPOSITORY, Settings

ADDRESS = "127.0.0.1"
DEFAULT_PORT = 8501
USER = "hr"
_STARTS_WITHIN_SECONDS = 60.0
_ENDS_WITHIN_SECONDS = 10.0


def serve(settings: Settings, port: int = DEFAULT_PORT, *, say: Callable[[str], None] = print) -> int:
    """Serve until Ctrl-C; the exit code. A new one-time password each start ends every older session.

    Raises `UsageError` when the port is taken or no port at all, before anything is started.
    """
    _check_port(port)
    settings.ensure()
    password = issue_one_time_password(settings, USER)
    process = subprocess.Popen(command(port), cwd=REPOSITORY, env=_environment(settings))
    try:
        _wait_until_up(process, port)
        say(f"Dashboards: http://{ADDRESS}:{port}")
        say(f"Sign in as {USER} with the one-time password {password}")
        say("Ctrl-C ends them.")
        return process.wait()
    except KeyboardInterrupt:
        return 0
    finally:
        _end(process)


def command(port: int) -> Sequence[str]:
    """How Streamlit is started; everything that is not about the place stands in .streamlit/config.toml."""
    return [
        sys.executable,
        "-m",
        "streamlit",
        "run",
        str(Path(__file__).parent / "app.py"),
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
