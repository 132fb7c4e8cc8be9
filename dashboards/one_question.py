"""One question of the page of questions: its text, how its answers are spread, when it was asked."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards.ask import Row
from dashboards.charts.questions import quarters, spread
from dashboards.formats import plain
from dashboards.frame import Visit, draw, figure, figures, section, seen
from dashboards.number_tables import number_table
from dashboards.ticked_rows import open_interview, ticked_rows

FLAGGED_SHOWN = 200


def role_of(page: Visit, row: Row) -> str:
    """For whom it is; of a question that no rubric knows nobody can tell."""
    if not row["is_known"]:
        return page.words("format.none")
    return str(row["role_name"] or page.words("questions.every_role"))


def edges(page: Visit, name: str, floor: float | None, ceiling: float | None) -> None:
    """A figure of two shares side by side."""
    words, formats = page.words, page.formats
    both = words("questions.edges_value", floor=formats.percent(floor), ceiling=formats.percent(ceiling))
    figure(words(f"questions.{name}"), both, None, words(f"questions.{name}_note"))


def cards(page: Visit, row: Row) -> None:
    """The five figures of one question."""
    words, formats = page.words, page.formats
    with figures():
        figure(
            words("questions.mean"),
            formats.score(row["mean"]),
            None,
            words("questions.mean_note", n=formats.count(row["n"])),
        )
        edges(page, "edges", row["floor_share"], row["ceiling_share"])
        skips = formats.percent(row["skip_rate"])
        figure(words("questions.skip_rate"), skips, None, words("questions.skip_note"))
        edges(page, "repeat_short", row["repeated_rate"], row["short_rate"])
        figure(
            words("questions.time"),
            words("questions.seconds", value=f"{row['median_seconds']:.0f}")
            if row["median_seconds"] is not None
            else words("format.none"),
            None,
            words("questions.time_note", expected=row["expected_seconds"] or words("format.none")),
        )


def text(page: Visit, row: Row) -> None:
    """What was asked, in both languages, and of whom."""
    words, formats = page.words, page.formats
    with st.container(border=True, key="question_text"):
        if row["text_zh"] is None and row["text_en"] is None:
            st.markdown(plain(words("questions.no_text", id=row["question_id"])))
        for language in sorted(("zh", "en"), key=lambda code: code != words.language):
            if row[f"text_{language}"]:
                st.markdown(plain(row[f"text_{language}"]))
        exposure = "" if row["exposure"] is None else formats.percent(row["exposure"])
        about = [
            role_of(page, row),
            words.of("scenario_long", row["scenario"]),
            words("questions.version", version=row["version"]),
            words("questions.exposure", share=exposure, people=formats.count(row["people_n"]))
            if exposure
            else "",
            words("questions.lately", n=formats.count(row["recent_asked_n"])),
            row["question_id"],
        ]
        st.caption(" · ".join(plain(part) for part in about if part))


def answers(page: Visit, row: Row, fewest: int) -> None:
    """Points and seconds, each as a histogram with its median."""
    words, formats, colours = page.words, page.formats, page.colours
    left, right = st.columns(2, gap="large")
    for place, measure in ((left, "points"), (right, "seconds")):
        bins = page.ask.rows("question_points", question=row["question_id"], measure=measure, fewest=fewest)
        with place:
            section(words(f"questions.{measure}_spread"), words(f"questions.{measure}_spread_note"))
            if not bins:
                st.caption(plain(words("questions.too_few")))
                continue
            median = bins[0]["median"]
            marks = [(median, words("chart.median_at", value=formats.score(median)), colours.ink)]
            if measure == "seconds" and row["expected_seconds"] is not None:
                expected = words("questions.expected_at", value=row["expected_seconds"])
                marks.append((float(row["expected_seconds"]), expected, colours.contrast))
            draw(
                spread(bins, page, words(f"questions.{measure}_axis"), marks),
                words(f"questions.{measure}_spread"),
            )
            st.caption(plain(words("questions.answers_n", n=formats.count(bins[0]["all_n"]))))


def over_time(page: Visit, row: Row, fewest: int) -> None:
    """How often it was asked in each quarter, and its versions."""
    words, formats = page.words, page.formats
    left, right = st.columns(2, gap="large")
    with left:
        section(words("questions.quarters"), words("questions.quarters_note"))
        rows = seen(page, page.ask.rows("question_quarters", question=row["question_id"], fewest=fewest), "n")
        if rows:
            draw(quarters(rows, page), words("questions.quarters"))
        else:
            st.caption(plain(words("questions.too_few")))
    with right:
        section(words("questions.versions"), words("questions.versions_note"))
        versions = seen(page, page.ask.rows("question_versions", question=row["question_id"]), "asked_n")
        number_table(
            {
                words("column.version"): [formats.count(one["version"]) for one in versions],
                words("column.version_since"): [
                    words("questions.from_start")
                    if one["version_from"] is None
                    else formats.day(one["version_from"])
                    for one in versions
                ],
                words("questions.asked"): [formats.count(one["asked_n"]) for one in versions],
                words("questions.mean"): [formats.score(one["mean"]) for one in versions],
                words("questions.skip_rate"): [formats.percent(one["skip_rate"]) for one in versions],
            },
            "versions",
            words_n=2,
        )


def flagged(page: Visit, row: Row) -> None:
    """People whose answer bears a flag; choosing one opens the person."""
    words, formats = page.words, page.formats
    column = st.column_config
    section(words("questions.flagged"), words("questions.flagged_note"))
    if not page.ask.sees("review"):
        st.caption(plain(words("questions.flags_hidden")))
        return
    rows = page.ask.rows("question_flagged", question=row["question_id"], row_limit=FLAGGED_SHOWN)
    if not rows:
        st.caption(plain(words("questions.flagged_none")))
        return
    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                "name": [one["name"] or one["candidate_id"] for one in rows],
                "role": [one["role_name"] for one in rows],
                "date": [formats.day(one["completed_local_date"]) for one in rows],
                "points": pd.Series([one["points"] for one in rows], dtype="float64"),
                "seconds": pd.Series([one["answer_seconds"] for one in rows], dtype="float64"),
                "flags": [_flags(page, one["flags"]) for one in rows],
            }
        ),
        "question_flagged",
        {
            "name": column.TextColumn(words("column.name")),
            "role": column.TextColumn(words("column.role")),
            "date": column.TextColumn(words("column.date")),
            "points": column.NumberColumn(words("column.points"), format="%.0f"),
            "seconds": column.NumberColumn(words("column.seconds"), format="%.0f"),
            "flags": column.ListColumn(words("column.flags"), help=words("column.flags_note")),
        },
    )
    if rows[0]["flagged_n"] > len(rows):
        shown, everyone = formats.count(len(rows)), formats.count(rows[0]["flagged_n"])
        st.caption(plain(words("questions.capped", shown=shown, n=everyone)))
    open_interview(rows, ticked)


def _flags(page: Visit, flags: Sequence[str]) -> list[str]:
    return [page.words.of("answer_flag", flag) for flag in flags]
