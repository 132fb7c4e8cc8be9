"""What every database that dbt opens is given: kernels that models call, and what writes encrypted files."""

from __future__ import annotations

from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin

from orchestration.opened_texts import add_opened_text
from scoring_udfs.duckdb_functions import add_function
from scoring_udfs.improvement import ARGUMENTS, STEPS, cheapest_steps
from warehouse.database_files import load_cipher


class Plugin(BasePlugin):
    """dbt-duckdb's hook: called once for each database."""

    def configure_connection(self, conn: Any) -> None:
        """Loads the cipher; makes `cheapest_steps` and `opened_text` known."""
        load_cipher(conn)
        add_function(conn, "cheapest_steps", cheapest_steps, ARGUMENTS.values(), STEPS)
        add_opened_text(conn)
