"""The process that `waiting_dbt` starts: makes ready all that dbt needs for any command, waits, then is dbt.

`python -m orchestration.dbt_ahead`, in the folder of the project, with the environment of dbt. Its standard
input takes one line of JSON: the arguments (with the program's name), the environment and the working
directory. A line that never comes ends it: nobody needs dbt any more.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from dbt.cli.main import cli, dbtRunner
from dbt.constants import DEFAULT_ENV_PLACEHOLDER
from dbt.contracts.graph.manifest import Manifest

# dbt imports it when it opens the database.
from orchestration import dbt_functions  # noqa: F401
from orchestration.dbt_manifest import project_fingerprint
from orchestration.waiting_dbt import READY

# Given to dbt, the project may read otherwise.
_DECISIVE = {"--vars", "--profile", "--target", "-t", "--profiles-dir", "--project-dir", "--no-partial-parse"}


@dataclass(frozen=True)
class ParsedProject:
    """The project as dbt read it, and the fingerprint that its files had just before."""

    fingerprint: str
    manifest: Manifest

    def holds(self, args: Sequence[str], env: Mapping[str, str], folder: Path) -> bool:
        """Whether dbt would read the same, called so: files, variables of the environment and options."""
        return (
            not any(arg.split("=", 1)[0] in _DECISIVE for arg in args)
            and all(
                env.get(name, DEFAULT_ENV_PLACEHOLDER) == value
                for name, value in self.manifest.env_vars.items()
            )
            and self.fingerprint == project_fingerprint(folder)
        )


def parse(folder: Path) -> ParsedProject | None:
    """The project in `folder`, the working directory; None when dbt cannot read it, which it says itself when
    it is called. Writes dbt's own parsed form of it when that has changed, no artefact."""
    fingerprint = project_fingerprint(folder)
    manifest = dbtRunner().invoke(["--quiet", "parse", "--no-write-json"]).result
    return ParsedProject(fingerprint, manifest) if isinstance(manifest, Manifest) else None


def be_dbt(args: Sequence[str], parsed: ParsedProject | None) -> NoReturn:
    """What the program dbt does, with the project given instead of read. Ends the process."""
    sys.argv = list(args)
    known: dict[str, Any] = {"manifest": parsed.manifest, "callbacks": []} if parsed else {}
    try:
        sys.exit(cli(args=list(args[1:]), prog_name="dbt", obj=known))
    finally:
        # With the process all goes: no search for garbage in a million objects.
        gc.freeze()


def main() -> None:
    """Ready, wait, dbt. What is said before is nobody's: dbt says again what it finds wrong."""
    said, nothing = os.dup(1), os.open(os.devnull, os.O_RDWR)
    for stream in (1, 2):
        os.dup2(nothing, stream)
    # Nothing made here is garbage: Python would search a million objects again and again.
    gc.disable()
    parsed = parse(Path.cwd())
    gc.freeze()
    gc.enable()
    line = sys.stdin.buffer.readline()
    if not line:
        return
    order = json.loads(line)
    os.environ.clear()
    os.environ.update(order["env"])
    os.chdir(order["cwd"])
    if parsed and not parsed.holds(order["args"], order["env"], Path(order["cwd"])):
        parsed = None
    os.dup2(nothing, 0)
    for stream in (1, 2):
        os.dup2(said, stream)
    os.close(said)
    os.write(1, READY)
    be_dbt(order["args"], parsed)


if __name__ == "__main__":
    main()
