"""Outcomes: what became of the interviews: applications, offers, hires, stays and reviews."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pandas as pd
import streamlit as st

from dashboards import choices, menu, titles
from dashboards.ask import Row
from dashboards.charts.funnel import funnel
from dashboards.charts.grades import CLICK
from dashboards.charts.outcomes import HORIZONS, reviews, shares
from dashboards.formats import plain
from dashboards.frame import (
    FEWEST,
    Visit,
    basis,
    draw,
    figure,
    figures,
    go,
    head,
    how,
    nothing_chosen,
    section,
    visit,
)
from dashboards.number_tables import numbers_right
from dashboards.outcome_people import people
from dashboards.taken_along import take_along
from warehouse.policy import policy

STEPS = ("applications_n", "later_round_n", "offered_n", "hired_n")
SHARES = ("hire_rate", "retention")

Measured = Mapping[str, Sequence[Row]]


def by_measure(rows: Sequence[Row]) -> dict[str, list[Row]]:
    """The rows of each measure."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["measure"], []).append(row)
    return found


def cards(page: Visit, chain: Row, later: Measured, fewest: int) -> None:
    """Five figures; what needs a year of the company is over all quarters."""
    words, formats = page.words, page.formats
    best = None
    if chain["high_people_n"] and chain["high_people_n"] >= fewest:
        best = words(
            "outcomes.high_of",
            hired=formats.count(chain["high_hired_n"]),
            n=formats.count(chain["high_applications_n"]),
        )
    with figures():
        figure(
            words("outcomes.hire_rate"),
            formats.percent(chain["hire_rate"]),
            None,
            words(
                "outcomes.hire_note",
                n=formats.count(chain["applications_n"]),
                interval=formats.interval(chain["hire_low"], chain["hire_high"], formats.percent),
            ),
            best,
        )
        figure(
            words("outcomes.acceptance"),
            formats.percent(chain["acceptance"]),
            None,
            words("outcomes.acceptance_note", n=formats.count(chain["settled_n"])),
        )
        figure(words("outcomes.open"), formats.count(chain["open_n"]), None, words("outcomes.open_note"))
        for measure in ("retention", "performance_12m"):
            row = next((one for one in later.get(measure, []) if one["grade"] == "all"), None)
            figure(
                words(f"outcomes.{measure}"), figure_of(page, row, measure), None, note_of(page, row, measure)
            )


def figure_of(page: Visit, row: Row | None, measure: str) -> str:
    """A measure in its unit, or that too few people stand behind it."""
    if row is not None and row["is_small"]:
        return page.words("suppressed.cell", fewest=FEWEST)
    value = None if row is None else row["value"]
    return page.formats.percent(value) if measure in SHARES else page.formats.score(value)


def note_of(page: Visit, row: Row | None, measure: str) -> str:
    """What stands behind a figure."""
    words, formats = page.words, page.formats
    if row is None or not row["n"]:
        return words("outcomes.nobody_yet")
    return words(
        f"outcomes.{measure}_note",
        n=formats.count(row["n"]),
        interval=formats.interval(
            row["low"], row["high"], formats.percent if measure in SHARES else formats.score
        ),
    )


def steps(page: Visit, chain: Row, measured: Measured) -> None:
    """The funnel, and beside it the hire rate of each grade."""
    words, formats = page.words, page.formats
    left, right = st.columns([1.1, 1], gap="large")
    with left:
        section(words("outcomes.chain"), words("outcomes.chain_note"))
        numbers = [int(chain[name]) for name in STEPS]
        before = [None, *numbers[:-1]]
        bars = [
            {"name": words(f"outcome_step.{name}"), "n": n, "rate": n / last if last else None}
            for name, n, last in zip(STEPS, numbers, before, strict=True)
        ]
        draw(funnel(bars, page), words("outcomes.chain"))
        beside = words(
            "outcomes.beside",
            interviews=formats.count(chain["interviews_n"]),
            without=formats.count(chain["without_application_n"]),
        )
        st.caption(plain(beside))
    with right:
        by_grade(page, measured, "hire_rate")


def by_grade(page: Visit, measured: Measured, measure: str) -> None:
    """A share a grade; a click shows the people of the grade below."""
    words = page.words
    section(words(f"outcomes.{measure}_by_grade"), words(f"outcomes.{measure}_by_grade_note"))
    rows = known(page, [row for row in measured.get(measure, []) if row["grade"] != "all"])
    if not rows:
        st.caption(plain(words("outcomes.nobody_yet")))
        return
    picked = draw(
        shares(rows, page, measure),
        words(f"outcomes.{measure}_by_grade"),
        key=f"outcomes_{measure}",
        on_select="rerun",
        selection_mode=CLICK,
    )
    for dot in picked.selection.get(CLICK, []):
        part = {"hire_rate": "hired", "retention": "stayed"}[measure]
        own = choices.link(outcome=part, of_grade=dot["grade"])
        st.switch_page("views/outcomes.py", query_params=own)


