"""However `scorehouse serve` is ended, it takes its servers along."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.settings import HOME_VARIABLE


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.mark.slow
@pytest.mark.parametrize("ending", [signal.SIGINT, signal.SIGTERM])
def test_serve_says_how_to_sign_in_and_ends_cleanly(tmp_path: Path, ending: signal.Signals) -> None:
    port = free_port()
    process = subprocess.Popen(
        [str(Path(sys.executable).parent / "scorehouse"), "serve", "--port", str(port)],
        env={**os.environ, HOME_VARIABLE: str(tmp_path), "PYTHONUNBUFFERED": "1"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    assert process.stdout is not None
    said = [process.stdout.readline() for _ in range(2)]
    assert f"http://127.0.0.1:{port}" in said[0]
    assert "Sign in as hr with the one-time password" in said[1]
    process.send_signal(ending)
    rest = process.communicate(timeout=30)[0]
    assert process.returncode == 0, rest
    assert "Traceback" not in rest
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0, "the dashboards still answer"
