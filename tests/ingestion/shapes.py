"""Files in the documented shape of a system, through the profile that we ship for it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ingestion.contract import Contract
from ingestion.foreign.profile import load_profiles
from tests.ingestion.through import Export, Taken


class Shapes:
    """Writes a file and takes it through one of our profiles."""

    def __init__(self, folder: Path, contracts: dict[str, Contract]) -> None:
        self._folder, self._contracts = folder, contracts
        self._profiles = load_profiles(None, contracts)

    def only(self, profile: str, source: str, **files: str) -> Taken:
        """`files`: name with __dot__ for its dot → content."""
        paths = []
        for name, content in files.items():
            paths.append(self._folder / name.replace("_dot_", "."))
            paths[-1].write_text(content, encoding="utf-8")
        return Export(self._profiles[profile], self._contracts).only(source, *paths)


def lines(*rows: dict[str, Any]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
