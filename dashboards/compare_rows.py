"""Compare, the rows: one fact a row and one person a column, then what speaks for and against each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.comparing import without
from dashboards.formats import plain
from dashboards.frame import FEWEST, Visit, section
from dashboards.standing import standing

STRENGTHS = 3
LOSSES = 3


def grid(rows: Mapping[str, Sequence[str]], titles: Sequence[str], key: str) -> None:
    """A table with a row of facts for each name; on a phone it scrolls beside its first column."""
    columns = {" ": list(rows)} | {
        heading: [values[index] for values in rows.values()] for index, heading in enumerate(titles)
    }
    with st.container(key=key):
        st.table(pd.DataFrame(columns), border="horizontal", hide_index=True)


def bold_best(rows: Sequence[Row], field: str, show: Callable[[Row], str]) -> list[str]:
    """Written values, the highest bold where it stands above another."""
    known = [row[field] for row in rows if row[field] is not None]
    best = max(known) if len(set(known)) > 1 else None
    return [f"**{show(row)}**" if best is not None and row[field] == best else show(row) for row in rows]


def by_skill(page: Visit, found: Sequence[Row], titles: Sequence[str]) -> None:
    """Competencies down, people across: score, and what it is above or below the requirement."""
    words, formats = page.words, page.formats

    def show(row: Row) -> str:
        if row["score"] is None:
            return words("radar.absent")
        gap = "" if row["gap"] is None else f" ({formats.signed(row['gap'])})"
        return plain(f"{formats.score(row['score'])}{gap}")

    table: dict[str, list[str]] = {}
    for competency in dict.fromkeys(row["competency"] for row in found):
        of_it = {row["column"]: row for row in found if row["competency"] == competency}
        empty: Row = {"score": None, "gap": None}
        line = [of_it.get(column, empty) for column in range(len(titles))]
        written = bold_best(line, "score", show)
        table[plain(competency)] = [text if column in of_it else "" for column, text in enumerate(written)]
    grid(table, titles, "compare_skills")


def points(page: Visit, rows: Sequence[Row], titles: Sequence[str]) -> None:
    """All facts; a row that nobody has anything in is left out, as is what the reader may not see."""
    section(page.words("compare.table"), page.words("compare.table_note"))
    facts = {**standings(page, rows), **backgrounds(page, rows)}
    named = {plain(page.words(f"compare_row.{name}")): texts for name, texts in facts.items() if any(texts)}
    grid(named, titles, "compare_table")


def standings(page: Visit, rows: Sequence[Row]) -> dict[str, list[str]]:
    """What the interview gave."""
    words, formats = page.words, page.formats

    def percent(field: str) -> list[str]:
        return bold_best(rows, field, lambda row: "" if row[field] is None else formats.percent(row[field]))

    def coded(field: str) -> list[str]:
        return [plain(words.of(field, row[field])) for row in rows]

    return {
        "role_name": [plain(row["role_name"] or row["role_id"]) for row in rows],
        "scenario": coded("scenario"),
        "local_date": [plain(formats.day(row["local_date"])) for row in rows],
        "attempt": [words("candidate.attempt", n=row["attempt"]) for row in rows],
        "score_shown": bold_best(
            rows,
            "composite_score",
            lambda row: plain(
                standing(page, row) if row["composite_score"] is None else formats.score(row["score_shown"])
            ),
        ),
        "grade": [row["grade"] or "" for row in rows],
        "next_grade": [to_next_grade(page, row) for row in rows],
        "top_percent": [rank(page, row) for row in rows],
        "fit_score": percent("fit_score"),
        "recommendation": coded("recommendation"),
        "next_stage": coded("next_stage"),
        "combined_score": bold_best(
            rows,
            "combined_score",
            lambda row: "" if row["combined_score"] is None else formats.score(row["combined_score"]),
        ),
        "coverage": percent("coverage"),
        "basis": coded("basis"),
    }


def backgrounds(page: Visit, rows: Sequence[Row]) -> dict[str, list[str]]:
    """What stands beside the interview: the application, pay where the reader may see it, signals."""
    words, formats = page.words, page.formats
    comma = words("format.comma")

    def years(row: Row) -> str:
        value = row["years_experience"]
        return "" if value is None else words("compare.years", n=formats.count(value))

    facts = {
        "education": [plain(words.of("education", row["education"])) for row in rows],
        "years_experience": bold_best(rows, "years_experience", years),
        "resume_source": [plain(row["resume_source"] or "") for row in rows],
        "outcome": [
            plain(
                words.of("application_outcome", row["outcome"])
                or words.of("link_reason", row["application_link"])
            )
            for row in rows
        ],
    }
    if page.ask.sees("own"):
        facts["pay"] = [
            "" if row["pay_min"] is None else plain(formats.pay_range(row["pay_min"], row["pay_max"]))
            for row in rows
        ]
    if page.ask.sees("pay"):
        facts["offer"] = [offer(page, row) for row in rows]
    facts["flags"] = [
        plain(comma.join(words.of("flag", flag) for flag in row["flags"] or [])) for row in rows
    ]
    return facts


def rank(page: Visit, row: Row) -> str:
    """The place in the own cohort, or that too few people stand behind it."""
    words = page.words
    if row["composite_score"] is None:
        return ""
    if row["cohort_rank"] is None:
        return words("compare.top_hidden", fewest=FEWEST)
    return plain(
        words(
            "compare.top",
            percent=f"{row['top_percent']:.0f}",
            rank=page.formats.count(row["cohort_rank"]),
            n=page.formats.count(row["cohort_n"]),
        )
    )


def to_next_grade(page: Visit, row: Row) -> str:
    """The points that are missing to the next grade."""
    words, formats = page.words, page.formats
    if row["composite_score"] is None:
        return ""
    if row["next_grade"] is None:
        return words("compare.at_top")
    return words("compare.needed", points=formats.score(row["points_needed"]), grade=row["next_grade"])


def offer(page: Visit, row: Row) -> str:
    """The latest offer made after this interview."""
    if row["offer_monthly_salary"] is None:
        return ""
    place = {None: "without_band", True: "out_of_band", False: "in_band"}[row["is_out_of_band"]]
    return plain(page.words(f"compare.{place}", amount=page.formats.pay(row["offer_monthly_salary"])))


def reasons(page: Visit, rows: Sequence[Row], titles: Sequence[str], ids: str) -> None:
    """What speaks for each person and what cost points; the way to the person, and out of here."""
    words = page.words
    section(words("compare.reasons"), words("compare.reasons_note"))
    skills = page.ask.rows("compare_competencies", compare=ids)
    losses = page.ask.rows("compare_losses", compare=ids, shown=LOSSES)
    columns = st.columns(max(3, len(rows)), gap="medium")
    for column, row, heading in zip(columns, rows, titles, strict=False):
        interview = row["interview_id"]
        with column:
            st.markdown(f"**{plain(heading)}**")
            if row["composite_score"] is None:
                st.caption(plain(standing(page, row)))
            else:
                strengths(page, [one for one in skills if one["interview_id"] == interview])
                lost(page, [one for one in losses if one["interview_id"] == interview])
            with st.container(horizontal=True, gap="small", vertical_alignment="center"):
                st.page_link(
                    "views/candidate.py",
                    label=words("compare.open"),
                    icon=":material/person:",
                    query_params=choices.link(interview=interview),
                )
                st.button(
                    words("compare.remove"),
                    icon=":material/close:",
                    key=f"remove_{interview}",
                    on_click=without,
                    args=(interview,),
                    type="tertiary",
                )


def strengths(page: Visit, rows: Sequence[Row]) -> None:
    """The competencies most above the requirement."""
    words, formats = page.words, page.formats
    above = sorted((row for row in rows if (row["gap"] or 0) > 0), key=lambda row: -row["gap"])
    lines = [
        plain(words("compare.strength", competency=row["competency"], gap=formats.score(row["gap"])))
        for row in above[:STRENGTHS]
    ]
    st.caption(words("compare.strengths"))
    st.markdown("\\\n".join(lines) if lines else plain(words("compare.no_strength")))


def lost(page: Visit, rows: Sequence[Row]) -> None:
    """The criteria that cost most."""
    words, formats = page.words, page.formats
    lines = [
        words(
            "compare.loss",
            competency=plain(row["competency"]),
            points=formats.signed(-row["points_lost"]),
            loss=plain(row["loss"] or ""),
        )
        for row in rows
    ]
    st.caption(words("compare.losses"))
    st.markdown("\\\n".join(lines) if lines else plain(words("compare.no_loss")))
