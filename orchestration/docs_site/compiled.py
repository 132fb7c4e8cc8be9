"""The dbt project with every model and analysis as SQL, compiled in a home that is thrown away.

No data is read, and neither a running build nor its database is disturbed.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ingestion.contract import load_contracts
from ingestion.state.ledger import SCHEMA as LEDGER
from ingestion.state.quarantine import quarantine_schema
from ingestion.state.raw_layer import raw_schema
from ingestion.state.releases import releases_schema
from ingestion.state.sightings import sightings_schema
from orchestration.bulk_scoring import SCORE_FILE_SCHEMA
from orchestration.dbt_manifest import DbtFailedError, dbt_environment, dbt_executable, target_path
from orchestration.run_record import SCHEMA as RUN
from warehouse.receipts import ANSWERED, PURGED, RECEIPTS
from warehouse.settings import Settings

Manifest = Mapping[str, Any]


def compiled_manifest(dbt_project: Path) -> dict[str, Any]:
    """dbt's manifest with `compiled_code` of every node. Raises `DbtFailedError` in one sentence."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home), dbt_project=dbt_project).ensure()
        done = subprocess.run(
            [dbt_executable(), "--quiet", "compile", "--project-dir", str(dbt_project)],
            env={**os.environ, **dbt_environment(settings)},
            capture_output=True,
            text=True,
            check=False,
            # dbt resolves relative paths of the project against the working directory.
            cwd=dbt_project,
        )
        if done.returncode != 0:
            last = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()][-3:]
            raise DbtFailedError(f"dbt cannot compile its project: {' '.join(part.strip() for part in last)}")
        manifest = (target_path(settings) / "manifest.json").read_text(encoding="utf-8")
    loaded: dict[str, Any] = json.loads(manifest)
    return loaded


def source_columns() -> dict[tuple[str, str], list[str]]:
    """The columns of the files that dbt reads, by source and table, as ingestion and scoring write them."""
    columns: dict[tuple[str, str], list[str]] = {}
    for name, contract in load_contracts().items():
        columns["raw", name] = list(raw_schema(contract).names)
        columns["sightings", name] = list(sightings_schema().names)
    columns["raw", "ledger"] = list(LEDGER.names)
    columns["raw", "quarantine"] = list(quarantine_schema().names)
    # The number of a release stands in the name of its file.
    columns["raw", "releases"] = [*releases_schema().names, "filename"]
    columns["scores", "answers"] = list(SCORE_FILE_SCHEMA.names)
    columns["run", "run"] = list(RUN.names)
    columns["privacy", "receipts"] = list(RECEIPTS.names)
    columns["privacy", "purged"] = list(PURGED.names)
    columns["privacy", "answered"] = list(ANSWERED.names)
    return columns
