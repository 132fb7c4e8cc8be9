"""Tables of the candidate page."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.formats import plain
from dashboards.frame import FEWEST, Visit
from dashboards.number_tables import number_table
from dashboards.standing import standing
from dashboards.ticked_rows import ticked_rows

ROW = 38
# Streamlit wraps text in rows higher than 4 rem; all rows of a table have one height.
TALL_ROW, HIGHEST_ROW = 66, 180
TEXT_LINE, CHIP_LINE, ROW_EDGE = 18, 28, 12
# Pixels of one letter, and what a chip needs beside its letters.
WIDE, NARROW, CHIP_EDGE, CELL_EDGE = 13.7, 6.8, 20.5, 18.0
FIRST_WIDE = "\u2e80"
WIDTHS = {
    "question": 255,
    "points": 105,
    "met": 76,
    "hits": 290,
    "negated": 105,
    "seconds": 72,
    "relative": 82,
    "flags": 106,
}


def competencies_table(page: Visit, rows: Sequence[Row]) -> None:
    """The radar's numbers."""
    words, formats = page.words, page.formats
    number_table(
        {
            words("column.competency"): [plain(row["competency"]) for row in rows],
            words("column.skill"): [_or_reason(page, row["score"]) for row in rows],
            words("column.requirement"): [formats.score(row["requirement"]) for row in rows],
            words("column.gap"): ["" if row["gap"] is None else formats.signed(row["gap"]) for row in rows],
            words("column.cohort"): [cohort_mean(page, row) for row in rows],
            words("column.weight"): [formats.percent(row["weight_share"]) for row in rows],
        },
        "competencies",
    )


def cohort_mean(page: Visit, row: Row) -> str:
    """The mean of the same role, scenario and quarter, or that too few people stand behind it."""
    if row["score"] is not None and row["cohort_mean"] is None:
        return page.words("suppressed.cell", fewest=FEWEST)
    return page.formats.score(row["cohort_mean"])


def answers_table(page: Visit, rows: Sequence[Row], key: str) -> list[int]:
    """Every counted answer with what earned its points, columns that would be empty left out; ticked rows."""
    words = page.words
    column = st.column_config
    shown = pd.DataFrame(
        {
            "question": [row["question"] or row["question_id"] for row in rows],
            "points": pd.Series([row["points"] for row in rows], dtype="float64"),
            "met": [f"{row['met_n']} / {row['elements_n']}" if row["elements_n"] else None for row in rows],
            "hits": [list(row["phrases"] or []) for row in rows],
            "negated": [list(row["negated"] or []) for row in rows],
            "seconds": pd.Series([row["answer_seconds"] for row in rows], dtype="float64"),
            "relative": pd.Series([row["duration_vs_median"] for row in rows], dtype="float64"),
            "flags": [[words.of("answer_flag", flag) for flag in row["flags"] or []] for row in rows],
        }
    )
    lists = ("hits", "negated", "flags")
    tallest = max(
        _row_height(row.question, {name: getattr(row, name) for name in lists}) for row in shown.itertuples()
    )
    empty = [name for name in ("negated", "flags") if not shown[name].map(len).any()]
    # a written interview has no times
    empty += [name for name in ("seconds", "relative") if shown[name].isna().all()]
    event = st.dataframe(
        shown.drop(columns=empty),
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode="single-row",
        height="content",
        row_height=tallest,
        placeholder=words("format.none"),
        column_config={
            "question": column.TextColumn(words("column.question"), width=WIDTHS["question"]),
            "points": column.ProgressColumn(
                words("column.points"), min_value=0, max_value=100, format="%.0f", width=WIDTHS["points"]
            ),
            "met": column.TextColumn(
                words("column.met"), width=WIDTHS["met"], alignment="right", help=words("column.met_note")
            ),
            "hits": column.ListColumn(
                words("column.hits"), width=WIDTHS["hits"], help=words("column.hits_note")
            ),
            "negated": column.ListColumn(
                words("column.negated"), width=WIDTHS["negated"], help=words("column.negated_note")
            ),
            "seconds": column.NumberColumn(words("column.seconds"), width=WIDTHS["seconds"], format="%.0f"),
            "relative": column.NumberColumn(
                words("column.relative"),
                width=WIDTHS["relative"],
                format="%.2f",
                help=words("column.relative_note"),
            ),
            "flags": column.ListColumn(
                words("column.flags"), width=WIDTHS["flags"], help=words("column.flags_note")
            ),
        },
    )
    return list(event.selection.rows)


def _row_height(question: str, lists: dict[str, list[str]]) -> int:
    """Pixels that show the whole question and every chip; what is beyond the highest row opens on a click."""
    # a tenth of a line is lost where words do not break
    text = ceil(_pixels(question) / (0.9 * (WIDTHS["question"] - CELL_EDGE)))
    chips = max(_chip_lines(chips, WIDTHS[name] - CELL_EDGE) for name, chips in lists.items())
    return min(max(TALL_ROW, TEXT_LINE * text + ROW_EDGE, CHIP_LINE * chips + ROW_EDGE), HIGHEST_ROW)


def _chip_lines(chips: Sequence[str], room: float) -> int:
    """Lines that chips fill, put one after the other."""
    lines, left = 0, 0.0
    for chip in chips:
        needed = _pixels(chip) + CHIP_EDGE
        if needed > left:
            lines, left = lines + 1, room
        left -= needed
    return lines


def _pixels(text: str) -> float:
    return sum(WIDE if letter >= FIRST_WIDE else NARROW for letter in text)


def attempts_table(page: Visit, rows: Sequence[Row]) -> None:
    """All interviews of the person; choosing one opens it."""
    words, formats = page.words, page.formats
    column = st.column_config
    shown = pd.DataFrame(
        {
            "date": [formats.day(row["local_date"]) for row in rows],
            "role": [row["role_name"] for row in rows],
            "scenario": [words.of("scenario", row["scenario"]) for row in rows],
            "attempt": [words("candidate.attempt", n=row["attempt"]) for row in rows],
            "result": [standing(page, row) for row in rows],
            "recommendation": [words.of("recommendation", row["recommendation"]) for row in rows],
            "id": [
                words("attempts.this", id=row["interview_id"]) if row["is_this"] else row["interview_id"]
                for row in rows
            ],
        }
    )
    ticked = ticked_rows(
        page,
        shown,
        f"attempts_{choices.get('interview')}",
        {name: column.TextColumn(words(f"column.{name}")) for name in shown.columns},
        row_height=ROW,
    )
    for index in ticked:
        if not rows[index]["is_this"]:
            chosen = choices.link(interview=rows[index]["interview_id"])
            st.switch_page("views/candidate.py", query_params=chosen)


def _or_reason(page: Visit, score: float | None) -> str:
    return page.words("radar.absent") if score is None else page.formats.score(score)
