"""Candidate: what one person is like, where points were lost and why, pay, every answer and attempt."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboards import access, choices, menu, reporting
from dashboards.advice import growth, losses
from dashboards.answer_elements import elements_of
from dashboards.answer_texts import texts_for_hr
from dashboards.ask import Row, Value
from dashboards.charts.pay import bands
from dashboards.charts.radar import FEWEST, radar
from dashboards.comparing import beside_others
from dashboards.formats import plain
from dashboards.frame import Visit, draw, go, head, how, nothing, nothing_chosen, section, visit
from dashboards.similar import similar_answers
from dashboards.standing import standing
from dashboards.tables import answers_table, attempts_table, competencies_table
from dashboards.talk import talk
from warehouse.answer_texts import AnswerText

FOUND_SHOWN = 50


def chooser(page: Visit) -> None:
    """No interview asked for: find a person by name or id among the chosen results."""
    words = page.words
    head(words("candidate.choose"), [words("candidate.choose_note")])
    text = st.text_input(words("results.search"), placeholder=words("results.search_hint"), key="find_person")
    everyone: dict[str, Value] = {
        "status": "all",
        "grade": "all",
        "top10": False,
        "recommendation": "all",
        "flag": "all",
    }
    rows = page.ask.rows("results", row_limit=FOUND_SHOWN, search=text.strip(), **everyone)
    if not rows:
        nothing_chosen(page, words("results.none"))
        return
    for row in rows[:10]:
        name = row["name"] or row["candidate_id"]
        label = words(
            "candidate.found",
            name=plain(name),
            role=plain(row["role_name"]),
            result=plain(standing(page, row)),
        )
        st.page_link(
            "views/candidate.py",
            label=label,
            icon=":material/person:",
            query_params=choices.link(interview=row["interview_id"]),
        )
    if rows[0]["found_n"] > 10:
        st.caption(words("candidate.more", n=page.formats.count(rows[0]["found_n"])))


def caption(page: Visit, row: Row) -> list[str]:
    """Scenario, date, attempt, recommendation, place in the cohort."""
    words, formats = page.words, page.formats
    parts = [
        words.of("scenario_long", row["scenario"]),
        formats.day(row["local_date"]),
        words("candidate.attempt", n=row["attempt"]),
        words.of("recommendation", row["recommendation"]),
    ]
    if row["cohort_n"] == 1:
        parts.append(words("candidate.alone"))
    elif row["cohort_rank"] is not None:
        parts.append(
            words(
                "candidate.rank",
                n=row["cohort_n"],
                rank=row["cohort_rank"],
                percent=f"{row['top_percent']:.0f}",
            )
        )
        parts.append(to_the_top(page, row))
    return [*filter(None, parts), words("caption.rubric", version=row["rubric_version"])]


def to_the_top(page: Visit, row: Row) -> str:
    """What is missing to the best tenth of the cohort; nothing for who is in it."""
    line, score = row["top10_from"], row["composite_score"]
    if row["is_top10"] or line is None or line <= score:
        return ""
    formats = page.formats
    return page.words("candidate.to_top10", line=formats.score(line), points=formats.score(line - score))


def signals(page: Visit, row: Row) -> None:
    """Facts beside the score: they ask a person to look and never count."""
    words, formats = page.words, page.formats
    tags = [words.of("flag", flag) for flag in row["flags"] or []]
    facts = [
        words("candidate.fit", share=formats.percent(row["fit_score"]))
        if row["fit_score"] is not None
        else "",
        words("candidate.next", stage=words.of("next_stage", row["next_stage"])) if row["next_stage"] else "",
        words(
            "candidate.combined",
            score=formats.score(row["combined_score"]),
            assessment=formats.score(row["assessment_score"]),
        )
        if row["combined_score"] is not None
        else "",
        words("candidate.basis", basis=words.of("basis", row["basis"]))
        if row["composite_score"] is not None
        else "",
    ]
    with st.container(horizontal=True, gap="small", key="facts"):
        if row["is_top10"] and row["cohort_n"] != 1:
            st.badge(words("candidate.top10"), icon=":material/star:", color="blue")
        for fact in filter(None, facts):
            st.badge(plain(fact), color="gray")
        for tag in tags:
            st.badge(plain(tag), icon=":material/flag:", color="orange")


def pay(page: Visit, row: Row) -> None:
    """Where the person stands in pay."""
    words, formats = page.words, page.formats
    section(words("candidate.pay"))
    offers = page.ask.rows("candidate_offers", interview=row["interview_id"])
    draw(bands(page.ask.rows("bands"), offers, page, chosen=row["grade"]), words("candidate.pay"))
    if row["pay_min"] is None:
        sentences = [words("pay.no_band", grade=row["grade"])]
    else:
        sentences = [
            words("pay.band", grade=row["grade"], band=formats.pay_range(row["pay_min"], row["pay_max"]))
        ]
    for offer in offers:
        kind = "pay.offer_outside" if offer["is_out_of_band"] else "pay.offer_inside"
        amount = formats.pay(offer["offer_monthly_salary"])
        sentences.append(words(kind, amount=amount, day=formats.day(offer["offered_local_date"])))
    if not offers:
        sentences.append(words("pay.no_offer"))
    st.caption(plain(words("format.join").join(sentences)))


def profile(page: Visit, row: Row) -> None:
    """The three columns of a scored interview."""
    words, interview = page.words, row["interview_id"]
    skills = page.ask.rows("candidate_competencies", interview=interview)
    picture, reasons, money = st.columns([1.5, 1.15, 1.05], gap="medium")
    with picture:
        section(words("radar.title"))
        if sum(skill["score"] is not None for skill in skills) >= FEWEST:
            draw(radar(skills, page), words("radar.title"), width="content")
        else:
            st.caption(words("radar.too_few"))
        st.caption(words("radar.table"))
        competencies_table(page, skills)
    with reasons:
        losses(page, interview)
    with money:
        if page.ask.sees("own"):
            pay(page, row)
        growth(page, interview)


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    interview = choices.get("interview")
    row = here.ask.row("candidate", interview=interview) if interview else None
    if row is None:
        if interview:
            st.warning(words("candidate.unknown", interview=plain(interview)), icon=":material/person_off:")
        chooser(here)
        how(here, "candidate")
        return
    access.viewed(here.settings, row["candidate_id"])
    name = row["name"] or row["candidate_id"]
    head(
        words(
            "candidate.title", name=name, role=row["role_name"] or row["role_id"], result=standing(here, row)
        ),
        caption(here, row),
    )
    signals(here, row)
    with st.container(horizontal=True, vertical_alignment="center", key="acts"):
        beside_others(here, interview)
        reporting.of_one(here, row)
    if row["composite_score"] is None:
        nothing(
            words(f"absent_why.{row['status']}", coverage=here.formats.percent(row["coverage"])),
            words(f"absent_next.{row['status']}"),
        )
    else:
        profile(here, row)
    answers = here.ask.rows("candidate_answers", interview=interview)
    texts: Mapping[str, AnswerText] = {}
    if answers:
        section(words("answers.title"), words("answers.note"))
        elements_of(here, answers, answers_table(here, answers, f"answers_{interview}"))
        if menu.is_for(here.ask.role, "questions"):
            go(words("questions.open"), "questions", role=row["role_id"])
        texts = texts_for_hr(here, interview, answers)
        similar_answers(here, interview)
    talk(here, row, texts)
    section(words("attempts.title"))
    attempts_table(
        here, here.ask.rows("candidate_attempts", interview=interview, candidate=row["candidate_id"])
    )
    how(here, "candidate")


page()
