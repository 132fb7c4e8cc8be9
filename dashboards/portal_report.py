"""A person's report to keep or print: one HTML file that needs nothing else, with the numbers of the page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache, partial
from math import cos, pi, sin
from pathlib import Path
from typing import Any

import jinja2
import streamlit as st
from markupsafe import Markup

from dashboards import access, ask, portal, reporting
from dashboards.answer_texts import marked
from dashboards.ask import Row
from dashboards.frame import Visit
from warehouse import audit
from warehouse.answer_texts import AnswerText, TextState, texts_of

HERE = Path(__file__).parent
# The drawing's own units; rings at these scores.
_RADIUS = 100
_RINGS = (20, 40, 60, 80, 100)
_FEWEST = 3
_LABEL = 112


def offer(page: Visit, row: Row) -> None:
    """The button; the report is made when it is pressed, and its texts are opened only then."""
    words = page.words
    st.download_button(
        words("report.download"),
        partial(_made, page, row, access.token(), facts(page, row)),
        file_name=words("report.file", day=f"{row['local_date']:%Y-%m-%d}"),
        mime="text/html",
        icon=":material/download:",
        on_click="ignore",
        key="report",
    )
    reporting.own(page, row)
    st.caption(words("report.note"))


def facts(page: Visit, row: Row) -> dict[str, list[Row]]:
    """The rows of the page, of the same published version."""
    interview = row["interview_id"]
    band = page.ask.row("candidate_next_band", interview=interview)
    return {
        "grades": page.ask.rows("my_grades"),
        "skills": page.ask.rows("candidate_competencies", interview=interview),
        "losses": page.ask.rows("candidate_losses", interview=interview),
        "bands": [] if band is None else [band],
        "plan": page.ask.rows("candidate_plan", interview=interview),
        "courses": page.ask.rows("candidate_courses", interview=interview),
        "answers": page.ask.rows("candidate_answers", interview=interview),
    }


def _made(page: Visit, row: Row, token: str, known: Mapping[str, list[Row]]) -> bytes:
    """The report for who is still signed in when the button is pressed."""
    viewer = access.who_saves(page, token)
    audit.record(
        page.settings,
        who=viewer.name,
        role=viewer.role,
        action="export",
        subject=f"candidate:{row['candidate_id']}",
        rows=len(known["answers"]),
    )
    marts = ask.marts(str(page.settings.home))
    texts = texts_of(page.settings, row["interview_id"], viewer, marts=marts)
    return document(page, row, known, texts).encode()


def document(page: Visit, row: Row, known: Mapping[str, list[Row]], texts: Mapping[str, AnswerText]) -> str:
    """The report as one HTML text; everything from the data is escaped."""
    skills = known["skills"]
    return _template().render(
        words=page.words,
        formats=page.formats,
        row=row,
        title=portal.title(page, row),
        caption=portal.caption(page, row),
        scale=Markup(portal.scale(page, row, known["grades"])),
        meaning=portal.meaning(page, row, known["grades"], skills),
        radar=_radar(skills),
        made=page.words("report.made", day=page.formats.day(page.today)),
        mark=page.words("demo.mark") if page.settings.holds_demo else "",
        **{**known, "answers": [_answer(page, one, texts) for one in known["answers"]]},
    )


def _answer(page: Visit, row: Row, texts: Mapping[str, AnswerText]) -> dict[str, Any]:
    answer = texts.get(row["question_id"])
    if answer is None or answer.text is None:
        state = TextState.GONE if answer is None else answer.state
        return {**row, "text": None, "absent": page.words(f"texts.state.{state}")}
    return {**row, "text": Markup(marked(page, answer))}


def _radar(skills: Sequence[Row]) -> dict[str, Any] | None:
    """Where the lines of the radar run; None with too few competencies for one."""
    if sum(skill["score"] is not None for skill in skills) < _FEWEST:
        return None
    count = len(skills)
    fields = ("requirement", "cohort_mean", "score")
    lines = {field: [_at(n, count, skill[field]) for n, skill in enumerate(skills)] for field in fields}
    return {
        "rings": [_path([_at(n, count, ring) for n in range(count)]) for ring in _RINGS],
        "lines": {field: _path(points) for field, points in lines.items()},
        "labels": [(*(_at(n, count, _LABEL) or (0, 0)), skill) for n, skill in enumerate(skills)],
    }


def _at(place: int, count: int, score: float | None) -> tuple[float, float] | None:
    if score is None:
        return None
    angle, reach = 2 * pi * place / count, score * _RADIUS / 100
    return round(reach * sin(angle), 1), round(-reach * cos(angle), 1)


def _path(points: Sequence[tuple[float, float] | None]) -> str:
    """A closed SVG path; where a value is absent the line has a gap. Empty when all are."""
    steps, is_drawing = [], False
    for point in [*points, points[0]]:
        if point is not None:
            steps.append(f"{'L' if is_drawing else 'M'}{point[0]},{point[1]}")
        is_drawing = point is not None
    return " ".join(steps)


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(HERE),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("portal_report.html")
