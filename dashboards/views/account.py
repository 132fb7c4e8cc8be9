"""My account: the password, the second factor, the e-mail address, subscriptions."""

from __future__ import annotations

import streamlit as st

from dashboards import access, mailbox, sign_in_steps, subscribing
from dashboards.frame import head, how, section, visit
from warehouse import sessions


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    found = sessions.signed_in(here.settings, access.token())
    if found is None:
        st.rerun()
    viewer = found.viewer
    head(
        words("account.title", user=viewer.name),
        [words("account.note", role=words.of("role", viewer.role))],
    )
    left, right = st.columns(2, gap="large")
    with left:
        section(words("factor.title"))
        sign_in_steps.enrol(here.settings, words, access.token(), viewer)
    with right:
        section(words("account.password"))
        if found.via == "oidc":
            st.caption(words("account.company"))
        else:
            sign_in_steps.change_password(here.settings, words, access.token(), viewer)
    left, right = st.columns(2, gap="large")
    with left:
        mailbox.section_of(here)
    with right:
        subscribing.section_of(here)
    how(here, "account")


page()
