"""The kernels that models call by name: given to every database that dbt opens (see profiles.yml)."""

from __future__ import annotations

from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from scoring_udfs.improvement import cheapest_steps

_COMPETENCIES = (
    "STRUCT(competency_id VARCHAR, raw_score DOUBLE, share DOUBLE, "
    "knots STRUCT(raw DOUBLE, calibrated DOUBLE)[])[]"
)
_MISSED = (
    "STRUCT(question_id VARCHAR, criterion_id VARCHAR, competency_id VARCHAR, gain DOUBLE, effort INTEGER)[]"
)


class Plugin(BasePlugin):
    """dbt-duckdb's hook: called once for each database."""

    def configure_connection(self, conn: Any) -> None:
        """Makes `cheapest_steps` known."""
        conn.create_function(
            "cheapest_steps",
            cheapest_steps,
            ["DOUBLE", "DOUBLE", _COMPETENCIES, _MISSED],
            "STRUCT(question_id VARCHAR, criterion_id VARCHAR)[]",
            type="arrow",
            null_handling="special",
        )
