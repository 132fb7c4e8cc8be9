"""A warehouse of its own: drop files into landing, run a pass, look at what came of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ingestion.ingest import run
from ingestion.report import FileReport, IngestReport
from warehouse.cipher import unseal
from warehouse.settings import Settings
from warehouse.vault import Vault

# The lists of people, by the column that says whose a row is.
PEOPLE = {"candidates": "candidate_id", "employees": "employee_id"}


@dataclass(frozen=True)
class House:
    """One installation below a temporary folder."""

    settings: Settings

    def drop(self, source: str, name: str, content: str | bytes) -> Path:
        """Puts an export into landing."""
        path = self.settings.landing / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def run(self, **options: Any) -> IngestReport:
        """One pass."""
        return run(self.settings, **options)

    def take(self, source: str, name: str, content: str | bytes) -> FileReport:
        """Drops one export and says what became of it."""
        self.drop(source, name, content)
        (report,) = self.run().files
        return report

    def rows(self, source: str) -> list[dict[str, Any]]:
        """All raw rows of a source, in the order of arrival; of lists of people what is sealed is opened."""
        rows = self._read(self.settings.raw / source, ("_arrival_seq", "_row_number"))
        if source in PEOPLE:
            rows = [row | self._opened_person(source, row) for row in rows]
        return rows

    def _opened_person(self, source: str, row: dict[str, Any]) -> dict[str, str | None]:
        sealed = [name.removesuffix("_sealed") for name in row if name.endswith("_sealed")]
        columns = [name for name in sealed if name != "_extra"]
        place = row[PEOPLE[source]]
        return {
            name: self.opened(row, source, name, place) if row[f"{name}_sealed"] else None for name in columns
        }

    def quarantined(self, source: str) -> list[dict[str, Any]]:
        """All bad rows of a source, in the order of their numbers."""
        return self._read(self.settings.quarantine / source, ("file", "row_number"))

    def ledger(self) -> list[dict[str, Any]]:
        """All entries in the order of arrival."""
        return self._read(self.settings.raw / "_ledger", ("arrival_seq",))

    def opened(self, row: dict[str, Any], source: str, column: str, place: str) -> str:
        """The text of a sealed cell."""
        key = Vault.open(self.settings).open_keys([row["_seal_key_id"]])[row["_seal_key_id"]]
        return unseal(key, row[f"{column}_sealed"], f"{source}|{column}|{place}")

    def files(self, *folders: str) -> dict[str, bytes]:
        """Every file below some folders of the home, by its path."""
        found = {}
        for folder in folders:
            for path in sorted((self.settings.home / folder).rglob("*")):
                if path.is_file():
                    found[path.relative_to(self.settings.home).as_posix()] = path.read_bytes()
        return found

    def _read(self, folder: Path, order: tuple[str, ...]) -> list[dict[str, Any]]:
        rows = [
            row
            for path in sorted(folder.glob("*.parquet"))
            if not path.name.startswith("_")
            for row in pq.ParquetFile(path).read().to_pylist()
        ]
        return sorted(rows, key=lambda row: [row[name] for name in order])


def json_lines(*rows: dict[str, Any]) -> str:
    """Rows as JSON Lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
