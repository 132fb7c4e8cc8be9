"""The people of the page of promotion and training: the cases, one case in detail, whom to ask next."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.charts.internal import skills
from dashboards.download import chosen, offered
from dashboards.formats import plain
from dashboards.frame import Visit, draw, go, nothing_chosen, section
from dashboards.own_choices import one_of
from dashboards.ticked_rows import ticked_rows

ROWS_SHOWN = 200
DOWNLOADED = 100_000
DATE = 112
PARTS = (
    "eligible",
    "approved_without",
    "unreviewed",
    "undecided",
    "bank_differs",
    "below",
    "failed",
    "passed",
)
FIELDS = (
    "interview_id",
    "candidate_id",
    "employee_id",
    "name",
    "scenario",
    "department_name",
    "from_role_name",
    "role_name",
    "status",
    "local_date",
    "interview_score",
    "performance_score",
    "performance_period_end",
    "verdict",
    "decision",
    "requested_local_date",
    "decided_local_date",
    "cycle_days",
    "question_bank_id",
    "matched_bank_id",
    "is_bank_matched",
    "fit_score",
)


def who(row: Row) -> str:
    """The name, else the number, of a person."""
    return str(row["name"] or row["candidate_id"] or row["employee_id"])


def cases(page: Visit) -> None:
    """A case a row; choosing one shows its competencies."""
    words, formats = page.words, page.formats
    column = st.column_config
    section(words("internal.cases"), words("internal.cases_note"))
    left, right = st.columns([3, 1.4], vertical_alignment="bottom")
    with left:
        part = one_of(
            "cases", words("internal.part"), PARTS, lambda key: words.of("case_part", key), width=340
        )
    rows = page.ask.rows("internal_cases", cases=part, case="", row_limit=ROWS_SHOWN)
    if not rows:
        nothing_chosen(page, words("internal.cases_none"))
        return
    with right:
        offered(
            page,
            words("internal.file", day=f"{page.today:%Y%m%d}"),
            lambda: page.ask.table("internal_cases", cases=part, case="", row_limit=DOWNLOADED),
            title=words("page.internal"),
            filters=chosen(page, {"cases": part}),
            fields=FIELDS,
            label=words("internal.download"),
        )
    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                "name": [who(row) for row in rows],
                # what decides stands left, where a phone shows it
                "verdict": [words.of("verdict", row["verdict"]) for row in rows],
                "decision": [words.of("decision", row["decision"]) for row in rows],
                "interview": pd.Series([row["interview_score"] for row in rows], dtype="float64"),
                "performance": pd.Series([row["performance_score"] for row in rows], dtype="float64"),
                "scenario": [words.of("scenario", row["scenario"]) for row in rows],
                "role": [row["role_name"] for row in rows],
                "cycle": pd.Series([row["cycle_days"] for row in rows], dtype="Int64"),
                "date": [formats.day(row["local_date"]) for row in rows],
                "fit": pd.Series([row["fit_percent"] for row in rows], dtype="float64"),
            }
        ),
        "internal_cases",
        {
            "name": column.TextColumn(words("column.name"), width=80),
            "scenario": column.TextColumn(words("column.scenario"), width=70),
            "role": column.TextColumn(words("column.role"), width=120),
            "interview": column.ProgressColumn(
                words("column.interview_score"), min_value=0, max_value=100, format="%.1f", width=110
            ),
            "performance": column.ProgressColumn(
                words("column.performance"), min_value=0, max_value=100, format="%.1f", width=110
            ),
            "verdict": column.TextColumn(words("column.verdict"), width=105),
            "decision": column.TextColumn(words("column.decision"), width=80),
            "cycle": column.NumberColumn(words("column.cycle"), width=80),
            "date": column.TextColumn(words("column.date"), width=DATE),
            "fit": column.NumberColumn(words("column.fit"), format="%d%%", help=words("column.fit_note")),
        },
    )
    if rows[0]["cases_n"] > len(rows):
        counts = {"shown": formats.count(len(rows)), "n": formats.count(rows[0]["cases_n"])}
        st.caption(plain(words("internal.capped", **counts)))
    for index in ticked:
        open_case(rows[index]["interview_id"])


def open_case(interview: str) -> None:
    """Show one case, at the top of the same page."""
    st.switch_page("views/internal.py", query_params=choices.link(case=interview))


def title(page: Visit, row: Row) -> str:
    """What one person scored, and what the rule says of it."""
    key = "internal.title_training_case" if row["scenario"] == "training" else "internal.title_case"
    return page.words(
        key,
        name=who(row),
        interview=page.formats.score(row["interview_score"]),
        performance=page.formats.score(row["performance_score"]),
        said=page.words.of("verdict", row["verdict"]),
    )


def one_case(page: Visit, row: Row) -> None:
    """What one person scored against the role, and the facts of the promotion form beside it."""
    words = page.words
    left, right = st.columns([1.1, 1], gap="large")
    with left:
        section(words("internal.case_skills"), words("internal.case_skills_note"))
        scored = page.ask.rows("internal_competencies", case=row["interview_id"])
        if scored:
            draw(skills(scored, page), words("internal.case_skills"))
        else:
            st.caption(words("internal.no_skills"))
    with right:
        section(words("internal.case_facts"))
        facts = facts_of(page, row)
        st.table(
            pd.DataFrame(
                {
                    words("internal.fact"): list(facts),
                    words("internal.value"): [plain(one) for one in facts.values()],
                }
            ),
            border="horizontal",
            hide_index=True,
        )
        go(words("internal.open"), "candidate", interview=row["interview_id"])
        st.page_link(
            "views/internal.py",
            label=words("internal.back"),
            icon=":material/arrow_back:",
            query_params=choices.link(),
        )


def facts_of(page: Visit, row: Row) -> dict[str, str]:
    """The promotion form: item → value, what is not known left out."""
    words, formats = page.words, page.formats
    taken = [
        one["course"] or one["course_id"]
        for one in page.ask.rows("internal_case_courses", case=row["interview_id"])
    ]
    move = row["role_name"] or ""
    if row["from_role_name"] and row["from_role_name"] != move:
        move = words("internal.role_move", before=row["from_role_name"], after=move)
    facts = {
        words("column.role"): move,
        words("column.interview_score"): formats.score(row["interview_score"]),
        words("column.performance"): performance_of(page, row),
        words("column.verdict"): words.of("verdict", row["verdict"]),
        words("column.fit"): formats.percent(row["fit_score"]),
        words("internal.banks"): bank_of(page, row),
        words("internal.courses_taken"): words("format.comma").join(taken) or words("format.none"),
    }
    if row["scenario"] == "promotion":
        facts[words("column.requested")] = formats.day(row["requested_local_date"])
        facts[words("column.decision")] = words.of("decision", row["decision"] or "none")
        if row["cycle_days"] is not None:
            facts[words("column.cycle")] = formats.count(row["cycle_days"])
    return facts


def performance_of(page: Visit, row: Row) -> str:
    """The last review before the interview with the end of its period, or that there is none."""
    if row["performance_score"] is None:
        return page.words.of("verdict", "unreviewed")
    ended = page.words("internal.reviewed_to", day=page.formats.day(row["performance_period_end"]))
    return page.words("format.join").join((page.formats.score(row["performance_score"]), ended))


def bank_of(page: Visit, row: Row) -> str:
    """The question bank that was used, and whether the policy names it."""
    words = page.words
    if row["question_bank_id"] is None:
        return words("internal.no_bank")
    places = {"bank": row["question_bank_id"], "other": row["matched_bank_id"]}
    if row["is_bank_matched"] is None:
        return words("internal.bank_unknown", **places)
    return words("internal.bank_same" if row["is_bank_matched"] else "internal.bank_other", **places)
