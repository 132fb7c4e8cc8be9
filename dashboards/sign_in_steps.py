"""The steps of a sign-in, and what an account changes of itself: password, second factor."""

from __future__ import annotations

import segno
import streamlit as st

from dashboards.catalogue import Words
from dashboards.formats import Counted
from warehouse import accounts, second_factor
from warehouse.errors import SignInFailed
from warehouse.passwords import PasswordRefused
from warehouse.policy import policy
from warehouse.settings import Settings
from warehouse.viewer import Viewer

_SECRET = "enrolment"
_RECOVERY = "recovery_codes"


def name_and_password(settings: Settings, words: Words, *, is_first: bool) -> str | None:
    """The first step: the token of a session, None until the answer is right."""
    with st.form("sign_in_form", border=True):
        user = st.text_input(words("signin.user"), value="hr" if is_first else "", autocomplete="username")
        password = st.text_input(words("signin.password"), type="password", autocomplete="current-password")
        sent = st.form_submit_button(
            words("signin.submit"), type="primary" if is_first else "secondary", width="stretch"
        )
    if not sent:
        return None
    try:
        return accounts.enter(settings, user.strip(), password.strip())
    except SignInFailed as failure:
        refused(words, failure)
        return None


def code(settings: Settings, words: Words, token: str) -> None:
    """The second step where an app is set up: its code, or one for recovery."""
    st.title(words("signin.code_title"), anchor=False)
    st.caption(words("signin.code_note"))
    with st.form("code_form", border=True):
        given = st.text_input(words("signin.code"), autocomplete="one-time-code", max_chars=20)
        sent = st.form_submit_button(words("signin.submit"), type="primary", width="stretch")
    if not sent:
        return
    try:
        second_factor.give_code(settings, token, given)
    except SignInFailed as failure:
        refused(words, failure)
        return
    st.rerun()


def own_password(settings: Settings, words: Words, token: str, viewer: Viewer) -> None:
    """The last step with a password that somebody else made up, or that has become too old."""
    st.title(words("password.title"), anchor=False)
    st.caption(words("password.note", n=Counted(str(policy().sign_in.shortest_password))))
    if _new_password(settings, words, token, viewer, asks_for_old=False):
        st.rerun()


def change_password(settings: Settings, words: Words, token: str, viewer: Viewer) -> None:
    """A new password for who has one."""
    st.caption(words("password.rules", n=Counted(str(policy().sign_in.shortest_password))))
    if _new_password(settings, words, token, viewer, asks_for_old=True):
        st.success(words("password.changed"), icon=":material/check_circle:")


def enrol(settings: Settings, words: Words, token: str, viewer: Viewer) -> None:
    """The way to a second factor: a picture for the app, a code that confirms, codes for recovery."""
    recovery = st.session_state.get(_RECOVERY)
    if recovery:
        st.success(words("factor.done"), icon=":material/check_circle:")
        st.markdown(words("factor.recovery"))
        st.code("\n".join(recovery), language=None)
        if st.button(words("factor.kept"), type="primary", key="recovery_kept"):
            st.session_state.pop(_RECOVERY)
            st.rerun()
        return
    if second_factor.is_enrolled(settings, viewer):
        _enrolled(settings, words, token, viewer)
        return
    begun = st.session_state.get(_SECRET)
    if begun is None:
        st.markdown(words("factor.why"))
        if st.button(words("factor.begin"), type="primary", icon=":material/qr_code_2:", key="begin_factor"):
            st.session_state[_SECRET] = second_factor.begin(viewer)
            st.rerun()
        return
    _confirm(settings, words, token, begun)


def refused(words: Words, failure: SignInFailed) -> None:
    """Why a step failed, in the reader's language."""
    st.error(words(f"signin.{failure.why}", minutes=Counted(str(failure.minutes))), icon=":material/lock:")


def _enrolled(settings: Settings, words: Words, token: str, viewer: Viewer) -> None:
    if viewer.second_factor:
        st.markdown(f":material/verified_user: {words('factor.on')}")
    else:
        code(settings, words, token)


def _confirm(settings: Settings, words: Words, token: str, begun: second_factor.Enrolment) -> None:
    picture, steps = st.columns([1, 1.2], gap="medium", vertical_alignment="center")
    with picture:
        # White around the picture also in the dark: cameras need it. Inline, so that no file of it is served.
        image = segno.make(begun.uri, error="m").svg_data_uri(scale=5, border=3, dark="#000", light="#fff")
        st.html(f'<img src="{image}" alt="{words("factor.picture")}" style="width: 100%; max-width: 15rem">')
    with steps:
        st.markdown(words("factor.steps"))
        st.caption(words("factor.secret"))
        st.code(begun.secret, language=None, wrap_lines=True)
    with st.form("confirm_form", border=True):
        given = st.text_input(words("signin.code"), autocomplete="one-time-code", max_chars=12)
        sent = st.form_submit_button(words("factor.confirm"), type="primary", width="stretch")
    if not sent:
        return
    try:
        recovery = second_factor.confirm(settings, token, begun.secret, given)
    except SignInFailed as failure:
        refused(words, failure)
        return
    st.session_state.pop(_SECRET)
    st.session_state[_RECOVERY] = recovery
    st.rerun()


def _new_password(
    settings: Settings, words: Words, token: str, viewer: Viewer, *, asks_for_old: bool
) -> bool:
    """The form for a new password: whether it was changed just now."""
    with st.form("password_form", border=True):
        # Password managers keep the new password under this name.
        st.text_input(words("signin.user"), value=viewer.name, disabled=True, autocomplete="username")
        old = (
            st.text_input(words("password.old"), type="password", autocomplete="current-password")
            if asks_for_old
            else None
        )
        new = st.text_input(words("password.new"), type="password", autocomplete="new-password")
        again = st.text_input(words("password.again"), type="password", autocomplete="new-password")
        sent = st.form_submit_button(words("password.submit"), type="primary", width="stretch")
    if not sent:
        return False
    if new.strip() != again.strip():
        st.error(words("password.differ"), icon=":material/lock:")
        return False
    try:
        accounts.change_password(settings, token, new.strip(), old=old.strip() if old is not None else None)
    except PasswordRefused as refusal:
        shortest = Counted(str(policy().sign_in.shortest_password))
        st.error(words(f"refused.{refusal.why}", n=shortest), icon=":material/lock:")
        return False
    except SignInFailed as failure:
        refused(words, failure)
        return False
    return True
