"""What to make of a result: where points were lost and why, what reaches the next grade, what to learn."""

from __future__ import annotations

import streamlit as st

from dashboards.ask import Row
from dashboards.formats import plain
from dashboards.frame import Visit, section

LOSSES_SHOWN = 4
GAPS_SHOWN = 3


def losses(page: Visit, interview: str) -> None:
    """What the next grade takes, then the lost points: what, why, the question, what to say instead."""
    words, formats = page.words, page.formats
    section(words("losses.title"))
    rows = page.ask.rows("candidate_losses", interview=interview)
    if not rows:
        st.caption(words("losses.none"))
        return
    next_band(page, page.ask.row("candidate_next_band", interview=interview))
    shown = max(LOSSES_SHOWN, sum(row["is_step"] for row in rows))
    for row in rows[:shown]:
        loss(page, row)
    if len(rows) > shown:
        with st.expander(words("losses.more", n=formats.count(len(rows) - shown))):
            for row in rows[shown:]:
                loss(page, row)


def next_band(page: Visit, band: Row | None) -> None:
    """The cheapest set of lost points that reaches the next grade, in one sentence."""
    if band is None:
        return
    words, formats = page.words, page.formats
    sentence = words(
        "losses.reach" if band["is_reachable"] else "losses.beyond_reach",
        n=formats.count(band["steps_n"] or 0),
        grade=band["next_grade"],
        score=formats.score(band["next_min_score"]),
        missing=formats.score(band["points_needed"]),
        reached=formats.score(band["composite_with_steps"]),
    )
    st.info(plain(sentence), icon=":material/trending_up:")


def loss(page: Visit, row: Row) -> None:
    """One lost criterion; a step to the next grade is marked."""
    words, formats = page.words, page.formats
    st.markdown(
        words(
            "losses.step" if row["is_step"] else "losses.entry",
            competency=plain(row["competency"]),
            points=formats.signed(-row["points_lost"]),
            loss=plain(row["loss"] or ""),
            question=plain(row["question"] or row["question_id"]),
            advice=plain(row["advice"] or ""),
        )
    )


def growth(page: Visit, interview: str) -> None:
    """What to learn next: for each gap advice, course, project and mentor; without a gap, courses."""
    words, formats = page.words, page.formats
    section(words("candidate.growth"))
    gaps = page.ask.rows("candidate_plan", interview=interview)
    for gap in gaps[:GAPS_SHOWN]:
        plan(page, gap)
    if len(gaps) > GAPS_SHOWN:
        with st.expander(words("plan.more", n=formats.count(len(gaps) - GAPS_SHOWN))):
            for gap in gaps[GAPS_SHOWN:]:
                plan(page, gap)
    if not gaps:
        st.caption(words("plan.none"))
        courses(page, page.ask.rows("candidate_courses", interview=interview))


def plan(page: Visit, gap: Row) -> None:
    """One competency below its requirement, and what helps."""
    words, formats = page.words, page.formats
    lines = [
        words(
            "plan.gap",
            competency=plain(gap["competency"]),
            gap=formats.score(gap["gap"]),
            score=formats.score(gap["score"]),
            requirement=formats.score(gap["requirement"]),
        )
    ]
    lines += [plain(gap["tip"])] if gap["tip"] else []
    for part, icon in (("course", "school"), ("project", "construction"), ("mentor", "diversity_3")):
        if gap[part]:
            name = words(
                f"plan.{part}", name=plain(gap[part]), weeks=formats.count(gap["project_weeks"] or 0)
            )
            lines.append(f":material/{icon}: {name}")
    hint = plain(gap["project_description"]) if gap["project_description"] else None
    st.markdown("\\\n".join(lines), help=hint)


def courses(page: Visit, rows: list[Row]) -> None:
    """Courses by the points that they stand for."""
    words, formats = page.words, page.formats
    if not rows:
        st.caption(words("candidate.no_courses"))
    for row in rows:
        line = words(
            "candidate.course",
            course=plain(row["course"]),
            competencies=plain(row["competencies"]),
            points=formats.score(row["points_lost"]),
        )
        st.markdown(f":material/school: {line}")
