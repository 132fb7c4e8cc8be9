"""Questions: which ones somebody should look at and why, and how each of them is answered."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import choices, one_question, question_costs, titles
from dashboards.ask import Row
from dashboards.charts.questions import CLICK, quadrants
from dashboards.frame import (
    Visit,
    basis,
    draw,
    figure,
    figures,
    head,
    how,
    nothing_chosen,
    section,
    seen,
    visit,
)
from dashboards.one_question import edges, role_of
from dashboards.own_choices import one_of, switch
from dashboards.taken_along import take_along
from dashboards.ticked_rows import ticked_rows

# What the chart may set against the difficulty, with the median of the chosen questions.
MEASURES = {
    "skip_rate": "middle_skip_rate",
    "short_rate": "middle_short_rate",
    "duration_vs_expected": "middle_duration",
}


def cards(page: Visit, first: Row) -> None:
    """The figures of all chosen questions."""
    words, formats = page.words, page.formats
    with figures():
        figure(words("questions.all"), formats.count(first["questions_n"]), None, words("questions.all_note"))
        figure(words("questions.noted"), formats.count(first["noted_n"]), None, words("questions.noted_note"))
        skips = formats.percent(first["all_skip_rate"])
        figure(words("questions.skip_rate"), skips, None, words("questions.skip_note"))
        edges(page, "edges", first["all_floor_share"], first["all_ceiling_share"])
        figure(
            words("questions.duration_vs_expected"),
            formats.percent(first["middle_duration"]),
            None,
            words("questions.duration_note"),
        )


def picture(page: Visit, rows: list[Row]) -> None:
    """Difficulty against what the reader chooses; a click opens the question."""
    words = page.words
    section(words("questions.picture"), words("questions.picture_note"))
    measure = switch(
        "against", words("questions.against"), list(MEASURES), lambda key: words(f"questions.{key}")
    )
    drawn = [row for row in rows if row["is_measured"] and row[measure] is not None]
    if not drawn:
        st.caption(words("questions.too_few"))
        return
    middle = {"difficulty": drawn[0]["middle_difficulty"], "measure": drawn[0][MEASURES[measure]]}
    picked = draw(
        quadrants(drawn, page, measure, middle),
        words("questions.picture"),
        key="question_quadrants",
        on_select="rerun",
        selection_mode=CLICK,
    )
    for dot in picked.selection.get(CLICK, []):
        st.switch_page("views/questions.py", query_params=choices.link(question=dot["question_id"]))


def table(page: Visit, rows: list[Row]) -> None:
    """A question a row, those with most reasons first; choosing one shows it alone."""
    words = page.words
    column = st.column_config
    section(words("questions.table"), words("questions.table_note"))
    take_along(page, "questions")

    def numbers(field: str) -> pd.Series[float]:
        return pd.Series([row[field] for row in rows], dtype="float64")

    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                "question": [row["question"] or row["question_id"] for row in rows],
                "why": [[words.of("question_reason", one) for one in row["reasons"]] for row in rows],
                "role": [role_of(page, row) for row in rows],
                "asked": [row["asked_n"] for row in rows],
                "mean": numbers("mean"),
                "skip": numbers("skip_percent"),
                "floor": numbers("floor_percent"),
                "ceiling": numbers("ceiling_percent"),
                "short": numbers("short_percent"),
                "seconds": numbers("median_seconds"),
                "expected": numbers("expected_seconds"),
                "versions": [row["versions_n"] for row in rows],
            }
        ),
        "questions_table",
        {
            "question": column.TextColumn(words("column.question"), width=240),
            "why": column.ListColumn(words("questions.reasons"), width=118),
            "role": column.TextColumn(words("column.role"), width=104),
            "asked": column.NumberColumn(words("questions.asked"), width=66),
            "mean": column.ProgressColumn(
                words("questions.mean"), min_value=0, max_value=100, format="%.1f", width=78
            ),
            "skip": column.NumberColumn(words("questions.skip_rate"), format="%.1f%%", width=62),
            "floor": column.NumberColumn(words("questions.floor"), format="%.1f%%", width=62),
            "ceiling": column.NumberColumn(words("questions.ceiling"), format="%.1f%%", width=62),
            "short": column.NumberColumn(words("questions.short_rate"), format="%.1f%%", width=66),
            "seconds": column.NumberColumn(words("questions.time"), format="%.0f", width=82),
            "expected": column.NumberColumn(words("questions.expected"), format="%.0f", width=62),
            "versions": column.NumberColumn(words("questions.versions_n"), width=56),
        },
        in_sight=12,
    )
    for index in ticked:
        st.switch_page("views/questions.py", query_params=choices.link(question=rows[index]["question_id"]))


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words, formats = here.words, here.formats
    rows = seen(here, here.ask.rows("question_list"), "asked_n")
    if not rows:
        head(words("questions.none"), basis(here, None))
        nothing_chosen(here, words("questions.none"))
        how(here, "questions")
        return
    top = st.container()
    texts = {row["question_id"]: row["question"] or row["question_id"] for row in rows}
    wanted = one_of(
        "question",
        words("column.question"),
        list(texts),
        lambda key: words("questions.every") if key == choices.ALL else texts[key],
        width=640,
    )
    chosen = next((row for row in rows if row["question_id"] == wanted), None)
    asked = rows[0]["all_asked"] if chosen is None else chosen["asked_n"]
    caption = [words("questions.caption"), words("questions.answers_n", n=formats.count(asked))]
    with top:
        head(here.scoped(titles.questions(here, rows, chosen)), [*caption, *basis(here, None)[2:]])
    if chosen is None:
        cards(here, rows[0])
        question_costs.costliest(here)
        picture(here, rows)
    else:
        fewest = question_costs.fewest(here)
        one_question.text(here, chosen)
        one_question.cards(here, chosen)
        question_costs.criteria(here, chosen)
        question_costs.lowest(here, chosen)
        one_question.answers(here, chosen, fewest)
        one_question.over_time(here, chosen, fewest)
        one_question.flagged(here, chosen)
    table(here, rows)
    how(here, "questions")


page()
