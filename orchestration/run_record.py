"""What a build stands for: its id, the versions of the policies, and the inputs that it saw."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.arrivals.sweeping import Sweep, sweep
from orchestration.dbt_manifest import project_fingerprint
from orchestration.kernel_code import code_version
from warehouse.platform_events import waiting_mark
from warehouse.publish import CURRENT
from warehouse.seeds import kernel_version, rubric_version, weights_version
from warehouse.settings import REPOSITORY, Settings

CODE_FOLDERS = ("ingestion", "orchestration", "scoring_udfs", "warehouse")
LANDING_SEEN = "landing_seen"
SCHEMA = pa.schema(
    [
        ("run_id", pa.string()),
        ("started_at", pa.timestamp("us", tz="UTC")),
        ("rubric_version", pa.string()),
        ("weights_version", pa.string()),
        ("kernel_version", pa.string()),
    ]
)


@dataclass(frozen=True)
class RunRecord:
    """One build; `started_at` is UTC. `kernel_version` names the kernels' seeds and their code."""

    run_id: str
    started_at: datetime
    rubric_version: str
    weights_version: str
    kernel_version: str


def begin(settings: Settings, run_id: str) -> RunRecord:
    """Write `build/run.parquet`, from which the marts take the run that they belong to."""
    record = RunRecord(
        run_id=run_id,
        started_at=datetime.now(UTC),
        rubric_version=rubric_version(settings.seeds),
        weights_version=weights_version(settings.seeds),
        kernel_version=f"{kernel_version(settings.seeds)}+{code_version()}",
    )
    path = settings.build / "run.parquet"
    temporary = path.with_suffix(".tmp")
    pq.write_table(pa.Table.from_pylist([asdict(record)], schema=SCHEMA), temporary)
    temporary.replace(path)
    return record


def new_run_id() -> str:
    """An id that sorts by time and does not repeat: 20260930T083000-4f2a."""
    return f"{datetime.now(UTC):%Y%m%dT%H%M%S}-{os.urandom(2).hex()}"


def landing_fingerprint(settings: Settings) -> str:
    """Hash over path, size and time of every landed file; '' when nothing has landed.

    Contents are not read, so that asking takes milliseconds; when a file is touched without a change,
    the build runs and ingestion finds by content that nothing is new.
    """
    return _fingerprint_of(_landed(settings))


def _landed(settings: Settings) -> dict[Path, bytes]:
    """What tells each file of landing from another one of its name."""
    files = {}
    for path in sorted(path for path in settings.landing.rglob("*") if path.is_file()):
        stat = path.stat()
        # A name that another system wrote need not be text.
        name = os.fsencode(path.relative_to(settings.landing))
        files[path] = name + f"|{stat.st_size}|{stat.st_mtime_ns}".encode()
    return files


def _fingerprint_of(landed: Mapping[Path, bytes]) -> str:
    return hashlib.sha256(b"".join(landed.values())).hexdigest() if landed else ""


def inputs_fingerprint(settings: Settings) -> str:
    """Hash over everything a build depends on: landing, ledger, policies, models, profiles and code."""
    digest = hashlib.sha256()
    digest.update(landing_fingerprint(settings).encode())
    digest.update(project_fingerprint(settings.dbt_project).encode())
    for path in sorted((settings.raw / "_ledger").glob("*.parquet")):
        digest.update(path.name.encode())
    digest.update(waiting_mark(settings).encode())
    # Each erasure and purge has a receipt, which the marts show.
    for path in sorted((settings.privacy / "receipts").glob("[!_.]*.parquet")):
        digest.update(path.name.encode())
    # How the sources of this installation are read; how they are pulled shows in what lands.
    for path in sorted((settings.home / "profiles").glob("*.y*ml")):
        digest.update(path.name.encode() + b"\0" + path.read_bytes())
    for folder in CODE_FOLDERS:
        for path in sorted((REPOSITORY / folder).rglob("*")):
            if path.suffix in {".py", ".yml"}:
                digest.update(str(path.relative_to(REPOSITORY)).encode() + path.read_bytes())
    return digest.hexdigest()


def note_landing(settings: Settings) -> None:
    """Remember what had landed when ingestion began; `note_published` compares."""
    (settings.build / LANDING_SEEN).write_text(landing_fingerprint(settings))


def note_published(settings: Settings, published: Path) -> None:
    """Note that `published` holds all inputs of now, unless a file landed since ingestion began."""
    if (settings.build / LANDING_SEEN).read_text() != landing_fingerprint(settings):
        return
    _note(settings, published.name)


def _note(settings: Settings, published: str) -> None:
    noted = {"fingerprint": inputs_fingerprint(settings), "published": published}
    temporary = _mark(settings).with_suffix(".tmp")
    temporary.write_text(json.dumps(noted))
    temporary.replace(_mark(settings))


def sweep_landing(settings: Settings) -> Sweep:
    """Takes out of landing what was taken in; what was current before is so afterwards."""
    there = _landed(settings)
    was_current = is_current(settings)
    swept = sweep(settings)
    if was_current and swept.left:
        rest = {path: said for path, said in there.items() if path not in swept.left}
        # What has landed meanwhile is in no marts yet.
        if _fingerprint_of(rest) == landing_fingerprint(settings):
            _note(settings, json.loads(_mark(settings).read_text())["published"])
    return swept


def erasures_wait(settings: Settings) -> bool:
    """Whether somebody asked to be erased while a build ran, and is not erased yet."""
    return any((settings.privacy / "begun").glob("*.sealed"))


def is_current(settings: Settings) -> bool:
    """True when the file that readers see now was built from these very inputs."""
    mark, link = _mark(settings), settings.published / CURRENT
    if not mark.exists() or not link.exists() or erasures_wait(settings):
        return False
    noted = json.loads(mark.read_text())
    if noted["published"] != link.resolve().name:
        return False
    return bool(noted["fingerprint"] == inputs_fingerprint(settings))


def _mark(settings: Settings) -> Path:
    return settings.build / "last_build.json"
