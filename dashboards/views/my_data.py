"""My data: what is kept about a person, why and until when, who may see it, and what the person can do."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

import streamlit as st

from dashboards import access, portal_acts
from dashboards.ask import Row
from dashboards.formats import plain
from dashboards.frame import Visit, head, how, section, visit
from warehouse.errors import QueryRefusedError
from warehouse.grants import scope_of

_REFUSED = ("in_force", "broken")


def title(page: Visit, records: Sequence[Row]) -> str:
    """How much is kept, and the day by which the texts are gone."""
    words, formats = page.words, page.formats
    kept = {row["interview_id"] for row in records if row["purged_at"] is None}
    if not kept:
        return words("data.title_none")
    days = [r["purge_due"] for r in records if r["field_class"] == "texts" and r["purged_at"] is None]
    due = max((day for day in days if day is not None), default=None)
    name = "data.title" if due is not None and due >= page.today else "data.title_no_day"
    return words(name, n=formats.count(len(kept)), day=formats.day(due))


def consent(page: Visit, obligations: Sequence[Row]) -> None:
    """What the person agreed to, and for which purpose."""
    words = page.words
    section(words("data.consent"))
    row = next((one for one in obligations if one["obligation"] == "consent"), None)
    state = "missing" if row is None else row["state"]
    said = {} if row is None else row
    st.markdown(
        plain(
            words(
                f"data.consent_{state}",
                day=page.formats.day(said.get("began_local_date")),
                purpose=words.of("my_purpose", said.get("consent_purpose")),
                version=said.get("consent_version") or words("format.none"),
            )
        )
    )


def kept(page: Visit, records: Sequence[Row]) -> None:
    """Interview by interview: which records, until when, on what ground."""
    words, formats = page.words, page.formats
    section(words("data.kept"), words("data.kept_note"))
    for _, of_one in groupby(records, key=lambda row: row["interview_id"]):
        rows = list(of_one)
        lines = [
            words(
                "data.interview",
                role=plain(rows[0]["role_name"] or ""),
                day=formats.day(rows[0]["began_local_date"]),
            )
        ]
        lines += [f"- {plain(record(page, row))}" for row in rows]
        st.markdown("\n".join([lines[0], "", *lines[1:]]))
    st.markdown(plain(words("data.contact")))


def record(page: Visit, row: Row) -> str:
    """One class of records of one interview: until when it is kept and why, or when it went."""
    words, formats = page.words, page.formats
    what = words.of("my_record", row["field_class"])
    if row["purged_at"] is not None:
        return words("data.purged", what=what, day=formats.day_of(row["purged_at"]))
    state = row["state"] if row["purge_due"] is not None or row["state"] == "on_hold" else "no_day"
    return words(
        f"data.state_{state}", what=what, day=formats.day(row["purge_due"]), ground=row["ground"] or ""
    )


def requests(page: Visit, obligations: Sequence[Row]) -> None:
    """What was asked for, by when it is answered, and the receipts."""
    words, formats = page.words, page.formats
    section(words("data.requests"))
    rows = [row for row in obligations if row["obligation"] != "consent"]
    receipts = [row for row in rows if row["receipt_hash"]]
    if not rows:
        st.caption(words("data.no_requests"))
    for row in rows:
        line = words(
            "data.request",
            what=words.of("my_request", row["obligation"]),
            day=formats.day(row["began_local_date"]),
            state=words.of("my_request_state", row["state"]),
        )
        due = row["answer_due"]
        answer = words("data.answer_due", day=formats.day(due)) if due and not row["closed_at"] else ""
        st.markdown(f"- {plain(line + answer)}")
    for row in receipts:
        st.caption(plain(words("data.receipt", hash=row["receipt_hash"])))


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    viewer = access.signed_in(here.settings)
    if viewer is None:
        st.rerun()
    candidate_id = scope_of(here.settings, viewer).candidate_id
    if candidate_id is None:
        raise QueryRefusedError("This page is for candidates: it shows what is kept about the reader alone.")
    obligations = here.ask.rows("my_obligations")
    records = here.ask.rows("my_records")
    whole = st.empty()
    with whole.container():
        head(
            title(here, records), [words("caption.as_of", moment=here.formats.moment(here.run["data_as_of"]))]
        )
        consent(here, obligations)
        kept(here, records)
        section(words("data.who"))
        st.markdown(words("data.readers"))
        requests(here, obligations)
        is_refused = any(r["obligation"] == "refusal" and r["state"] in _REFUSED for r in obligations)
        # What comes and goes in it must not move what follows, or an open part would close.
        with st.container():
            portal_acts.refusal(here, viewer, candidate_id, is_refused_in_marts=is_refused)
        receipt = portal_acts.erasing(here, viewer, candidate_id)
        if receipt is None:
            section(words("data.review"))
            st.markdown(plain(words("data.review_note")))
            how(here, "my_data")
    if receipt is not None:
        whole.empty()
        portal_acts.farewell(here, receipt)


page()
