"""Requests for a copy of own data: HR notes that one was handed over, and the ledger closes it."""

from __future__ import annotations

import streamlit as st

from dashboards import access
from dashboards.formats import plain
from dashboards.frame import Visit
from dashboards.menu import HR
from warehouse import privacy_answers
from warehouse.errors import UsageError
from warehouse.privacy_requests import Asked

_SAID = "copy_handed_over"


def offered(page: Visit) -> None:
    """A popover with the requests that wait; nothing where none does, or for other roles than HR."""
    words = page.words
    if page.ask.role != HR:
        return
    if st.session_state.pop(_SAID, False):
        st.success(words("copies.noted"), icon=":material/receipt_long:")
    waiting = privacy_answers.waiting(page.settings)
    if not waiting:
        return
    names = {row["candidate_id"]: row["name"] for row in page.ask.rows("trust_copies")}
    label = words("copies.button", n=page.formats.count(len(waiting)))
    with st.popover(label, icon=":material/outbox:"), st.form("copies", border=False):
        st.caption(plain(words("copies.note")))
        picked = st.selectbox(
            words("copies.whose"), waiting, format_func=lambda one: _label(page, names, *one), index=0
        )
        how = st.text_input(words("copies.how"), placeholder=words("copies.example"), max_chars=200)
        if st.form_submit_button(words("copies.done"), type="primary"):
            _note(page, picked[1], how)


def _label(page: Visit, names: dict[str, str | None], candidate_id: str, asked: Asked) -> str:
    return f"{names.get(candidate_id) or candidate_id} · {page.formats.day_of(asked.requested_at)}"


def _note(page: Visit, asked: Asked, how: str) -> None:
    viewer = access.signed_in(page.settings)
    if viewer is None or viewer.role != HR:
        st.rerun()
    if not how.strip():
        st.error(page.words("copies.say_how"), icon=":material/error:")
        return
    try:
        privacy_answers.answer(page.settings, asked.request_id, how, who=viewer.name, role=viewer.role)
    except UsageError:
        # Somebody else was quicker: the list is drawn anew without it.
        st.rerun()
    st.session_state[_SAID] = True
    st.rerun()
