"""What a person can do about the own data: refuse AI, take that back, have everything erased."""

from __future__ import annotations

import streamlit as st

from dashboards.formats import plain
from dashboards.frame import Visit, section
from warehouse import erasure, privacy_requests
from warehouse.privacy_requests import REFUSE, WITHDRAW, Asked
from warehouse.receipts import Receipt
from warehouse.viewer import Viewer

_TOLD = "told_of_request"


def refusal(page: Visit, viewer: Viewer, candidate_id: str, *, is_refused_in_marts: bool) -> None:
    """Refuse to be interviewed and scored by AI, or take that back; each says what happens next."""
    words = page.words
    section(words("acts.refusal"))
    last = privacy_requests.last_word(page.settings, candidate_id)
    is_refused = is_refused_in_marts if last is None else last.kind == REFUSE
    told = st.session_state.pop(_TOLD, None)
    if told:
        st.success(words(f"acts.told.{told}"), icon=":material/check_circle:")
    if is_refused:
        st.markdown(plain(words("acts.refused")))
        _waiting(page, last)
        _button(page, viewer, candidate_id, WITHDRAW)
    else:
        st.markdown(plain(words("acts.not_refused")))
        _waiting(page, last)
        _button(page, viewer, candidate_id, REFUSE)


def _waiting(page: Visit, last: Asked | None) -> None:
    if last is not None and last.is_waiting:
        moment = page.formats.moment(last.requested_at.replace(tzinfo=None))
        st.caption(plain(page.words("acts.waiting", moment=moment)))


def _button(page: Visit, viewer: Viewer, candidate_id: str, kind: str) -> None:
    if st.button(page.words(f"acts.{kind}"), key=kind, icon=":material/back_hand:"):
        privacy_requests.ask(page.settings, candidate_id, kind, viewer)
        st.session_state[_TOLD] = kind
        st.rerun()


def erasing(page: Visit, viewer: Viewer, candidate_id: str) -> Receipt | None:
    """Erase everything: the consequences, a sentence to type, the button; the receipt once it was done."""
    words = page.words
    section(words("acts.erase"))
    with st.expander(words("acts.erase_open"), icon=":material/delete_forever:"):
        st.markdown(words("acts.consequences"))
        wanted = words("acts.typed")
        typed = st.text_input(words("acts.type", text=wanted), key="erase_typed", autocomplete="off")
        is_meant = typed.strip().casefold() == wanted.casefold()
        if typed and not is_meant:
            st.caption(words("acts.not_typed"))
        pressed = st.button(
            words("acts.erase_now"),
            key="erase",
            type="primary",
            disabled=not is_meant,
            icon=":material/delete_forever:",
        )
    if not (pressed and is_meant):
        return None
    return erasure.erase(page.settings, candidate_id, who=viewer.name, role=viewer.role)


def farewell(page: Visit, receipt: Receipt) -> None:
    """What was erased, and the receipt: all that is left to show, since the account is gone as well."""
    words, formats = page.words, page.formats
    st.title(words("acts.erased" if receipt.is_done else "acts.erasing"), anchor=False)
    st.markdown(plain(words("acts.erased_note" if receipt.is_done else "acts.erasing_note")))
    with st.container(border=True, key="receipt"):
        st.markdown(words("acts.receipt", id=plain(receipt.receipt_id)))
        moment = receipt.done_at or receipt.requested_at
        st.caption(plain(words("acts.receipt_at", moment=formats.moment(moment.replace(tzinfo=None)))))
        if receipt.receipt_hash:
            st.code(receipt.receipt_hash, language=None, wrap_lines=True)
    st.caption(words("acts.keep_receipt"))
