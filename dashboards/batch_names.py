"""What people call a batch: its role and the day of its first invitation; the id is the system's."""

from __future__ import annotations

from dashboards.ask import Row
from dashboards.frame import Visit


def batch_name(page: Visit, row: Row) -> str:
    """Of a row with `batch_id`, `role_name` and `first_invited_on`; the id where nobody was invited yet."""
    if row["first_invited_on"] is None:
        return str(row["batch_id"])
    return page.words(
        "batches.name",
        role=row["role_name"] or page.words("choice.all_roles"),
        day=page.formats.day(row["first_invited_on"]),
    )


def batch_choice(page: Visit, row: Row) -> str:
    """The name as one of many: with the id, since two batches may begin on a day, and who is waited for."""
    words = page.words
    parts = [batch_name(page, row), str(row["batch_id"])]
    if row["pending_n"]:
        parts.append(words("batches.waited_for", n=page.formats.count(row["pending_n"])))
    return " · ".join(dict.fromkeys(parts))
