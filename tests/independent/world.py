"""One built home and what a stranger knows of it: landing files, seeds, the engine's scores of criteria."""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import cached_property
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from tests.independent.landing import Landing
from tests.independent.policy import Policy
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import REPOSITORY, Settings

Row = dict[str, Any]
LINEAGE = ["_file_id", "_row"]


class World:
    """Published marts to ask, and everything that they are to be calculated from."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.marts = Marts(settings)
        self.policy = Policy(settings.dbt_project)
        self.zone = ZoneInfo(self.policy.variables["timezone"])
        self.landing = Landing(settings.landing, REPOSITORY / "ingestion" / "contracts", self.zone)

    def ask(self, sql: str) -> list[Row]:
        """Rows of a query on the published marts."""
        rows: list[Row] = self.marts.query(sql, viewer=OPERATOR, max_rows=None).to_pylist()
        return rows

    def published(self, mart: str) -> list[Row]:
        """A whole mart."""
        return self.ask(f"select * from {mart}")

    def rows(self, source: str) -> list[Row]:
        """The latest version of every row of a source."""
        records: list[Row] = self.landing.latest(source).to_dict("records")
        return records

    def local_day(self, moment: datetime | None) -> date | None:
        """The company's day of a time."""
        return None if moment is None else moment.astimezone(self.zone).date()

    @cached_property
    def built_at(self) -> datetime:
        """When the run began: the only thing that no export can say."""
        [row] = self.ask("select built_at from warehouse_run")
        built_at: datetime = row["built_at"].replace(tzinfo=UTC)
        return built_at

    @property
    def today(self) -> date:
        """The company's day of the build."""
        return self.built_at.astimezone(self.zone).date()

    @cached_property
    def arrived(self) -> dict[str, datetime]:
        """File id → when the file was taken in, which orders the rows of files that name no export time."""
        rows = self.ask("select file_id, ingested_at from ingest_health")
        return {row["file_id"]: row["ingested_at"].replace(tzinfo=UTC) for row in rows}

    @cached_property
    def engine(self) -> dict[tuple[str, int], Row]:
        """What the scoring engine made of an answer, by the file and the row that it stood in."""
        files = sorted((self.settings.scores / "answers").glob("[!_]*.parquet"))
        wanted = ["_file_id", "_row_number", "criteria", "lang", "units", "units_per_minute", "evidence"]
        frame = pd.concat([pd.read_parquet(path, columns=wanted) for path in files])
        return {(row["_file_id"], row["_row_number"]): row for row in frame.to_dict("records")}


def quarter_start(day: date) -> date:
    """First day of the calendar quarter."""
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)
