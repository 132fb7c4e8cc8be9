"""The privacy page's account of access: the policy in words, grants in force, second factors, audit log."""

from __future__ import annotations

from datetime import UTC, datetime

import pandas as pd
import streamlit as st

from dashboards import audit_state
from dashboards.formats import plain
from dashboards.frame import Visit, go, section
from warehouse.account_admin import Account, users
from warehouse.grant_records import Grant
from warehouse.policy import policy

ROW_HEIGHT = 36
SOON_DAYS = 30
HR = "hr"
SHOWN_ROLES = (HR, "department_head", "analyst", "candidate")


def seeing(page: Visit) -> None:
    """Which role sees which class of columns, as the policy has it."""
    words = page.words
    section(words("trust.seeing"), words("trust.seeing_note"))
    roles = policy().roles
    st.table(
        pd.DataFrame(
            {
                words("trust.data"): [words.of("column_class", one) for one in policy().classes],
                **{
                    words.of("role", name): [
                        words(
                            "format.yes"
                            if roles[name].everything or one in roles[name].sees
                            else "format.none"
                        )
                        for one in policy().classes
                    ]
                    for name in SHOWN_ROLES
                },
            }
        ),
        border="horizontal",
        hide_index=True,
    )
    st.caption(plain(words("trust.encrypted")))


def grants(page: Visit) -> None:
    """Which department head sees which department, since when and until when, by whose word."""
    words = page.words
    section(words("trust.grants"), words("trust.grants_note"))
    accounts = users(page.settings)
    now = datetime.now(UTC)
    held = [one for account in accounts for one in account.grants if one.holds(now)]
    if held:
        table(page, sorted(held, key=lambda one: (one.until is None, one.until or one.since)))
        endless = sum(one.until is None for one in held)
        if endless:
            told = words("trust.endless", n=page.formats.count(endless))
            st.caption(f":material/event_busy: {plain(told)}")
    else:
        st.caption(words("trust.no_grants"))
    second_factors(page, accounts)
    audit_line(page)


def table(page: Visit, held: list[Grant]) -> None:
    """A grant a row, the next to end first."""
    words, formats = page.words, page.formats
    names = {row["id"]: row["name"] for row in page.ask.rows("departments")}
    now = datetime.now(UTC)

    def day(moment: datetime | None) -> str:
        if moment is None:
            return words("trust.no_end")
        return formats.day(moment.astimezone(page.settings.timezone))

    def until(one: Grant) -> str:
        days = None if one.until is None else (one.until - now).days
        if days is None or days > SOON_DAYS:
            return day(one.until)
        return words("trust.expires", n=formats.count(days))

    st.dataframe(
        pd.DataFrame(
            {
                words("trust.account"): [one.user for one in held],
                words("trust.department"): [names.get(one.department_id, one.department_id) for one in held],
                words("trust.until"): [until(one) for one in held],
                words("trust.since"): [day(one.since) for one in held],
                words("trust.author"): [one.author for one in held],
            }
        ),
        hide_index=True,
        row_height=ROW_HEIGHT,
        height="content",
    )


def second_factors(page: Visit, accounts: list[Account]) -> None:
    """How many HR accounts have one; without it no text of an answer is shown."""
    of_hr = [one for one in accounts if one.role == HR]
    having = sum(one.has_second_factor for one in of_hr)
    key = "trust.second_factor" if having == len(of_hr) else "trust.factor_missing"
    counts = {"n": page.formats.count(having), "all": page.formats.count(len(of_hr))}
    icon = "verified_user" if having == len(of_hr) else "gpp_maybe"
    st.markdown(f":material/{icon}: {plain(page.words(key, **counts))}")


def audit_line(page: Visit) -> None:
    """Whether the audit log is as it was written, and the way to it."""
    verdict = audit_state.state(page.settings)
    if verdict.holds:
        told, icon = page.words("trust.audit_holds", n=page.formats.count(verdict.lines)), "link"
    else:
        told = page.words("trust.audit_broken", line=page.formats.count(verdict.broken or 0))
        icon = "link_off"
    st.markdown(f":material/{icon}: {plain(told)}")
    go(page.words("page.audit"), "audit")
