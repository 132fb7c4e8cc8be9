"""The language of a reader: the address says it, else what the account chose, else the browser."""

from __future__ import annotations

import json

import streamlit as st

from dashboards import choices
from dashboards.catalogue import LANGUAGES, Words, words_in
from warehouse import account_language
from warehouse.settings import Settings
from warehouse.viewer import Viewer

SWITCHED = "language_switched"
_KNOWN = "language_of_account"
# As the browser and a screen reader call them.
_SPOKEN = {"zh": "zh-CN", "en": "en"}


def switched() -> None:
    """The reader used the switch: their account keeps it as soon as it is known who reads."""
    st.session_state[SWITCHED] = True


def words_of(settings: Settings, viewer: Viewer | None) -> Words:
    """The words in the reader's language; a choice of the switch is kept with the account."""
    if viewer is not None:
        if st.session_state.pop(SWITCHED, False):
            account_language.keep_language(settings, viewer.name, choices.language())
            st.session_state[_KNOWN] = (viewer.name, choices.language())
        elif not choices.get("lang"):
            choices.put("lang", _kept(settings, viewer), choices.language_of_browser())
    return words_in(choices.language())


def tell_browser(words: Words) -> None:
    """Let the browser know the language of the page: it chooses glyphs, voices and hyphens by it."""
    with st.container(key="page_language"):
        said = f"<script>document.documentElement.lang = {json.dumps(_SPOKEN[words.language])};</script>"
        st.html(said, unsafe_allow_javascript=True)


def _kept(settings: Settings, viewer: Viewer) -> str | None:
    """The account's own language, read once a session."""
    name, language = st.session_state.get(_KNOWN, ("", ""))
    if name != viewer.name:
        language = account_language.language_of(settings, viewer.name)
        st.session_state[_KNOWN] = (viewer.name, language)
    return language if language in LANGUAGES else None
