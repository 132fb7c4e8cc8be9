"""One answer criterion by criterion: what each was worth, what it earned, and what was missing."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.charts.elements import elements
from dashboards.criteria import criteria_of
from dashboards.formats import plain
from dashboards.frame import Visit, draw, section


def elements_of(page: Visit, rows: Sequence[Row], ticked: Sequence[int]) -> None:
    """The criteria of the ticked answer, else of the one in the link, else of the one with fewest points."""
    judged = [row for row in rows if row["elements"]]
    if not judged:
        return
    words, formats = page.words, page.formats
    row = _chosen(rows, judged, ticked)
    parts = parts_of(page, row)
    title = words("elements.title", points=formats.score(row["points"]))
    section(title, words("elements.note", question=row["question"] or row["question_id"]))
    left, right = st.columns([1.25, 1], gap="large")
    with left:
        draw(elements(parts, page), title)
    with right, st.container(key="elements"):
        _missing(page, parts)


def _chosen(rows: Sequence[Row], judged: Sequence[Row], ticked: Sequence[int]) -> Row:
    asked = [rows[index] for index in ticked if rows[index] in judged]
    asked += [row for row in judged if row["question_id"] == choices.get("answer")]
    return asked[0] if asked else min(judged, key=lambda row: (row["points"], row["place"]))


def parts_of(page: Visit, row: Row) -> list[Row]:
    """The criteria of an answer with name, points, points lost and phrases said; most lost first."""
    found = row["elements"]
    named = criteria_of(page, [part["criterion_id"] for part in found])
    said: dict[str, list[str]] = {}
    for hit in row["evidence"] or []:
        said.setdefault(hit["criterion_id"], []).append(hit["phrase"])
    parts = [
        {
            **part,
            "lost": part["points_of"] - part["points"],
            "criterion": criterion,
            "said": list(dict.fromkeys(said.get(criterion.criterion_id, []))),
        }
        for part, criterion in zip(found, named, strict=True)
    ]
    return sorted(parts, key=lambda part: -part["lost"])


def _missing(page: Visit, parts: Sequence[Row]) -> None:
    """What the criteria that lost points were missing, and what would have earned them."""
    words, formats = page.words, page.formats
    lost = [part for part in parts if not part["is_met"]]
    if not lost:
        st.markdown(f":material/check_circle: {words('elements.all_met')}")
    for part in lost:
        criterion = part["criterion"]
        st.markdown(
            words(
                "elements.lost",
                name=plain(criterion.name),
                points=formats.signed(-part["lost"]),
                competency=plain(criterion.competency),
                loss=plain(criterion.loss),
                advice=plain(criterion.advice),
            )
        )
