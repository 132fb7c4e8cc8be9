"""Audit log: who did what to whose data, and whether the log is as it was written."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import partial

import pandas as pd
import pyarrow as pa
import streamlit as st

from dashboards import access, audit_state, choices
from dashboards.audit_names import names_of, told
from dashboards.frame import Visit, head, how, nothing, visit
from dashboards.own_choices import bound, one_of
from warehouse import audit, audit_log
from warehouse.audit_log import Entry
from warehouse.exports import to_csv

SHOWN = 500
DAYS = 30
ROW = 38
# Pixels; None takes what it needs.
COLUMNS = {
    "at": None,
    "who": 130,
    "role": None,
    "action": None,
    "subject": 190,
    "rows": None,
    "details": 260,
    "number": None,
}


def day(page: Visit, name: str, default: date) -> date:
    """A day of the URL; one that is none counts as not chosen."""
    try:
        asked = date.fromisoformat(choices.get(name))
    except ValueError:
        asked = default
    picked = st.date_input(page.words(f"audit.{name}"), value=asked, key=f"own_{name}", format="YYYY-MM-DD")
    chosen = picked if isinstance(picked, date) else asked
    choices.put(name, chosen.isoformat(), default.isoformat())
    return chosen


def asked(page: Visit) -> list[Entry]:
    """The filters, and the lines that match them."""
    words = page.words
    zone = page.settings.timezone
    with st.container(horizontal=True, gap="small", key="audit_filters"):
        action = one_of(
            "action",
            words("audit.action"),
            list(audit.Action),
            lambda code: words("audit.all_actions") if code == choices.ALL else words.of("action", code),
        )
        who = bound("who", "", st.text_input, label=words("audit.who"), placeholder=words("audit.who_hint"))
        subject = bound(
            "subject",
            "",
            st.text_input,
            label=words("audit.subject"),
            placeholder=words("audit.subject_hint"),
        )
        since = day(page, "since", page.today - timedelta(days=DAYS))
        until = day(page, "until", page.today)
    return audit_log.entries(
        page.settings,
        who=who.strip() or None,
        action=None if action == choices.ALL else action,
        subject=subject.strip() or None,
        since=datetime.combine(since, time(), zone),
        until=datetime.combine(until + timedelta(days=1), time(), zone),
    )


def details(page: Visit, entry: Entry) -> str:
    """What else a line says, in the reader's words; hashes and names stay as they are."""
    words, said = page.words, []
    for name, value in entry.details.items():
        if value != "":
            known = f"audit_value.{name}.{value}"
            told = words.entries.get(known, str(value))
            label = words.of("audit_detail", name)
            said.append(f"{label} {told}")
    return " · ".join(said)


def table_of(page: Visit, entries: list[Entry], names: Mapping[str, str]) -> pd.DataFrame:
    """The lines in the reader's words, people by their `names`."""
    words, zone = page.words, page.settings.timezone
    rows = [
        {
            "at": f"{entry.at.astimezone(zone):%Y-%m-%d %H:%M:%S}",
            "who": told(page, entry.who, names),
            "role": words.of("role", entry.role),
            "action": words.of("action", entry.action),
            "subject": told(page, entry.subject, names),
            "rows": entry.rows,
            "details": details(page, entry),
            "number": entry.number,
        }
        for entry in entries
    ]
    shown = pd.DataFrame(rows, columns=list(COLUMNS))
    return shown.astype({"rows": "Int64", "number": "Int64"})


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    verdict = audit_state.state(here.settings)
    count = here.formats.count(verdict.lines)
    if verdict.holds:
        head(words("audit.holds", n=count), [words("audit.note")])
    else:
        why = words(f"audit.why.{verdict.why}")
        head(
            words("audit.broken", line=here.formats.count(verdict.broken or 0), why=why),
            [words("audit.note")],
        )
    entries = asked(here)
    if not entries:
        nothing(words("audit.none"), words("audit.none_advice"))
        how(here, "audit")
        return
    shown = here.formats.count(SHOWN)
    found = here.formats.count(len(entries))
    st.caption(
        words("audit.found", n=found) if len(entries) <= SHOWN else words("audit.first", n=found, shown=shown)
    )
    st.dataframe(
        table_of(here, entries[:SHOWN], names_of(here, entries[:SHOWN])),
        hide_index=True,
        row_height=ROW,
        height=min(ROW * (len(entries) + 1) + 2, 640),
        placeholder=words("format.none"),
        column_config={
            name: st.column_config.Column(words(f"audit.column.{name}"), width=width)
            for name, width in COLUMNS.items()
        },
    )
    st.download_button(
        words("audit.download"),
        partial(download, here, entries, access.token()),
        file_name=f"{words('audit.file')}_{here.today:%Y%m%d}.csv",
        mime="text/csv",
        icon=":material/download:",
        on_click="ignore",
    )
    how(here, "audit")


def download(page: Visit, entries: list[Entry], token: str) -> bytes:
    """Every line that was found, and a line of its own about the download."""
    viewer = access.who_saves(page, token)
    audit.record(
        page.settings, who=viewer.name, role=viewer.role, action="export", rows=len(entries), what="audit"
    )
    # a file that leaves the house names nobody
    whole = table_of(page, entries, {}).rename(
        columns={name: page.words(f"audit.column.{name}") for name in COLUMNS}
    )
    return to_csv(pa.Table.from_pandas(whole, preserve_index=False))


page()