def known(page: Visit, rows: Sequence[Row]) -> list[Row]:
    """What may be drawn; a line says how many groups are too small."""
    small = [row for row in rows if row["is_small"]]
    if small:
        told = page.words("suppressed.groups", n=page.formats.count(len(small)), fewest=FEWEST)
        st.caption(f":material/visibility_off: {told}")
    return [row for row in rows if row["value"] is not None]


def after_hiring(page: Visit, later: Measured) -> None:
    """Who stayed a year, and how the reviews went, by grade."""
    words = page.words
    left, right = st.columns([1, 1.1], gap="large")
    with left:
        by_grade(page, later, "retention")
    with right:
        section(words("outcomes.reviews"), words("outcomes.reviews_note"))
        rows = [row for measure in HORIZONS for row in later.get(measure, []) if row["grade"] != "all"]
        drawn = known(page, rows)
        if drawn:
            draw(reviews(drawn, page), words("outcomes.reviews"))
            st.caption(plain(grades_compared(page, drawn)))
        else:
            st.caption(plain(words("outcomes.nobody_yet")))


def grades_compared(page: Visit, rows: Sequence[Row]) -> str:
    """Whether higher grades did better, at the longest time after hiring that two grades have reached."""
    words, formats = page.words, page.formats
    for measure in reversed(HORIZONS):
        found = [row for row in rows if row["measure"] == measure]
        if len(found) < 2:
            continue
        told = words("format.comma").join(
            words("outcomes.of_grade", grade=row["grade"], mean=formats.score(row["value"]), n=row["n"])
            for row in found
        )
        clear = [
            words("outcomes.clearly_above", grade=one["grade"], other=other["grade"])
            for one, other in pairwise(found)
            if one["low"] is not None and other["high"] is not None and one["low"] > other["high"]
        ]
        verdict = words("format.comma").join(clear) or words("outcomes.no_clear_grade")
        return words("outcomes.compared", when=words(f"outcomes.{measure}"), grades=told, verdict=verdict)
    return words("outcomes.one_grade")


def links(page: Visit, fewest: int) -> None:
    """Where the chain cannot be followed, and why."""
    words, formats = page.words, page.formats
    rows = page.ask.rows("outcome_links", fewest=fewest)
    section(words("outcomes.links"), words("outcomes.links_note"))

    def shown(row: Row, field: str) -> str:
        if row[field] is None:
            return words("suppressed.cell", fewest=FEWEST)
        return formats.percent(row[field]) if field == "share" else formats.count(row[field])

    st.dataframe(
        pd.DataFrame(
            {
                words("outcomes.link"): [words.of("outcome_link", row["link"]) for row in rows],
                words("outcomes.reason"): [words.of("link_reason", row["reason"]) for row in rows],
                words("outcomes.matched"): [
                    words("format.yes" if row["is_matched"] else "format.no") for row in rows
                ],
                words("outcomes.rows"): [shown(row, "n") for row in rows],
                words("outcomes.people"): [shown(row, "people_n") for row in rows],
                words("outcomes.share"): [shown(row, "share") for row in rows],
                words("outcomes.whose"): [words.of("link_scope", row["scope"]) for row in rows],
            }
        ),
        hide_index=True,
        row_height=36,
        height="content",
        column_config=numbers_right(words(f"outcomes.{name}") for name in ("rows", "people", "share")),
    )


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    fewest = 0 if policy().roles[here.ask.role].everything else FEWEST
    chain = here.ask.row("outcome_chain", fewest=fewest)
    if chain is None or not chain["interviews_n"]:
        head(words("outcomes.none"), basis(here, None))
        nothing_chosen(here, words("outcomes.none"))
        how(here, "outcomes")
        return
    head(here.scoped(titles.outcomes(here, chain)), basis(here, chain["interviews_n"]))
    measured = by_measure(here.ask.rows("outcome_grades", fewest=fewest))
    # Nobody interviewed in the latest quarter can have stayed a year: what comes later is over all quarters.
    later = by_measure(here.ask.rows("outcome_grades", fewest=fewest, quarter=choices.ALL))
    cards(here, chain, later, fewest)
    if menu.is_for(here.ask.role, "grades_and_pay"):
        go(words("outcomes.pay"), "grades_and_pay")
    steps(here, chain, measured)
    after_hiring(here, later)
    take_along(here, "outcomes", note=words("outcomes.figures_by_grade"))
    people(here)
    links(here, fewest)
    how(here, "outcomes")


page()
