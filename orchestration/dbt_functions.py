"""What every database that dbt opens is given: kernels that models call, and what writes encrypted files."""

from __future__ import annotations

import gc
from collections.abc import Callable
from typing import Any

from dbt.adapters.duckdb.plugins import BasePlugin
from dbt_common.events.base_types import EventLevel, EventMsg
from dbt_common.events.event_manager_client import get_event_manager

from orchestration.opened_texts import add_opened_text
from scoring_udfs.duckdb_functions import add_function
from scoring_udfs.improvement import ARGUMENTS, STEPS, cheapest_steps
from warehouse.database_files import load_cipher

_LEVELS = [level.value for level in (EventLevel.DEBUG, EventLevel.TEST, EventLevel.INFO, EventLevel.WARN)]


class Plugin(BasePlugin):
    """dbt-duckdb's hook: called once for each database."""

    def initialize(self, plugin_config: dict[str, Any]) -> None:
        """Spares dbt the lines of its log that nobody asked for: it makes every one and drops it afterwards,
        a fifth of what it does for a node. And the search for garbage in its manifest, which stays to the
        end: Python would go through a million objects again and again."""
        gc.freeze()
        gc.set_threshold(50_000, 20, 20)
        for logger in getattr(get_event_manager(), "loggers", ()):
            logger.filter = at_least(logger.level, logger.filter)

    def configure_connection(self, conn: Any) -> None:
        """Loads the cipher; makes `cheapest_steps` and `opened_text` known."""
        load_cipher(conn)
        add_function(conn, "cheapest_steps", cheapest_steps, ARGUMENTS.values(), STEPS)
        add_opened_text(conn)


def at_least(least: EventLevel, before: Callable[[EventMsg], bool]) -> Callable[[EventMsg], bool]:
    """The filter of a log, which then also leaves out what is below the level of the log."""
    dropped = frozenset(_LEVELS[: _LEVELS.index(least.value)] if least.value in _LEVELS else _LEVELS)
    return lambda event: event.info.level not in dropped and before(event)
