"""The kernels that models call by name: given to every database that dbt opens (see profiles.yml)."""

from __future__ import annotations

from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from scoring_udfs.duckdb_functions import add_function
from scoring_udfs.improvement import ARGUMENTS, STEPS, cheapest_steps


class Plugin(BasePlugin):
    """dbt-duckdb's hook: called once for each database."""

    def configure_connection(self, conn: Any) -> None:
        """Makes `cheapest_steps` known."""
        add_function(conn, "cheapest_steps", cheapest_steps, ARGUMENTS.values(), STEPS)
