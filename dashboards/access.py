"""Sign-in with the one-time password, a session that a cookie carries over reloads and tabs, sign-out."""

from __future__ import annotations

import json
import re

import streamlit as st

from dashboards.catalogue import Words
from dashboards.filters import language_switch
from dashboards.formats import Counted
from warehouse import accounts
from warehouse.errors import SignInFailed
from warehouse.settings import Settings
from warehouse.viewer import Viewer

TWELVE_HOURS = 12 * 60 * 60
_TOKEN = "session_token"
_FORGET = "forget_cookie"
_MINUTES = re.compile(r"(\d+) minutes")


def cookie_name() -> str:
    """One a port, because browsers share the cookies of 127.0.0.1 between ports."""
    return f"scorehouse_session_{st.get_option('server.port')}"


def signed_in(settings: Settings) -> Viewer | None:
    """The reader of this session, from this tab's memory or the browser's cookie."""
    token = st.session_state.get(_TOKEN)
    if token is None and not st.session_state.get(_FORGET):
        token = st.context.cookies.get(cookie_name())
    if not isinstance(token, str) or not token:
        return None
    viewer = accounts.session(settings, token)
    if viewer is None:
        st.session_state.pop(_TOKEN, None)
        return None
    st.session_state[_TOKEN] = token
    return viewer


def keep_cookie() -> None:
    """Let the browser remember (or forget) the session; nothing happens when it already does."""
    token = st.session_state.get(_TOKEN)
    if token is not None and st.context.cookies.get(cookie_name()) != token:
        _set_cookie(token, TWELVE_HOURS)
    elif token is None and st.session_state.get(_FORGET):
        _set_cookie("", 0)


def _set_cookie(value: str, seconds: int) -> None:
    # Streamlit cannot set a cookie from Python. SameSite=Strict: no other site can make the browser send it.
    text = json.dumps(f"{cookie_name()}={value}; path=/; max-age={seconds}; SameSite=Strict")
    st.html(
        f"<script>document.cookie = {text} + (location.protocol === 'https:' ? '; Secure' : '');</script>",
        unsafe_allow_javascript=True,
    )


def form(settings: Settings, words: Words) -> None:
    """The sign-in card."""
    _, middle, _ = st.columns([1, 1.1, 1])
    with middle, st.container(key="sign_in"):
        st.title(words("signin.title"), anchor=False)
        st.caption(words("signin.caption"))
        with st.form("sign_in_form", border=True):
            user = st.text_input(words("signin.user"), value="hr", autocomplete="username")
            password = st.text_input(
                words("signin.password"), type="password", autocomplete="current-password"
            )
            sent = st.form_submit_button(words("signin.submit"), type="primary", width="stretch")
        if sent:
            _try(settings, words, user, password)
        language_switch(words)


def _try(settings: Settings, words: Words, user: str, password: str) -> None:
    try:
        viewer = accounts.sign_in(settings, user.strip(), password.strip())
    except SignInFailed as error:
        st.error(_sentence(words, error), icon=":material/lock:")
        return
    st.session_state[_TOKEN] = accounts.open_session(settings, viewer)
    st.session_state.pop(_FORGET, None)
    st.rerun()


def _sentence(words: Words, error: SignInFailed) -> str:
    """Refused or locked out, in the reader's language; the warehouse's sentence says for how long."""
    minutes = _MINUTES.search(str(error))
    return words("signin.locked", minutes=Counted(minutes[1])) if minutes else words("signin.failed")


def without_pages(settings: Settings, words: Words, viewer: Viewer) -> None:
    """Signed in with a role that no page is made for: a sentence, no data, and the way out."""
    st.title(words("signin.no_pages"), anchor=False)
    st.caption(words("signin.no_pages_advice"))
    account(settings, words, viewer)
    language_switch(words)


def account(settings: Settings, words: Words, viewer: Viewer) -> None:
    """Who is signed in, and the way out."""
    st.caption(words("signin.who", user=viewer.name))
    if st.button(words("signin.out"), icon=":material/logout:", type="tertiary", key="sign_out"):
        accounts.end_session(settings, st.session_state.pop(_TOKEN))
        st.session_state[_FORGET] = True
        st.rerun()
