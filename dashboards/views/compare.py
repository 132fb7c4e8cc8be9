"""Compare: up to five interviews side by side in the order of the link; who may not be seen is not there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pyarrow.compute as pc
import streamlit as st

from dashboards import access, choices
from dashboards.ask import Row, Value
from dashboards.charts.compare import SIGNS, lanes
from dashboards.compare_rows import by_skill, points, reasons
from dashboards.comparing import BETWEEN, MOST, together_with, wanted, without
from dashboards.download import FIELDS, offered
from dashboards.formats import plain
from dashboards.frame import Visit, draw, figure, figures, go, head, how, nothing, section, visit
from dashboards.standing import standing

FOUND_SHOWN = 6
SKILLS = (
    *("interview_id", "candidate_id", "name", "role_name", "competency", "score", "requirement", "gap"),
    *("cohort_mean", "weight_share"),
)


def name_of(row: Row) -> str:
    """The person, or the number where the reader sees no names."""
    return str(row["name"] or row["candidate_id"])


def headings(rows: Sequence[Row]) -> list[str]:
    """A heading a column: the sign of the chart and the name, numbered where two are called the same."""
    names = [name_of(row) for row in rows]
    return [
        f"{sign} {name}" if names.count(name) == 1 else f"{sign} {name} {row['interview_id']}"
        for sign, name, row in zip(SIGNS, names, rows, strict=False)
    ]


def title(page: Visit, rows: Sequence[Row]) -> str:
    """Who has the highest score, and by how much."""
    words, formats = page.words, page.formats
    scored = [row for row in rows if row["composite_score"] is not None]
    if len(rows) == 1:
        return words("compare.title_one", name=name_of(rows[0]))
    if not scored:
        return words("compare.title_none", n=formats.count(len(rows)))
    best = [row for row in scored if row["best"] == 1]
    if len(best) > 1:
        score = formats.score(best[0]["score_shown"])
        return words("compare.title_tie", n=formats.count(len(best)), score=score)
    shown = {"name": name_of(best[0]), "score": formats.score(best[0]["score_shown"])}
    if best[0]["ahead_by"] is None:
        return words("compare.title_only", **shown)
    return words("compare.title", **shown, ahead=formats.score(best[0]["ahead_by"]))


def unlike(page: Visit, rows: Sequence[Row]) -> None:
    """A warning when people were not measured for the same role, scenario or quarter."""
    words = page.words
    parts = (("differ_role", "role_id"), ("differ_scenario", "scenario"), ("differ_quarter", "quarter"))
    differ = [words(f"compare.{key}") for key, field in parts if len({row[field] for row in rows}) > 1]
    if differ:
        what = words("format.comma").join(differ)
        st.caption(f":material/info: {plain(words('compare.differ', what=what))}")


def cards(page: Visit, rows: Sequence[Row], titles: Sequence[str]) -> None:
    """A card a person."""
    words, formats = page.words, page.formats
    with figures():
        for row, heading in zip(rows, titles, strict=True):
            value = words("compare.card_none")
            if row["composite_score"] is not None:
                value = words("compare.card", score=formats.score(row["score_shown"]), grade=row["grade"])
            note = words(
                "compare.card_note",
                role=row["role_name"] or row["role_id"],
                scenario=words.of("scenario", row["scenario"]),
                day=formats.day(row["local_date"]),
            )
            figure(heading, value, None, note)


def skills(page: Visit, rows: Sequence[Row], titles: Sequence[str], ids: str) -> None:
    """The chart of competencies, its numbers as a table, and their download."""
    words = page.words
    section(words("compare.skills"), words("compare.skills_note"))
    places = {row["interview_id"]: place for place, row in enumerate(rows)}
    found = [
        {**row, "column": places[row["interview_id"]]}
        for row in page.ask.rows("compare_competencies", compare=ids)
    ]
    if not found:
        st.caption(plain(words("compare.skills_none")))
        return
    scored = sorted({row["column"] for row in found})
    draw(
        lanes(
            [{**row, "column": scored.index(row["column"])} for row in found],
            [titles[i].partition(" ")[2] for i in scored],
            page,
            scored,
        ),
        words("compare.skills"),
    )
    with st.expander(words("compare.skills_table"), icon=":material/table_rows:"):
        by_skill(page, found, titles)
        offered(
            page,
            words("compare.skills_file", day=page.today.isoformat()),
            lambda: page.ask.table("compare_competencies", compare=ids),
            title=words("compare.skills"),
            filters={"compare": ids},
            fields=SKILLS,
            label=words("compare.skills_download"),
        )


def shortlist(page: Visit, rows: Sequence[Row], titles: Sequence[str], ids: str) -> None:
    """Tick who is shortlisted, and export them."""
    words, formats = page.words, page.formats
    section(words("compare.list"), words("compare.list_note"))
    called = {row["interview_id"]: heading for row, heading in zip(rows, titles, strict=True)}
    left, right = st.columns([3, 1], vertical_alignment="center")
    with left:
        picked = st.pills(
            words("compare.pick"),
            list(called),
            selection_mode="multi",
            format_func=lambda one: called.get(one, one),
            key=f"shortlisted_{ids}",
            label_visibility="collapsed",
        )
    if not picked:
        st.caption(plain(words("compare.none_picked")))
        return

    def table() -> Any:
        every = page.ask.table("compare", compare=ids)
        return every.filter(pc.field("interview_id").isin(list(picked)))

    with right:
        offered(
            page,
            words("compare.list_file", day=page.today.isoformat()),
            table,
            title=words("compare.list"),
            filters={"compare": BETWEEN.join(picked)},
            fields=FIELDS,
            label=words("compare.export", n=formats.count(len(picked))),
        )


def add(page: Visit, ids: Sequence[str]) -> None:
    """Find one more by name or number."""
    words, formats = page.words, page.formats
    if len(ids) >= MOST:
        return
    section(words("compare.add"))
    text = st.text_input(
        words("results.search"), placeholder=words("compare.add_hint"), key="compare_find"
    ).strip()
    if not text:
        return
    everyone: dict[str, Value] = {
        **dict.fromkeys(("status", "grade", "recommendation", "flag"), choices.ALL),
        **dict.fromkeys(("department", "role", "scenario", "quarter"), choices.ALL),
        "top10": False,
    }
    rows = page.ask.rows("results", row_limit=FOUND_SHOWN + MOST, search=text, **everyone)
    fresh = [row for row in rows if row["interview_id"] not in ids][:FOUND_SHOWN]
    if not fresh:
        nothing(words("compare.add_none"))
    for row in fresh:
        label = words(
            "candidate.found",
            name=plain(name_of(row)),
            role=plain(row["role_name"] or row["role_id"]),
            result=plain(standing(page, row)),
        )
        st.button(
            label,
            icon=":material/add:",
            key=f"add_{row['interview_id']}",
            on_click=together_with,
            args=(row["interview_id"],),
            type="tertiary",
        )
    if rows and rows[0]["found_n"] > len(rows):
        more = {"n": formats.count(rows[0]["found_n"]), "shown": formats.count(len(fresh))}
        st.caption(plain(words("compare.add_more", **more)))


def not_shown(page: Visit, asked: Sequence[str], rows: Sequence[Row]) -> None:
    """Who is not on the page: too many, and those who are not available to the reader, whyever."""
    words, formats = page.words, page.formats
    if len(asked) > MOST:
        counts = {"most": formats.count(MOST), "n": formats.count(len(asked) - MOST)}
        st.warning(words("compare.too_many", **counts), icon=":material/groups:")
    found = {row["interview_id"] for row in rows}
    for interview in asked[:MOST]:
        if interview not in found:
            left, right = st.columns([5, 1], vertical_alignment="center")
            left.warning(words("compare.missing", interview=plain(interview)), icon=":material/person_off:")
            right.button(
                words("compare.remove"), key=f"forget_{interview}", on_click=without, args=(interview,)
            )


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words, formats = here.words, here.formats
    asked = wanted()
    ids = BETWEEN.join(asked[:MOST])
    rows = here.ask.rows("compare", compare=ids) if ids else []
    if not rows:
        head(words("compare.choose"), [words("compare.choose_note")])
        not_shown(here, asked, rows)
        nothing(words("compare.nobody"), words("compare.nobody_next"))
        go(words("compare.to_results"), "results", pick="1")
        add(here, asked[:MOST])
        how(here, "compare")
        return
    access.viewed(here.settings, *(row["candidate_id"] for row in rows))
    head(
        title(here, rows),
        [
            words("compare.people", n=formats.count(len(rows))),
            words("caption.as_of", moment=formats.moment(here.run["data_as_of"])),
            words("caption.rubric", version=here.run["rubric_version"]),
        ],
    )
    not_shown(here, asked, rows)
    titles = headings(rows)
    cards(here, rows, titles)
    unlike(here, rows)
    skills(here, rows, titles, ids)
    points(here, rows, titles)
    reasons(here, rows, titles, ids)
    shortlist(here, rows, titles, ids)
    add(here, asked[:MOST])
    how(here, "compare")


page()
