"""The project compiled once a test run, which takes longer than all that is made of it."""

from __future__ import annotations

import fcntl
import json
import os
from typing import Any

import pytest

from orchestration.docs_site.compiled import compiled_manifest
from warehouse.settings import REPOSITORY


@pytest.fixture(scope="session")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The manifest of this checkout with every model as SQL."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base
    path = shared / "compiled_manifest.json"
    with (shared / "compiled_manifest.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not path.exists():
            path.write_text(json.dumps(compiled_manifest(REPOSITORY / "dbt_project")), encoding="utf-8")
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
