"""The scoring rules on disk, which the next build will read; remembered until a file changes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import streamlit as st

from dashboards.ask import Row
from scoring_udfs.errors import KernelError
from scoring_udfs.rubric import RubricSet, compile_rubrics
from scoring_udfs.rubric_check import Finding, check
from warehouse.seeds import SeedError, read_what_can_be, rubric_version, weights_version

_REMEMBERED = 4
_Signature = tuple[tuple[str, int, int], ...]


@dataclass(frozen=True)
class Rulebook:
    """All seeds with what the check says; where errors forbid scoring `rubrics` is None, the versions ''."""

    seeds: Mapping[str, pa.Table]
    findings: tuple[Finding, ...]
    rubrics: RubricSet | None
    rubric_version: str
    weights_version: str
    changed_at: datetime | None

    def rows(self, seed: str) -> list[Row]:
        """The rows of a seed, none where it is absent."""
        rows: list[Row] = self.seeds[seed].to_pylist() if seed in self.seeds else []
        return rows

    def by(self, seed: str, key: str) -> dict[str, Row]:
        """The rows of a seed by their id."""
        return {row[key]: row for row in self.rows(seed)}

    def count(self, severity: str) -> int:
        """How many findings are an error, a warning or a note."""
        return sum(finding.severity == severity for finding in self.findings)


def rulebook(folder: Path, today: date) -> Rulebook:
    """The seeds of a folder, checked."""
    files = sorted(folder.glob("*.csv")) if folder.is_dir() else []
    stats = [(path.name, path.stat()) for path in files]
    return _read(str(folder), tuple((name, s.st_mtime_ns, s.st_size) for name, s in stats), today)


@st.cache_resource(show_spinner=False, max_entries=_REMEMBERED)
def _read(folder: str, signature: _Signature, today: date) -> Rulebook:
    where = Path(folder)
    tables, faults = read_what_can_be(where)
    findings = check(tables, faults, today)
    newest = max((moment for _, moment, _ in signature), default=None)
    changed_at = None if newest is None else datetime.fromtimestamp(newest / 1e9, UTC).replace(tzinfo=None)
    try:
        versions = rubric_version(where), weights_version(where)
    except SeedError:
        versions = "", ""
    rubrics = None
    if not faults:
        try:
            rubrics = compile_rubrics(tables)
        except KernelError:
            # The check has a finding for it, with its place.
            rubrics = None
    return Rulebook(tables, tuple(findings), rubrics, *versions, changed_at)
