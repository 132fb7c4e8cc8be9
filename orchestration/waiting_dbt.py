"""dbt, started while files are still taken in: it waits with the project read, then is told what to build.

Starting dbt (its imports, the parsed project) takes longer than all else that it does for a day, apart from
SQL. `begin` starts a process that does this much (`dbt_ahead`); `hand_over` makes it the dbt of a build. One
that is not there, or died while it waited, costs nothing but the time: then dbt is started as ever.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

from orchestration.dbt_manifest import dbt_environment, is_parsed, target_path
from warehouse.settings import Settings

# Without the working directory among the places of modules: `dbt` does not look for them there either.
COMMAND = (sys.executable, "-P", "-u", "-m", "orchestration.dbt_ahead")
# What the waiting process says before it is dbt.
READY = b"ready\n"
# By the folder of dbt's artefacts, of which an installation has one: those that wait, and those that are dbt.
_waiting: dict[Path, subprocess.Popen[bytes]] = {}
_handed: dict[Path, subprocess.Popen[bytes]] = {}
# So long a dbt that is stopped may take to leave its database well; as long as Dagster gives it.
_STOPPING_SECONDS = 25.0


def begin(settings: Settings) -> None:
    """Starts the process, unless one waits already. A changed project is parsed by `ensure_manifest` first:
    two processes would write its parsed form."""
    target = target_path(settings)
    if target in _waiting or not is_parsed(settings):
        return
    _waiting[target] = subprocess.Popen(
        COMMAND,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        env={**os.environ, **dbt_environment(settings)},
        cwd=settings.dbt_project,
    )


def hand_over(
    target: Path, args: Sequence[str], env: Mapping[str, str], cwd: Path
) -> subprocess.Popen[bytes] | None:
    """The waiting process, from now on dbt with these arguments (the first names dbt), environment and folder
    to work in; None when none waits for this folder of artefacts, or it has died."""
    process = _waiting.pop(target, None)
    if process is None:
        return None
    try:
        has_begun = _told(process, {"args": list(args), "env": dict(env), "cwd": str(cwd)})
    except BaseException:
        # Somebody stopped the build while dbt was still starting.
        _stop(process)
        raise
    if not has_begun:
        _stop(process)
        return None
    process.args = list(args)
    _handed[target] = process
    return process


def end(settings: Settings) -> None:
    """No build follows that the process could wait for, and none is left whose dbt it could be."""
    target = target_path(settings)
    waiting, handed = _waiting.pop(target, None), _handed.pop(target, None)
    if waiting is not None:
        _stop(waiting)
    if handed is not None and handed.poll() is None:
        # The build was stopped between two of dbt's lines: Dagster forwards that only while it waits for one.
        handed.send_signal(signal.SIGINT)
        with suppress(subprocess.TimeoutExpired):
            handed.wait(_STOPPING_SECONDS)
        _stop(handed)


def _told(process: subprocess.Popen[bytes], order: Mapping[str, object]) -> bool:
    """Whether the process has taken the order: it says so when it is dbt, and not before."""
    assert process.stdin is not None and process.stdout is not None
    with suppress(BrokenPipeError):
        process.stdin.write(json.dumps(order).encode() + b"\n")
        process.stdin.close()
        # As of one that was never written to, which is what Dagster expects.
        process.stdin = None
    return process.stdout.readline() == READY


def _stop(process: subprocess.Popen[bytes]) -> None:
    """It has written nothing but its form of the project, and of a broken one dbt takes no notice."""
    process.kill()
    process.wait()
    for stream in (process.stdin, process.stdout):
        if stream is not None:
            with suppress(BrokenPipeError):
                stream.close()
