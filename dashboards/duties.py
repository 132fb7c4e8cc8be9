"""The privacy page's duties towards people: clocks, requests, refusals, consent, and the ledger itself."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.charts.trust import calendar, clocks, differences, interval, rates
from dashboards.download import chosen, offered
from dashboards.formats import plain
from dashboards.frame import FEWEST, Visit, draw, nothing, section, seen
from dashboards.number_tables import numbers_right
from dashboards.own_choices import bound, one_of
from dashboards.ticked_rows import ticked_rows

# What the ledger can be narrowed to; classes of records that have no row in it are rules only.
FIRST_DUTY = "requests"
DUTIES = (FIRST_DUTY, "erase", "export", "recordings", "texts", "scores", "refusal", "consent")
STATES = (
    "overdue",
    "broken",
    "missing",
    "without_purpose",
    "open",
    "kept",
    "on_hold",
    "purged",
    "done",
    "in_force",
    "withdrawn",
    "given",
)
FIELDS = (
    "duty",
    "duty_state",
    "candidate_id",
    "name",
    "interview_id",
    "began_local_date",
    "due",
    "days_left",
    "done_at",
    "consent_version",
    "consent_purpose",
    "receipt_hash",
)
SUMMARY = ("duty", "duty_state", "duty_n", "duty_people", "soon_n", "first_due")
ROWS_SHOWN = 200
DOWNLOADED = 100_000
ROW_HEIGHT = 36
RECEIPT_LETTERS = 12


def records(page: Visit, rows: Sequence[Row], fewest: int, as_of: str) -> None:
    """How many records are in time, and when they go."""
    words, formats = page.words, page.formats
    left, right = st.columns([1, 1.15], gap="large")
    with left:
        section(words("trust.clocks"), words("trust.clocks_note"))
        kept = seen(page, [row for row in rows if row["obligation"] == "retention"], "n")
        if kept:
            draw(clocks(kept, page), words("trust.clocks"))
        else:
            st.caption(words("trust.ledger_none"))
    with right:
        section(words("trust.calendar"), words("trust.calendar_note"))
        months = page.ask.rows("trust_calendar", as_of=as_of, fewest=fewest)
        drawn = seen(page, months, "n")
        if drawn:
            draw(calendar(drawn, page), words("trust.calendar"))
            if drawn[0]["later_n"]:
                st.caption(plain(words("trust.calendar_later", n=formats.count(drawn[0]["later_n"]))))
        else:
            st.caption(words("trust.ledger_none"))


def rules(page: Visit) -> None:
    """Every rule with its ground; those that contradict each other first and said so."""
    words = page.words
    section(words("trust.rules"), words("trust.rules_note"))
    rows = page.ask.rows("trust_rules")
    against = list(dict.fromkeys(row["field_class"] for row in rows if row["is_conflict"]))
    if against:
        named = words("format.comma").join(words.of("duty", one) for one in against)
        told = words("trust.conflict", n=page.formats.count(len(against)), classes=named)
        st.warning(plain(told), icon=":material/balance:")

    def days(value: int | None) -> str:
        return words("format.none") if value is None else words("trust.days", n=page.formats.count(value))

    def yes(value: bool) -> str:
        return words("format.yes" if value else "format.no")

    shown = {
        words("trust.rule_class"): [words.of("duty", row["field_class"]) for row in rows],
        words("trust.rule_purge"): [days(row["max_days"]) for row in rows],
        words("trust.rule_keep"): [days(row["min_days"]) for row in rows],
        words("trust.rule_force"): [yes(row["is_in_force"]) for row in rows],
        words("trust.rule_conflict"): [yes(row["is_conflict"]) for row in rows],
        words("trust.rule_hold"): [yes(row["is_class_on_hold"]) for row in rows],
        words("trust.rule_whose"): [words.of("jurisdiction", row["jurisdiction"]) for row in rows],
        words("trust.rule_ground"): [row["ground"] for row in rows],
    }
    st.dataframe(pd.DataFrame(shown), hide_index=True, row_height=ROW_HEIGHT, height="content")


def requests(page: Visit, rows: Sequence[Row]) -> None:
    """How many people asked for what, for a reader who sees no rows of people."""
    words, formats = page.words, page.formats
    section(words("trust.requests_title"))
    asked = seen(page, [row for row in rows if row["duty"] in ("erase", "export")], "n")
    if not asked:
        st.caption(words("trust.no_requests"))
        return
    st.dataframe(
        pd.DataFrame(
            {
                words("trust.duty"): [words.of("duty", row["duty"]) for row in asked],
                words("trust.state"): [words.of("duty_state", row["state"]) for row in asked],
                words("csv.duty_n"): [formats.count(row["n"]) for row in asked],
                words("csv.first_due"): [formats.day(row["first_due"]) for row in asked],
            }
        ),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height="content",
        column_config=numbers_right([words("csv.duty_n")]),
    )


def short(page: Visit, receipt: str | None) -> str:
    """The beginning of a receipt's hash, by which it is found."""
    return receipt[:RECEIPT_LETTERS] if receipt else page.words("format.none")


