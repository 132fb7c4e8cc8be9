"""Why a quarter's mean is another than that of the quarter before: who was interviewed, and what moved."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards.ask import Row
from dashboards.charts.steps import Step, steps
from dashboards.choices import ALL
from dashboards.formats import plain
from dashboards.frame import FEWEST, Visit, draw, section
from warehouse.policy import policy

# Parts smaller than the scores' last digit are told together.
SMALL = 0.05


def compared(rows: Sequence[Row]) -> Row | None:
    """The chosen quarter, else the last one, where it has a quarter before it."""
    now = next((row for row in rows if row["is_chosen"]), rows[-1] if rows else None)
    return now if now is not None and now["delta_mean"] is not None else None


def parts_of(page: Visit, quarter: str) -> list[Row]:
    """The parts of the change, by role or for one role by competency; none where groups are too small."""
    if page.choices.role == ALL:
        rows = page.ask.rows("trend_change", until=quarter)
    else:
        rows = page.ask.rows("trend_skills", until=quarter)
    fewest = 0 if policy().roles[page.ask.role].everything else FEWEST
    return [] if any(row["people_n"] < fewest for row in rows) else rows


def split(page: Visit, rows: Sequence[Row]) -> str:
    """How much of the change comes from who was interviewed, in a sentence; empty where it cannot be told."""
    now = compared(rows)
    parts = [] if now is None or page.choices.role != ALL else parts_of(page, now["quarter"])
    if len(parts) < 2 or now is None:
        return ""
    # rounded first, so that what is written adds up
    delta, composition = round(now["delta_mean"], 1), round(parts[0]["composition"], 1)
    formats = page.formats
    return page.words(
        "trend.split",
        delta=formats.signed(delta),
        composition=formats.signed(composition),
        own=formats.signed(delta - composition),
    )


def why(page: Visit, rows: Sequence[Row]) -> None:
    """The section of the trend page: a waterfall from the mean before to the mean now."""
    now = compared(rows)
    if now is None:
        return
    words, formats = page.words, page.formats
    quarter = formats.quarter_short(now["quarter"])
    at = next(place for place, row in enumerate(rows) if row["quarter"] == now["quarter"])
    before = formats.quarter_short(rows[at - 1]["quarter"])
    title = words("trend.why", quarter=quarter, before=before, delta=formats.signed(now["delta_mean"]))
    kind = "roles" if page.choices.role == ALL else "skills"
    section(title, words(f"trend.why_{kind}"))
    parts = parts_of(page, now["quarter"])
    if not parts:
        st.caption(plain(words("trend.why_hidden", fewest=FEWEST)))
        return
    first, last = now["mean"] - now["delta_mean"], now["mean"]
    made = told(page, parts, now["delta_mean"])
    draw(
        steps(
            made,
            page,
            (words("trend.mean_of", quarter=before), first),
            (words("trend.mean_of", quarter=quarter), last),
        ),
        title,
    )
    if not (now["is_higher"] or now["is_lower"]):
        st.caption(plain(words("trend.why_unclear")))


def told(page: Visit, parts: Sequence[Row], delta: float) -> list[Step]:
    """Composition first, then the largest gains to the largest losses; what is small together, last."""
    words, formats = page.words, page.formats

    def basis(n: int, before: int) -> str:
        return words("trend.basis", n=formats.count(n), before=formats.count(before))

    large = [part for part in parts if abs(part["own"]) >= SMALL]
    made = [
        Step(part["name"] or words("format.none"), part["own"], basis(part["n"], part["n_before"]))
        for part in large
    ]
    composition = parts[0]["composition"]
    if abs(composition) >= SMALL:
        everyone = sum(part["n"] for part in parts), sum(part["n_before"] for part in parts)
        made.insert(0, Step(words("trend.composition"), composition, basis(*everyone)))
    rest = delta - sum(step.points for step in made)
    if abs(rest) >= SMALL:
        made.append(Step(words("trend.rest"), rest, words("format.none")))
    return made
