"""The title of a page and its key figures, as its mail says them."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards import titles
from dashboards.ask import Value
from dashboards.frame import Visit

Figures = list[tuple[str, str]]


def of(name: str, page: Visit, own: Mapping[str, Value]) -> tuple[str, Figures]:
    """The sentence and the figures of one of the pages that are mailed."""
    if name == "overview":
        return _overview(page)
    if name == "batches":
        return _batches(page, own)
    if name == "requisitions":
        return _requisitions(page, own)
    return titles.results(page, page.ask.rows("results", **{**own, "row_limit": 1})), []


def _overview(page: Visit) -> tuple[str, Figures]:
    words, formats = page.words, page.formats
    numbers = page.ask.row("figures")
    if numbers is None:
        return words("nothing.title"), []
    quarters = page.ask.rows("quarters", each_role=False)
    now = next((row for row in quarters if row["is_chosen"] and row["n"] is not None), None)
    return titles.overview(page, numbers, now), [
        (words("figure.mean"), formats.score(numbers["mean"])),
        (words("figure.participation"), formats.percent(numbers["participation"])),
        (words("figure.top10"), formats.score(numbers["top10_cutoff"])),
        (words("figure.top_grades"), formats.percent(numbers["top_share"])),
    ]


def _batches(page: Visit, own: Mapping[str, Value]) -> tuple[str, Figures]:
    words, formats = page.words, page.formats
    rows = page.ask.rows("batches", **{**own, "row_limit": 1})
    if not rows:
        return words("batches.none"), []
    first = rows[0]
    return titles.batches(page, rows, None), [
        (words("batches.invited"), formats.count(first["all_invited"] or 0)),
        (words("batches.completed"), formats.count(first["all_completed"] or 0)),
        (words("batches.pending"), formats.count(first["all_pending"] or 0)),
        (words("batches.interruptions"), formats.count(first["all_interruptions"] or 0)),
    ]


def _requisitions(page: Visit, own: Mapping[str, Value]) -> tuple[str, Figures]:
    words = page.words
    rows = page.ask.rows("requisitions", **{**own, "row_limit": 1})
    return (titles.requisitions(page, rows, None) if rows else words("requisitions.none")), []