def refusers(page: Visit, parity: Sequence[Row]) -> None:
    """Whether those who refuse the interview by AI advance as often as the others."""
    words = page.words
    total = next((row for row in parity if row["role_id"] == choices.ALL), None)
    left, right = st.columns([1, 1.15], gap="large")
    with left:
        section(words("trust.parity_title"), words("trust.parity_note"))
        if total is not None and total["refusers_n"] is None:
            st.caption(words("trust.parity_hidden", fewest=FEWEST))
        elif total is None or total["difference"] is None:
            st.caption(words("trust.parity_none"))
        else:
            draw(rates(total, page), words("trust.parity_title"))
            verdict = "trust.parity_unclear" if total["is_unclear"] else "trust.parity_clear"
            points = page.formats.signed(100 * total["difference"], 0)
            st.markdown(plain(words(verdict, points=points, interval=interval(page, total))))
    with right:
        by_role = [row for row in parity if row["difference"] is not None]
        if len(by_role) > 1:
            section(words("trust.parity_roles"), words("trust.parity_roles_note"))
            draw(differences(by_role, page), words("trust.parity_roles"))


def consents(page: Visit, fewest: int) -> None:
    """Who agreed to what; whoever agreed to nothing comes first."""
    words, formats = page.words, page.formats
    column = st.column_config
    section(words("trust.consents"), words("trust.consents_note"))
    rows = seen(page, page.ask.rows("trust_consents", fewest=fewest), "n")
    shown = pd.DataFrame(
        {
            "state": [words.of("duty_state", row["state"]) for row in rows],
            "version": [row["consent_version"] or words("trust.no_version") for row in rows],
            "purpose": [row["consent_purpose"] or words("trust.no_purpose") for row in rows],
            "people": [row["n"] for row in rows],
            "share": [row["percent"] for row in rows],
            "first_on": [formats.day(row["first_on"]) for row in rows],
            "last_on": [formats.day(row["last_on"]) for row in rows],
        }
    )
    st.dataframe(
        shown,
        hide_index=True,
        row_height=ROW_HEIGHT,
        height="content",
        column_config={
            **{name: column.TextColumn(words(f"trust.{name}")) for name in shown.columns},
            "people": column.NumberColumn(words("trust.people"), format="localized"),
            "share": column.ProgressColumn(
                words("trust.share"), min_value=0, max_value=100, format="%.1f%%", width=150
            ),
        },
    )


def ledger(page: Visit, as_of: str) -> None:
    """The rows themselves, narrowed by duty and state; choosing one opens the person."""
    words, formats = page.words, page.formats
    column = st.column_config
    section(words("trust.ledger"), words("trust.ledger_note"))
    first, second, third = st.columns([2, 2, 1.4], vertical_alignment="bottom")
    with first:
        duty = bound(
            "duty",
            FIRST_DUTY,
            st.selectbox,
            label=words("trust.duty"),
            options=[*DUTIES, choices.ALL],
            format_func=lambda key: words.of("duty", key),
        )
    with second:
        state = one_of("duty_state", words("trust.state"), STATES, lambda key: state_name(page, key))
    rows = page.ask.rows("trust_ledger", duty=duty, duty_state=state, as_of=as_of, row_limit=ROWS_SHOWN)
    if not rows:
        nothing(words("trust.ledger_none"))
        return
    with third:
        offered(
            page,
            words("trust.file", day=f"{page.today:%Y%m%d}"),
            lambda: page.ask.table(
                "trust_ledger", duty=duty, duty_state=state, as_of=as_of, row_limit=DOWNLOADED
            ),
            title=words("trust.ledger"),
            filters=chosen(page, {"duty": duty, "duty_state": state}),
            fields=FIELDS,
            label=words("trust.download"),
        )
    shown = pd.DataFrame(
        {
            "duty": [words.of("duty", row["duty"]) for row in rows],
            "person": [row["name"] or row["candidate_id"] for row in rows],
            "state": [words.of("duty_state", row["state"]) for row in rows],
            "due_by": [formats.day(row["due"]) for row in rows],
            "days_left": [days_left(page, row) for row in rows],
            "began": [formats.day(row["began_local_date"]) for row in rows],
            "done": [formats.day_of(row["done_at"]) for row in rows],
            "receipt": [short(page, row["receipt_hash"]) for row in rows],
        }
    )
    ticked = ticked_rows(
        page,
        shown,
        "trust_ledger",
        {
            name: column.TextColumn(
                words(f"trust.{name}"), alignment="right" if name == "days_left" else "left"
            )
            for name in shown.columns
        },
    )
    if rows[0]["rows_n"] > len(rows):
        counts = {"shown": formats.count(len(rows)), "n": formats.count(rows[0]["rows_n"])}
        st.caption(plain(words("trust.capped", **counts)))
    for index in ticked:
        person = rows[index]
        target = (
            ("candidate", {"interview": person["interview_id"]})
            if person["interview_id"]
            else ("results", {"search": person["candidate_id"], "quarter": choices.ALL})
        )
        st.switch_page(f"views/{target[0]}.py", query_params=choices.link(**target[1]))


def days_left(page: Visit, row: Row) -> str | None:
    """Days until it is due, below zero when it is late; what is done has none left and says so."""
    if row["done_at"] is not None:
        return page.words("trust.settled")
    return None if row["days_left"] is None else page.formats.count(row["days_left"]).replace("-", "−")


def state_name(page: Visit, key: str) -> str:
    """A state in words, `all` included."""
    return page.words("trust.every_state") if key == choices.ALL else page.words.of("duty_state", key)
