"""What proposed weights would have made of the results: who changes grade, in figures and by name."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pyarrow as pa
import streamlit as st

from dashboards import choices, proposal
from dashboards.ask import Row
from dashboards.charts.grades import share_bars
from dashboards.download import PROPOSAL, chosen, offered
from dashboards.formats import plain
from dashboards.frame import Visit, draw, figure, figures, nothing, section
from dashboards.proposal import Proposal
from dashboards.rulebook import Rulebook
from dashboards.ticked_rows import open_interview, ticked_rows

ROW = 38
ROWS_SHOWN = 1_000


def effect(page: Visit, book: Rulebook, role: str, role_name: str, held: Row, wanted: Proposal) -> str:
    """Figures, grades before and after, and the people that change; gives the title."""
    words, formats = page.words, page.formats
    rows = page.ask.rows("proposal", of_role=role, weight_set=held["id"], proposal=proposal.to_json(wanted))
    changes = [row for row in rows if row["kind"] == "change"]
    if not changes:
        nothing(words("rubrics.no_interviews"), words("nothing.advice"))
        return words("rubrics.title_no_interviews", role=role_name)
    n = {
        move: sum(row["n"] for row in changes if row["move"] == move)
        for move in ("up", "down", "gained", "lost")
    }
    moved, total = sum(n.values()), changes[0]["interviews_n"]
    section(words("rubrics.effect"), _scope(page, held))
    _figures(page, changes, n, moved)
    label = {side: words(f"rubrics.{side}") for side in ("before", "after")}
    bars = [{**row, "label": label[row["side"]]} for row in rows if row["kind"] == "share"]
    draw(share_bars(bars, page, "side", "label", words("rubrics.effect")), words("rubrics.effect_chart"))
    people = people_of(page, changes)
    _people(page, people)
    _hand_on(page, book, role, wanted, people)
    counted = {name: formats.count(number) for name, number in {**n, "n": moved, "all": total}.items()}
    if moved == 0:
        return words("rubrics.title_no_change", role=role_name, **counted)
    return words("rubrics.title_effect", role=role_name, **counted)


def _scope(page: Visit, held: Row) -> str:
    words, formats = page.words, page.formats
    return words(
        "rubrics.effect_note",
        period=formats.period(page.choices.quarter),
        n=formats.count(held["interviews_n"]),
        day=formats.day(held["valid_from"]),
    )


def _figures(page: Visit, changes: list[Row], n: dict[str, int], moved: int) -> None:
    words, formats = page.words, page.formats
    mean_before, mean_after = changes[0]["mean_before"], changes[0]["mean_after"]
    delta = None if None in (mean_before, mean_after) else formats.signed(mean_after - mean_before, 2)
    advanced = {
        side: sum(row["n"] for row in changes if row[f"recommendation_{side}"] == "advance")
        for side in ("before", "after")
    }
    with figures():
        figure(
            words("rubrics.figure.moved"),
            formats.count(moved),
            note=words("rubrics.figure.moved_note"),
        )
        figure(words("rubrics.figure.up"), formats.count(n["up"]))
        figure(words("rubrics.figure.down"), formats.count(n["down"]))
        figure(words("figure.mean"), formats.score(mean_after), delta=delta)
        figure(
            words("rubrics.figure.advance"),
            formats.count(advanced["after"]),
            delta=formats.signed(advanced["after"] - advanced["before"], 0),
            note=words("rubrics.figure.advance_note"),
        )
    if n["gained"] or n["lost"]:
        written = {name: formats.count(n[name]) for name in ("gained", "lost")}
        st.caption(plain(words("rubrics.coverage_moves", **written)))


def people_of(page: Visit, changes: list[Row]) -> list[Row]:
    """Everybody whose grade or recommendation changes, those that move most first, in the reader's words."""
    words = page.words
    found: list[Row] = []
    for row in changes:
        for person in row["people"] or []:
            found.append(
                {
                    **person,
                    "move": words.of("move", row["move"]),
                    **{f"grade_{side}": row[f"grade_{side}"] for side in ("before", "after")},
                    **{
                        f"recommendation_{side}": words.of("recommendation", row[f"recommendation_{side}"])
                        for side in ("before", "after")
                    },
                    "is_moved": row["move"] != "same",
                }
            )
    return sorted(found, key=lambda p: (not p["is_moved"], -_distance(p), p["interview_id"]))


def _distance(person: Row) -> float:
    return abs(float(person["score_after"] or 0) - float(person["score_before"] or 0))


def _people(page: Visit, people: list[Row]) -> None:
    words, formats = page.words, page.formats
    section(words("rubrics.people"), words("rubrics.people_note"))
    if not people:
        st.caption(words("rubrics.nobody"))
        return
    if len(people) > ROWS_SHOWN:
        st.caption(words("rubrics.capped", shown=formats.count(ROWS_SHOWN), n=formats.count(len(people))))
    shown = people[:ROWS_SHOWN]
    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                "name": [person["name"] or person["candidate_id"] for person in shown],
                "grade_change": [
                    _arrow(page, person["grade_before"], person["grade_after"]) for person in shown
                ],
                "score_change": [
                    _arrow(page, formats.score(person["shown_before"]), formats.score(person["shown_after"]))
                    for person in shown
                ],
                "recommendation_change": [
                    _arrow(page, person["recommendation_before"], person["recommendation_after"])
                    if person["recommendation_before"] != person["recommendation_after"]
                    else words("rubrics.same")
                    for person in shown
                ],
                "id": [person["interview_id"] for person in shown],
            }
        ),
        f"people_{choices.get('proposal')}",
        _columns(page),
        in_sight=12,
        row_height=ROW,
    )
    open_interview(shown, ticked)


def _columns(page: Visit) -> dict[str, Any]:
    widths = {
        "name": None,
        "grade_change": 140,
        "score_change": 130,
        "recommendation_change": None,
        "id": None,
    }
    return {
        name: st.column_config.TextColumn(page.words(f"column.{name}"), width=width)
        for name, width in widths.items()
    }


def _arrow(page: Visit, before: str | None, after: str | None) -> str:
    none = page.words("rubrics.no_grade")
    return f"{before or none} → {after or none}"


def _hand_on(page: Visit, book: Rulebook, role: str, wanted: Proposal, people: list[Row]) -> None:
    """The list and the changed seed, to take along."""
    words = page.words
    section(words("rubrics.hand_on"), words("rubrics.hand_on_note"))
    day, weights, names = st.columns([1.2, 1, 1], vertical_alignment="bottom")
    with day:
        begin = _begins(page)
    rows = book.rows("role_weights")
    with weights:
        st.download_button(
            words("rubrics.download_weights"),
            data=lambda: proposal.changed_weights(
                book.seeds["role_weights"].column_names, rows, role, begin, wanted
            ),
            file_name="role_weights.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            width="stretch",
            disabled=not rows or not any(weighted.weight for weighted in wanted.values()),
        )
    with names:
        offered(
            page,
            words("rubrics.people_file", day=page.today.isoformat()),
            lambda: pa.table({field: [person[field] for person in people] for field in PROPOSAL}),
            title=words("rubrics.download_people"),
            filters=chosen(page, {}),
            fields=PROPOSAL,
            label=words("rubrics.download_people"),
        )


def _begins(page: Visit) -> date:
    """From when the proposed set is to hold."""
    days = proposal.days_to_begin(page.today)
    return st.selectbox(
        page.words("rubrics.begins"),
        days,
        format_func=page.formats.day,
        key="proposal_begins",
        help=page.words("rubrics.begins_note"),
    )
