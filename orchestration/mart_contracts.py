"""`make contracts`: renew what the repository keeps of marts and metrics, unless a promise was broken."""

from __future__ import annotations

import json
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from orchestration.dbt_manifest import ensure_manifest
from orchestration.docs_site.markdown import marts_markdown, metrics_markdown
from warehouse.errors import ScorehouseError
from warehouse.mart_contracts import SNAPSHOT, broken, contracts_of, read_snapshot, snapshot_text
from warehouse.metrics import all_metrics
from warehouse.settings import REPOSITORY, Settings

CHANGELOG = REPOSITORY / "CHANGELOG.md"
MARTS_PAGE = REPOSITORY / "docs" / "marts.md"
METRICS_PAGE = REPOSITORY / "docs" / "metrics.md"


class BrokenContractError(ScorehouseError):
    """A column of a mart changed and nobody was told."""


def renew(dbt_project: Path, manifest: Mapping[str, Any], changelog: str) -> bool:
    """Write the snapshot of the marts' columns; whether it changed. Raises `BrokenContractError`."""
    path = dbt_project / SNAPSHOT
    current = contracts_of(manifest)
    sentences = broken(read_snapshot(path), current, changelog)
    if sentences:
        raise BrokenContractError(" ".join(sentences))
    return _write(path, snapshot_text(current))


def _write(path: Path, text: str) -> bool:
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return True


def main() -> int:
    """Renew the snapshot and the pages of this checkout; 1 and the reasons for a broken promise."""
    with tempfile.TemporaryDirectory() as home:
        settings = Settings(home=Path(home))
        manifest = json.loads(ensure_manifest(settings).read_text(encoding="utf-8"))
    try:
        is_new = renew(settings.dbt_project, manifest, CHANGELOG.read_text(encoding="utf-8"))
    except BrokenContractError as error:
        print(error, file=sys.stderr)
        return 1
    written = {f"dbt_project/{SNAPSHOT.as_posix()}": is_new}
    written["docs/marts.md"] = _write(MARTS_PAGE, marts_markdown(manifest))
    written["docs/metrics.md"] = _write(METRICS_PAGE, metrics_markdown(all_metrics(settings)))
    for name, is_renewed in written.items():
        print(f"{name} {'renewed' if is_renewed else 'is current'}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
