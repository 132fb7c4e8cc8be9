"""How an interview ended, in a few words: wherever one interview of many is named."""

from __future__ import annotations

from dashboards.ask import Row
from dashboards.frame import Visit


def standing(page: Visit, row: Row) -> str:
    """Score and grade, or why there are none."""
    words, formats = page.words, page.formats
    if row["composite_score"] is None:
        return words(f"absent.{row['status']}", coverage=formats.percent(row["coverage"]))
    return words("candidate.score", score=formats.score(row["score_shown"]), grade=row["grade"])
