"""Growth, the talent pool: who was not taken and is worth a call, why, and for which role."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.charts.growth import BAR, EVERYBODY, bars
from dashboards.comparing import to_comparison
from dashboards.download import chosen, offered
from dashboards.formats import plain
from dashboards.frame import FEWEST, Visit, draw, section
from dashboards.growth_names import Names
from dashboards.number_tables import number_table
from dashboards.own_choices import one_of
from dashboards.ticked_rows import ticked_rows

PEOPLE_SHOWN = 200
ROWS_IN_FILE = 100_000
MOVES_SHOWN = 6
REASONS = ("strong_not_chosen", "nearly_strong", "suits_another_role")
FIELDS = (
    *("interview_id", "candidate_id", "name", "role_name", "local_date", "composite_score", "grade"),
    *("application_outcome", "pool_reason", "recommended_role", "projected_score", "widest_gap", "course"),
)


def pool_size(page: Visit, fewest: int) -> str:
    """How many people the pool holds, or that they are too few to say."""
    row = page.ask.row("pool_reasons", fewest=fewest)
    if row is None:
        return page.formats.count(0)
    if row["is_small"]:
        return page.words("suppressed.cell", fewest=FEWEST)
    return page.formats.count(row["people_n"])


def pool(page: Visit, fewest: int, names: Names) -> None:
    """Reasons as bars, the roles that suit better, and the list."""
    words = page.words
    section(words("growth.pool_title"), words("growth.pool_title_note"))
    rows = page.ask.rows("pool_reasons", fewest=fewest)
    if not rows:
        st.caption(plain(words("growth.pool_none")))
        return
    left, right = st.columns([1, 1.35], gap="large")
    with left:
        reasons(page, [row for row in rows if row["reason"] != EVERYBODY])
    with right:
        moves(page, page.ask.rows("pool_moves", fewest=fewest))
    people(page, names)


def hidden(page: Visit, n: int) -> None:
    """How many groups are too small for the reader."""
    if n:
        told = page.words("suppressed.groups", n=page.formats.count(n), fewest=FEWEST)
        st.caption(f":material/visibility_off: {told}")


def reasons(page: Visit, rows: Sequence[Row]) -> None:
    """Why people are in the pool; a click filters the list."""
    words, formats = page.words, page.formats
    known = [
        {**row, "name": words.of("pool_reason", row["reason"]), "score": formats.score(row["mean"])}
        for row in rows
        if not row["is_small"]
    ]
    reason = choices.get("pool", choices.ALL)
    if known:
        picked = draw(
            bars(
                known, page, "reason", reason, words("growth.pool_reason"), [("score", words("chart.mean"))]
            ),
            words("growth.pool_title"),
            key=f"pool_{reason}",
            on_select="rerun",
            selection_mode=BAR,
        )
        for bar in picked.selection.get(BAR, []):
            choices.put("pool", bar["reason"], choices.ALL)
            st.rerun()
    hidden(page, len(rows) - len(known))


def moves(page: Visit, rows: Sequence[Row]) -> None:
    """From which role to which other one."""
    words, formats = page.words, page.formats
    known = [row for row in rows if not row["is_small"]]
    if known:
        st.markdown(f"**{plain(words('growth.moves'))}**")
        st.caption(plain(words("growth.moves_note")))
        number_table(
            {
                words("growth.from_role"): [plain(row["role_name"]) for row in known[:MOVES_SHOWN]],
                words("growth.to_role"): [plain(row["other_name"]) for row in known[:MOVES_SHOWN]],
                words("growth.people_n"): [formats.count(row["people_n"]) for row in known[:MOVES_SHOWN]],
                words("growth.own_score"): [formats.score(row["mean_score"]) for row in known[:MOVES_SHOWN]],
                words("growth.projected"): [
                    formats.score(row["mean_projected"]) for row in known[:MOVES_SHOWN]
                ],
                words("growth.openings"): [
                    formats.count(row["openings_n"] or 0) for row in known[:MOVES_SHOWN]
                ],
            },
            "talent_moves",
            words_n=2,
        )
    hidden(page, len(rows) - len(known))


def listed(page: Visit, reason: str) -> list[Row]:
    """The best of the pool, of one reason or all; without names."""
    return page.ask.rows("pool_people", row_limit=PEOPLE_SHOWN, with_names=False, pool=reason)


def people(page: Visit, names: Names) -> None:
    """The list: one ticked person opens, several are compared."""
    words, formats = page.words, page.formats
    st.markdown(f"**{plain(words('growth.pool_list'))}**")
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    with left:
        reason = one_of(
            "pool",
            words("growth.pool_reason"),
            REASONS,
            lambda key: words.of("pool_reason", key) if key != choices.ALL else words("growth.pool_every"),
            width=320,
        )
    rows = names.on(listed(page, reason))
    with right:
        offered(
            page,
            words("growth.pool_file", day=page.today.isoformat()),
            lambda: page.ask.table("pool_people", row_limit=ROWS_IN_FILE, with_names=True, pool=reason),
            title=words("growth.pool_list"),
            filters=chosen(page, {"pool": reason}),
            fields=FIELDS,
            label=words("growth.download"),
        )
    st.caption(plain(words("growth.pool_list_note")))
    picked = table(page, rows)
    if rows and rows[0]["rows_n"] > len(rows):
        capped = {"shown": formats.count(len(rows)), "n": formats.count(rows[0]["rows_n"])}
        st.caption(plain(words("growth.pool_capped", **capped)))
    if len(picked) == 1:
        st.page_link(
            "views/candidate.py",
            label=words("growth.open_person", name=plain(picked[0]["name"] or picked[0]["candidate_id"])),
            icon=":material/person:",
            query_params=choices.link(interview=picked[0]["interview_id"]),
        )
    if picked:
        to_comparison(page, [row["interview_id"] for row in picked])


def table(page: Visit, rows: Sequence[Row]) -> list[Row]:
    """The pool's rows, and those that are ticked."""
    words, formats = page.words, page.formats
    column = st.column_config
    shown = {
        "name": [row["name"] or row["candidate_id"] for row in rows],
        # what decides stands left, where a phone shows it
        "score": pd.Series([row["score_shown"] for row in rows], dtype="float64"),
        "grade": [row["grade"] for row in rows],
        "role": [row["role_name"] for row in rows],
        "pool_reason": [words.of("pool_reason", row["pool_reason"]) for row in rows],
        "recommended_role": [row["recommended_role"] for row in rows],
        "projected_score": pd.Series([row["projected_score"] for row in rows], dtype="float64"),
        "widest_gap": [row["widest_gap"] for row in rows],
        "course": [row["course"] for row in rows],
        "application_outcome": [words.of("application_outcome", row["application_outcome"]) for row in rows],
        "date": [formats.day(row["local_date"]) for row in rows],
    }
    ticked = ticked_rows(
        page,
        pd.DataFrame(shown),
        "growth_pool",
        {
            **{name: column.TextColumn(words(f"column.{name}")) for name in shown},
            "score": column.ProgressColumn(
                words("column.score"), min_value=0, max_value=100, format="%.1f", width=110
            ),
            "projected_score": column.NumberColumn(words("column.projected_score"), format="%.1f"),
        },
        takes_many=True,
    )
    return [rows[index] for index in ticked]
