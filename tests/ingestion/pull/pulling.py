"""Pulls into a warehouse of their own: configure one, run it, look at what landed."""

from __future__ import annotations

import datetime as dt
import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq

from ingestion.pull.one_pull import Limits
from ingestion.pull.report import PullReport
from ingestion.pull.run import pull_all
from tests.ingestion.house import House

TOKEN = "t0ken-4711-gHeim"
ENVIRONMENT = {
    "HR_TOKEN": TOKEN,
    "HR_PASSWORD": "passw0rd/with:odd@signs",
    "HR_CLIENT_SECRET": "client-s3cret",
}


@dataclass
class Clock:
    """Time stands still unless somebody waits; what was waited for is kept."""

    moment: dt.datetime = dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)
    slept: list[float] = field(default_factory=list)
    seconds: float = 0.0
    # How long each look at the clock takes.
    tick: float = 0.0

    def now(self) -> dt.datetime:
        return self.moment

    def monotonic(self) -> float:
        self.seconds += self.tick
        return self.seconds

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.seconds += seconds


@dataclass
class Pulling:
    """One installation and its pulls."""

    house: House
    clock: Clock = field(default_factory=Clock)
    environment: Mapping[str, str] = field(default_factory=lambda: dict(ENVIRONMENT))
    limits: Limits = field(default_factory=Limits)

    def configure(self, name: str, text: str) -> Path:
        """Writes one configuration."""
        path = self.house.settings.home / "pull" / f"{name}.yml"
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text), encoding="utf-8")
        return path

    def run(self, *names: str, full: bool = False) -> tuple[PullReport, ...]:
        """Pulls."""
        return pull_all(
            self.house.settings,
            names,
            full=full,
            clock=self.clock,
            environment=self.environment,
            limits=self.limits,
        )

    def one(self, full: bool = False) -> PullReport:
        """The only pull there is; it must not fail."""
        (report,) = self.run(full=full)
        assert report.failure is None, report.failure
        return report

    def failure(self) -> str:
        """What the only pull says when it fails: one sentence with its name."""
        (report,) = self.run()
        assert report.failure is not None
        assert report.failure.startswith(f"The pull {report.name} failed")
        assert "\n" not in report.failure
        assert report.failure.endswith(".")
        return report.failure

    def landed(self) -> list[Path]:
        """Every file in landing."""
        return sorted(path for path in self.house.settings.landing.rglob("*") if path.is_file())

    def rows(self, report: PullReport) -> list[dict[str, Any]]:
        """What one pull landed."""
        return [row for path in report.files for row in rows_of(path)]

    def state(self, name: str) -> dict[str, Any]:
        """How far a pull has come."""
        path = self.house.settings.home / "pull" / ".state" / f"{name}.json"
        return dict(json.loads(path.read_text(encoding="utf-8")))


def rows_of(path: Path) -> list[dict[str, Any]]:
    """The rows of one export file."""
    if path.suffix == ".parquet":
        return list(pq.read_table(path).to_pylist())
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
