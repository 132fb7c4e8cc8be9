"""The title of a page and its key figures, as its mail says them."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards import titles
from dashboards.ask import Row, Value
from dashboards.frame import FEWEST, Visit

Figures = list[tuple[str, str]]


def of(name: str, page: Visit, own: Mapping[str, Value]) -> tuple[str, Figures]:
    """The sentence and the figures of one of the pages that are mailed."""
    if name == "overview":
        return _overview(page)
    if name == "batches":
        return _batches(page, own)
    if name == "requisitions":
        return _requisitions(page, own)
    if name == "roles":
        return _roles(page, own)
    if name == "trend":
        rows = _known(page.ask.rows("quarters", each_role=False), "n")
        return titles.trend(page, rows) if rows else page.words("nothing.title"), []
    if name == "questions":
        rows = _known(page.ask.rows("question_list"), "asked_n")
        return titles.questions(page, rows, None) if rows else page.words("questions.none"), []
    if name == "outcomes":
        return _outcomes(page, own)
    return titles.results(page, page.ask.rows("results", **{**own, "row_limit": 1})), []


def _known(rows: list[Row], n: str) -> list[Row]:
    """Without groups that are too small to be shown."""
    return [row for row in rows if row[n] is not None]


def _roles(page: Visit, own: Mapping[str, Value]) -> tuple[str, Figures]:
    measures = {row["id"]: row["name"] for row in page.ask.rows("competencies")}
    rows = _known(page.ask.rows("summaries", **own), "n")
    if not rows:
        return page.words("nothing.title"), []
    measure = measures.get(str(own["competency"]), page.words("roles.composite"))
    return titles.roles(page, rows, measure), []


def _outcomes(page: Visit, own: Mapping[str, Value]) -> tuple[str, Figures]:
    words, formats = page.words, page.formats
    chain = page.ask.row("outcome_chain", **own)
    if chain is None or not chain["interviews_n"]:
        return words("outcomes.none"), []
    return titles.outcomes(page, chain), [
        (words("outcomes.hire_rate"), formats.percent(chain["hire_rate"])),
        (words("outcomes.acceptance"), formats.percent(chain["acceptance"])),
        (words("outcomes.open"), formats.count(chain["open_n"])),
    ]


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
    if first["all_invited"] is None:
        return words("batches.none"), [(words("batches.invited"), words("suppressed.cell", fewest=FEWEST))]
    return titles.batches(page, rows, None), [
        (words("batches.invited"), formats.count(first["all_invited"])),
        (words("batches.completed"), formats.count(first["all_completed"])),
        (words("batches.pending"), formats.count(first["all_pending"])),
        (words("batches.interruptions"), formats.count(first["all_interruptions"])),
    ]


def _requisitions(page: Visit, own: Mapping[str, Value]) -> tuple[str, Figures]:
    words = page.words
    rows = page.ask.rows("requisitions", **{**own, "row_limit": 1})
    return (titles.requisitions(page, rows, None) if rows else words("requisitions.none")), []
