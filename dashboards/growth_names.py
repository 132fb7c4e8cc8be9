"""Growth, the names of all its lists: one question instead of one a list."""

from __future__ import annotations

from collections.abc import Sequence

from dashboards.ask import Row
from dashboards.frame import Visit


class Names:
    """What the people of one drawing are called; who is asked for already is not asked for again."""

    def __init__(self, page: Visit) -> None:
        self._page = page
        self._found: dict[str, str | None] = {}

    def ask_for(self, *lists: Sequence[Row]) -> None:
        """Learn the names of everybody in `lists`, with one question."""
        lacking = {row["candidate_id"] for rows in lists for row in rows} - self._found.keys()
        if not lacking:
            return
        ids = sorted(lacking)
        found = {
            row["candidate_id"]: row["name"] for row in self._page.ask.rows("people_names", ids=",".join(ids))
        }
        self._found |= {one: found.get(one) for one in ids}

    def on(self, rows: Sequence[Row]) -> list[Row]:
        """The rows with `name`, which is None where the reader may not know it."""
        self.ask_for(rows)
        return [{**row, "name": self._found[row["candidate_id"]]} for row in rows]
