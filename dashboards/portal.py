"""What a person sees of the own result: which interview, what score and grade mean, how attempts went."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

import altair as alt
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.charts import Drawing, chart_of
from dashboards.formats import plain
from dashboards.frame import Visit, draw, section

SCORED = "scored"
PAGE = "my_result"
_FEWEST_FOR_A_LINE = 2


def chosen(rows: Sequence[Row]) -> tuple[Row, bool]:
    """The interview that the link names, else the latest with a score; and whether the link was followed.

    One that is not among the reader's own is the same as one that does not exist.
    """
    wanted = choices.get("interview")
    for row in rows:
        if row["interview_id"] == wanted:
            return row, True
    return next((row for row in rows if row["status"] == SCORED), rows[0]), not wanted


def pick(page: Visit, rows: Sequence[Row], row: Row) -> None:
    """Which of several interviews to read."""
    if len(rows) < 2:
        return
    labels = {one["interview_id"]: one_line(page, one) for one in rows}
    st.session_state["pick_interview"] = row["interview_id"]
    st.selectbox(
        page.words("mine.which", n=page.formats.count(len(rows))),
        list(labels),
        format_func=lambda interview: labels[interview],
        key="pick_interview",
        on_change=_picked,
    )


def _picked() -> None:
    choices.put("interview", st.session_state["pick_interview"])


def one_line(page: Visit, row: Row) -> str:
    """One interview among several: role, day, how it ended."""
    return page.words(
        "mine.one",
        role=row["role_name"] or row["role_id"],
        day=page.formats.day(row["local_date"]),
        result=result(page, row),
    )


def result(page: Visit, row: Row) -> str:
    """Score and grade, or in kind words why there are none."""
    words = page.words
    if row["status"] == SCORED:
        return words("candidate.score", score=page.formats.score(row["score_shown"]), grade=row["grade"])
    return words.of("my_state", row["status"])


def title(page: Visit, row: Row) -> str:
    """The answer in one sentence."""
    words, role = page.words, row["role_name"] or row["role_id"]
    if row["status"] == SCORED:
        return words(
            "mine.title.scored", role=role, score=page.formats.score(row["score_shown"]), grade=row["grade"]
        )
    return words(f"mine.title.{row['status']}", role=role)


def caption(page: Visit, row: Row) -> list[str]:
    """Which interview this is, and what the numbers rest on."""
    words, formats = page.words, page.formats
    return [
        words.of("scenario_long", row["scenario"]),
        formats.day(row["local_date"]),
        words("candidate.attempt", n=row["attempt"]),
        words("caption.as_of", moment=formats.moment(page.run["data_as_of"])),
        words("caption.rubric", version=row["rubric_version"]),
    ]


def meaning(page: Visit, row: Row, grades: Sequence[Row], skills: Sequence[Row]) -> list[str]:
    """Sentences about a score: the grade's range, requirements met, the band of pay, who decides."""
    words, formats = page.words, page.formats
    told = [span(page, grade) for grade in grades if grade["grade"] == row["grade"]]
    required = [s for s in skills if s["score"] is not None and s["requirement"] is not None]
    if required:
        met = sum(s["score"] >= s["requirement"] for s in required)
        told.append(words("mine.met", met=met, n=len(required)))
    if row["pay_min"] is not None:
        band = formats.pay_range(row["pay_min"], row["pay_max"])
        told.append(words("mine.band", grade=row["grade"], band=band))
    return [*told, words("mine.people_decide")]


def span(page: Visit, grade: Row) -> str:
    """From which score to which a grade reaches."""
    words = page.words
    low, high = f"{grade['min_score']:g}", f"{grade['max_score']:g}"
    if grade["grade_rank"] == 1:
        return words("mine.grade_top", grade=grade["grade"], low=low)
    if not grade["min_score"]:
        return words("mine.grade_last", grade=grade["grade"], high=high)
    return words("mine.grade_span", grade=grade["grade"], low=low, high=high)


def scale(page: Visit, row: Row, grades: Sequence[Row]) -> str:
    """The grades from lowest to highest as a strip, the reached one filled, as HTML."""
    colours = page.colours
    steps = []
    for grade in reversed(grades):
        reached = grade["grade"] == row["grade"]
        style = f"--grade: {colours.grades.get(grade['grade'], colours.accent)}"
        low = f"{grade['min_score']:g}"
        steps.append(
            f'<li class="{"reached" if reached else ""}" style="{style}">'
            f"<b>{escape(grade['grade'])}</b><span>{escape(page.words('mine.from', low=low))}</span></li>"
        )
    label = escape(page.words("mine.scale", grade=row["grade"]), quote=True)
    return f'<ol class="grades" aria-label="{label}">{"".join(steps)}</ol>'


def progress(page: Visit, rows: Sequence[Row], row: Row) -> None:
    """The scores of all attempts at the same role, oldest first, and what changed since the one before."""
    words, formats = page.words, page.formats
    section(words("mine.progress"))
    tries = sorted(
        (one for one in rows if one["status"] == SCORED and one["role_id"] == row["role_id"]),
        key=lambda one: (one["local_date"], one["interview_id"]),
    )
    if len(tries) < _FEWEST_FOR_A_LINE:
        st.caption(words("mine.one_attempt"))
        return
    change = tries[-1]["score_shown"] - tries[-2]["score_shown"]
    kind = "higher" if round(change, 1) > 0 else "lower" if round(change, 1) < 0 else "same"
    st.markdown(plain(words(f"mine.change.{kind}", points=formats.score(abs(change)))))
    draw(_line(page, tries), words("mine.progress"))


def _line(page: Visit, tries: Sequence[Row]) -> Drawing:
    colours, formats = page.colours, page.formats
    values = [
        {
            "order": place,
            "day": formats.day(one["local_date"]),
            "score": one["score_shown"],
            "label": result(page, one),
        }
        for place, one in enumerate(tries)
    ]
    base = chart_of(values).encode(
        x=alt.X("day:O", title=None, sort=alt.SortField("order"), axis=alt.Axis(labelAngle=0)),
        y=alt.Y("score:Q", title=None, scale=alt.Scale(zero=False, padding=24)),
    )
    line = base.mark_line(color=colours.accent)
    dots = base.mark_point(size=80, opacity=1, color=colours.accent)
    text = base.mark_text(dy=-14, color=colours.ink).encode(text="label:N")
    return alt.layer(line, dots, text).properties(height=170)


def all_of_them(page: Visit, rows: Sequence[Row], here: Row) -> None:
    """Every interview with its state and what happens next, in kind words."""
    words, formats = page.words, page.formats
    section(words("mine.all"))
    for row in rows:
        mark = words("mine.shown") if row["interview_id"] == here["interview_id"] else ""
        st.markdown(
            words(
                "mine.entry",
                role=plain(row["role_name"] or row["role_id"]),
                result=plain(result(page, row)),
                day=formats.day(row["local_date"]),
                scenario=plain(words.of("scenario_long", row["scenario"])),
                next=plain(words(f"mine.next.{row['status']}")),
                mark=plain(mark),
            )
        )
