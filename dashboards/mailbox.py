"""The e-mail address of an account: entered with a code that is sent to it, or set by an administrator."""

from __future__ import annotations

from datetime import UTC, datetime

import streamlit as st

from dashboards import menu
from dashboards.catalogue import Words
from dashboards.formats import plain
from dashboards.frame import Visit, section
from warehouse.errors import UsageError
from warehouse.mailing import addresses
from warehouse.mailing.addresses import AddressRefusedError
from warehouse.mailing.letters import Letter, message
from warehouse.mailing.server import MailError, MailServer, hand_over, read_server


def section_of(page: Visit) -> None:
    """The address as it is, and the way to another one."""
    words, viewer = page.words, page.ask.viewer
    if viewer.role == menu.CANDIDATE:
        return
    section(words("mailbox.title"))
    known = addresses.mailbox_of(page.settings, viewer.name)
    st.markdown(
        plain(words("mailbox.none") if known is None else words("mailbox.known", address=known.masked))
    )
    if known is not None and st.button(
        words("mailbox.remove"), icon=":material/delete:", key="remove_mailbox"
    ):
        addresses.remove_address(page.settings, viewer.name, author=viewer.name)
        st.rerun()
    try:
        server = read_server(page.settings)
    except UsageError:
        st.caption(plain(words("mailbox.off")))
        return
    if not server.domains:
        st.caption(plain(words("mailbox.by_operator")))
        return
    _ask(page, words, server, viewer.name)
    if addresses.is_asked(page.settings, viewer.name):
        _confirm(page, words, viewer.name)


def _ask(page: Visit, words: Words, server: MailServer, name: str) -> None:
    with st.form("mailbox_form", border=False):
        given = st.text_input(words("mailbox.address"), autocomplete="email", max_chars=254)
        st.caption(plain(words("mailbox.domains", domains=words("format.comma").join(server.domains))))
        if not st.form_submit_button(words("mailbox.send")):
            return
    now = datetime.now(UTC)
    try:
        address, code = addresses.ask_code(page.settings, server, name, given, now=now)
        letter = Letter(
            words("mail.code_subject"),
            words("mail.code_text", code=code, minutes=addresses.CODE_MINUTES),
            digest="",
        )
        hand_over(server, message(server, address, letter, f"code-{now.timestamp():.0f}", now))
    except AddressRefusedError as refused:
        st.error(plain(words(f"mailbox.refused.{refused.why}")), icon=":material/error:")
    except MailError:
        st.error(plain(words("mailbox.not_sent")), icon=":material/error:")
    else:
        st.success(plain(words("mailbox.sent")), icon=":material/check_circle:")


def _confirm(page: Visit, words: Words, name: str) -> None:
    with st.form("mailbox_code", border=False):
        code = st.text_input(words("mailbox.code"), autocomplete="one-time-code", max_chars=12)
        if not st.form_submit_button(words("mailbox.confirm"), type="primary"):
            return
    try:
        addresses.confirm(page.settings, name, code)
    except AddressRefusedError as refused:
        st.error(plain(words(f"mailbox.refused.{refused.why}")), icon=":material/error:")
        return
    st.rerun()
