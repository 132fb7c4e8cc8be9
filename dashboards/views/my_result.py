"""My result: what a candidate scored and why, in own words; what would raise it, what to learn, a report."""

from __future__ import annotations

import streamlit as st

from dashboards import access, portal, portal_applications, portal_report
from dashboards.advice import growth, losses
from dashboards.answer_texts import answers, texts
from dashboards.ask import Row
from dashboards.charts.radar import FEWEST, radar
from dashboards.formats import plain
from dashboards.frame import Visit, draw, go, head, how, nothing, section, visit
from dashboards.portal_talk import questions
from dashboards.tables import competencies_table


def profile(page: Visit, row: Row) -> None:
    """What the score means, the competencies, lost points and what to learn."""
    words, interview = page.words, row["interview_id"]
    grades = page.ask.rows("my_grades")
    skills = page.ask.rows("candidate_competencies", interview=interview)
    st.html(portal.scale(page, row, grades))
    st.markdown("\n".join(f"- {plain(told)}" for told in portal.meaning(page, row, grades, skills)))
    portal_report.offer(page, row)
    left, right = st.columns([1.15, 1], gap="large")
    with left:
        section(words("radar.title"))
        if sum(skill["score"] is not None for skill in skills) >= FEWEST:
            draw(radar(skills, page), words("radar.title"), width="content")
        else:
            st.caption(words("radar.too_few"))
        if any(skill["cohort_mean"] is None for skill in skills):
            st.caption(words("mine.no_cohort"))
        with st.expander(words("radar.table")):
            competencies_table(page, skills)
    with right:
        losses(page, interview)
        growth(page, interview)


def without_score(page: Visit, row: Row) -> None:
    """Pending, refused, abandoned or too little: it says nothing about the person; what comes next."""
    words = page.words
    coverage = page.formats.percent(row["coverage"])
    with st.container(border=True, key="kind_words"):
        st.markdown(plain(words(f"mine.why.{row['status']}", coverage=coverage)))
        st.caption(plain(words(f"mine.next.{row['status']}")))


def said(page: Visit, row: Row) -> None:
    """Every answer in the person's own words, and the report that holds the same."""
    words, interview = page.words, row["interview_id"]
    rows = page.ask.rows("candidate_answers", interview=interview)
    if not rows:
        return
    section(words("mine.said"), words("mine.said_note"))
    answers(page, rows, texts(page, interview))


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    rows = here.ask.rows("my_interviews")
    if not rows:
        head(words("mine.title.none"), [words("mine.none_note")])
        nothing(words("mine.none"), words("mine.none_next"))
        portal_applications.stages(here)
        go(words("mine.to_data"), "my_data")
        how(here, "my_result")
        return
    row, is_followed = portal.chosen(rows)
    access.viewed(here.settings, row["candidate_id"])
    if not is_followed:
        st.warning(words("mine.unknown"), icon=":material/link_off:")
    head(portal.title(here, row), portal.caption(here, row))
    portal.pick(here, rows, row)
    if row["status"] == portal.SCORED:
        profile(here, row)
    else:
        without_score(here, row)
    said(here, row)
    questions(here, row)
    if row["status"] == portal.SCORED:
        portal.progress(here, rows, row)
    portal.all_of_them(here, rows, row)
    portal_applications.stages(here)
    go(words("mine.to_data"), "my_data")
    how(here, "my_result")


page()
