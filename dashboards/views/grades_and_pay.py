"""Grades and pay: the bands with their gaps, the offers in and out of them, how the grades develop."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards.ask import Row
from dashboards.charts.grades import share_bars
from dashboards.charts.pay import bands
from dashboards.download import chosen, offered
from dashboards.frame import Visit, basis, draw, head, how, nothing_chosen, section, seen, visit
from dashboards.number_tables import number_table, numbers_right
from dashboards.page_tables import ROWS_IN_FILE
from dashboards.ticked_rows import open_interview, ticked_rows

DOTS_SHOWN = 600
ROWS_SHOWN = 500
FIELDS = (
    *("interview_id", "name", "role_name", "grade", "composite_score", "pay_min", "pay_max"),
    *("offer_monthly_salary", "currency", "outside_by", "offered_local_date"),
)


def title(page: Visit, summary: list[Row], policy: list[Row]) -> str:
    """Offers outside their band first; else where the bands leave a gap."""
    words, formats = page.words, page.formats
    total, outside = summary[0]["all_offers"], summary[0]["all_out_of_band"]
    if outside:
        return words("pay.title_outside", n=formats.count(outside), all=formats.count(total))
    if any(row["has_gap"] or row["has_overlap"] for row in policy):
        return words("pay.title_gap", all=formats.count(total))
    return words("pay.title_fine", all=formats.count(total))


def policy_words(page: Visit, policy: list[Row], without_band: int) -> str:
    """Gaps, overlaps and grades without a band, in words."""
    words, formats = page.words, page.formats
    sentences = []
    for row in policy:
        if row["has_gap"]:
            band = formats.pay_range(row["below_max"], row["pay_min"])
            sentences.append(words("pay.gap", grade=row["grade"], other=row["below"], band=band))
        if row["has_overlap"]:
            band = formats.pay_range(row["pay_min"], row["below_max"])
            sentences.append(words("pay.overlap", grade=row["grade"], other=row["below"], band=band))
    absent = [row["grade"] for row in policy if row["has_no_band"]]
    if absent:
        sentences.append(words("pay.no_band", grade=words("format.comma").join(absent)))
    if without_band:
        sentences.append(words("pay.no_band_offers", n=formats.count(without_band)))
    return words("format.join").join(sentences)


def by_grade(page: Visit, summary: list[Row]) -> None:
    """A grade a row: people, band, offers."""
    words, formats = page.words, page.formats
    number_table(
        {
            words("column.grade"): [row["grade"] for row in summary],
            words("column.people"): [formats.count(row["n"]) for row in summary],
            words("column.share"): [formats.percent(row["share"]) for row in summary],
            words("column.pay"): [
                words("pay.none")
                if row["pay_min"] is None
                else formats.pay_range(row["pay_min"], row["pay_max"])
                for row in summary
            ],
            words("column.offers"): [formats.count(row["offers"]) for row in summary],
            words("column.mean_offer"): [formats.pay(row["mean_offer"]) for row in summary],
            words("column.out_of_band"): [
                words("format.none") if row["pay_min"] is None else formats.count(row["offers_out_of_band"])
                for row in summary
            ],
        },
        "by_grade",
    )


def outside(page: Visit, rows: list[Row]) -> None:
    """Offers out of band; choosing one opens its person."""
    words, formats = page.words, page.formats
    section(words("pay.outside_title"), words("pay.outside_note"))
    if not rows:
        st.caption(words("pay.outside_none"))
        return
    _, button = st.columns([3.4, 1])
    with button:
        offered(
            page,
            words("download.file", page=words("page.grades_and_pay"), day=page.today.isoformat()),
            lambda: page.ask.table("offers", only_out=True, row_limit=ROWS_IN_FILE),
            title=words("pay.outside_title"),
            filters=chosen(page, {}),
            fields=FIELDS,
        )
    ticked = ticked_rows(
        page,
        pd.DataFrame(
            {
                words("column.name"): [row["name"] or row["interview_id"] for row in rows],
                words("column.grade"): [row["grade"] for row in rows],
                words("column.pay"): [
                    words("pay.none")
                    if row["pay_min"] is None
                    else formats.pay_range(row["pay_min"], row["pay_max"])
                    for row in rows
                ],
                words("column.offer"): [formats.pay(row["offer_monthly_salary"]) for row in rows],
                words("column.outside_by"): [
                    ""
                    if row["outside_by"] is None
                    else words("pay.yuan", amount=formats.signed(row["outside_by"], 0))
                    for row in rows
                ],
                words("column.role"): [row["role_name"] for row in rows],
                words("column.score"): [formats.score(row["composite_score"]) for row in rows],
                words("column.offered"): [formats.day(row["offered_local_date"]) for row in rows],
            }
        ),
        "offers_outside",
        numbers_right(words(f"column.{name}") for name in ("score", "offer", "outside_by")),
    )
    if rows[0]["offers_n"] > len(rows):
        st.caption(words("pay.capped", shown=formats.count(len(rows)), n=formats.count(rows[0]["offers_n"])))
    open_interview(rows, ticked)


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words, ask = here.words, here.ask
    summary, policy = ask.rows("pay_summary"), ask.rows("bands")
    if not summary or not summary[0]["all_n"]:
        head(words("nothing.title"), basis(here, 0))
        nothing_chosen(here, words("nothing.scored"))
        how(here, "pay")
        return
    offers = ask.rows("offers", only_out=False, row_limit=DOTS_SHOWN)
    head(here.scoped(title(here, summary, policy)), basis(here, summary[0]["all_n"]))
    left, right = st.columns([1.1, 1], gap="medium")
    with left:
        section(words("pay.bands"), policy_words(here, policy, summary[0]["offers_without_band"]))
        draw(bands(policy, offers, here), words("pay.bands"))
        if offers and offers[0]["offers_n"] > len(offers):
            shown, everything = here.formats.count(len(offers)), here.formats.count(offers[0]["offers_n"])
            st.caption(words("pay.sample", shown=shown, n=everything))
    with right:
        section(words("pay.by_grade"), words("pay.by_grade_note"))
        by_grade(here, summary)
    outside(here, ask.rows("offers", only_out=True, row_limit=ROWS_SHOWN))
    section(words("pay.quarters"), words("pay.quarters_note"))
    shares = [
        {**row, "label": here.formats.quarter_short(row["quarter"])}
        for row in seen(here, ask.rows("grade_quarters"), "n")
    ]
    draw(share_bars(shares, here, "quarter", "label", words("chart.quarter")), words("pay.quarters"))
    how(here, "pay")


page()
