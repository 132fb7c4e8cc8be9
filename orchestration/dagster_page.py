"""Dagster's own page beside the dashboards, for data engineers."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from orchestration.graph_run import dagster_instance
from warehouse.settings import HOME_VARIABLE, REPOSITORY, Settings


@contextmanager
def dagster_page(settings: Settings, port: int) -> Iterator[str]:
    """Runs `dagster dev` on 127.0.0.1 while the block lasts; yields its address."""
    with dagster_instance(settings):
        environment = {**os.environ, HOME_VARIABLE: str(settings.home)}
    with (settings.logs / "dagster.log").open("ab") as log:
        process = subprocess.Popen(
            [
                str(Path(sys.executable).parent / "dagster"),
                *("dev", "-w", str(REPOSITORY / "workspace.yaml")),
                *("-h", "127.0.0.1", "-p", str(port)),
            ],
            cwd=REPOSITORY,
            env=environment,
            stdout=log,
            stderr=log,
            # A group of its own, so that its daemon and server end with it.
            start_new_session=True,
        )
        address = f"http://127.0.0.1:{port}"
        print(f"Dagster: {address}", flush=True)
        try:
            yield address
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGTERM)
                try:
                    process.wait(timeout=10)
                except subprocess.TimeoutExpired:
                    os.killpg(process.pid, signal.SIGKILL)
