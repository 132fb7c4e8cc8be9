"""The dbt project as Dagster needs it: parsed once, again only when a file of it changed."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from orchestration.memory import LIMIT_VARIABLE, memory_limit
from warehouse.database_files import file_key
from warehouse.errors import ScorehouseError
from warehouse.settings import HOME_VARIABLE, Settings

# dbt prints no variable whose name begins so, not even in `dbt debug`.
FILE_KEY_VARIABLE = "DBT_ENV_SECRET_SCOREHOUSE_FILES"
MANIFEST, MARK = "manifest.json", ".fingerprint"
PARSED_FOLDERS = ("models", "macros", "seeds", "tests", "analyses", "snapshots")


class DbtFailedError(ScorehouseError):
    """dbt could not read its project."""


def dbt_executable() -> str:
    """The dbt of this environment, whatever PATH says."""
    beside = Path(sys.executable).parent / "dbt"
    found = str(beside) if beside.exists() else shutil.which("dbt")
    if not found:
        raise DbtFailedError("dbt is not installed in this environment: run `make setup`.")
    return found


def target_path(settings: Settings) -> Path:
    """Where dbt writes its artefacts: never into the source tree."""
    return settings.build / "target"


def dbt_environment(settings: Settings) -> dict[str, str]:
    """The variables with which every dbt process of this installation runs."""
    return {
        HOME_VARIABLE: str(settings.home),
        LIMIT_VARIABLE: memory_limit(),
        FILE_KEY_VARIABLE: file_key(settings),
        "DBT_TARGET_PATH": str(target_path(settings)),
        "DBT_LOG_PATH": str(settings.logs),
        # Else every statement is logged: a tenth of a build's work, and the statements stand in target/.
        "DBT_LOG_LEVEL_FILE": "none",
        "DBT_PROFILES_DIR": str(settings.dbt_project),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }


def project_fingerprint(dbt_project: Path) -> str:
    """Hash over every file that shapes the manifest or the build: names and contents."""
    digest = hashlib.sha256()
    files = [
        path for folder in PARSED_FOLDERS for path in (dbt_project / folder).rglob("*") if path.is_file()
    ]
    files += [path for path in dbt_project.glob("*.yml") if not path.name.startswith(".")]
    for path in sorted(files):
        digest.update(str(path.relative_to(dbt_project)).encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def is_parsed(settings: Settings) -> bool:
    """Whether there is a manifest, of the project as it is now."""
    target = target_path(settings)
    mark = target / MARK
    return (
        (target / MANIFEST).exists()
        and mark.exists()
        and mark.read_text() == project_fingerprint(settings.dbt_project)
    )


def ensure_manifest(settings: Settings) -> Path:
    """Path of an up-to-date manifest.json; parses the project when a file of it changed."""
    settings.ensure()
    target = target_path(settings)
    manifest = target / MANIFEST
    if is_parsed(settings):
        return manifest
    fingerprint = project_fingerprint(settings.dbt_project)
    target.mkdir(parents=True, exist_ok=True)
    parsed = subprocess.run(
        [dbt_executable(), "--quiet", "parse", "--project-dir", str(settings.dbt_project)],
        env={**os.environ, **dbt_environment(settings)},
        capture_output=True,
        text=True,
        check=False,
        # dbt resolves relative paths of the project against the working directory.
        cwd=settings.dbt_project,
    )
    if parsed.returncode != 0:
        last = [line for line in (parsed.stdout + parsed.stderr).splitlines() if line.strip()][-3:]
        raise DbtFailedError(f"dbt cannot read its project: {' '.join(part.strip() for part in last)}")
    (target / MARK).write_text(fingerprint)
    return manifest


def drop_old_artefacts(settings: Settings, keep: int = 3) -> None:
    """Delete the artefact folders of earlier invocations, the newest `keep` excepted."""
    folders = [path for path in target_path(settings).glob("*-*") if (path / "dbt.log").exists()]
    for path in sorted(folders, key=lambda folder: folder.stat().st_mtime, reverse=True)[keep:]:
        shutil.rmtree(path, ignore_errors=True)
