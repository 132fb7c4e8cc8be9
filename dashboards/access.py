"""Who reads: sign-in by password or by the company's provider, a session that a cookie carries, sign-out."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboards import choices, own_language, session_cookie, sign_in_steps
from dashboards.ask import Questions
from dashboards.catalogue import Words
from dashboards.filters import language_switch
from warehouse import accounts, audit, oidc, sessions
from warehouse.errors import SignInFailed
from warehouse.sessions import SignedIn
from warehouse.settings import Settings
from warehouse.viewer import Viewer

if TYPE_CHECKING:
    from dashboards.frame import Visit

_TOKEN = "session_token"
_TICKET = "cookie_ticket"
_FORGET = "forget_cookie"
_REFUSED = "refused_identity"
_VIEWED = "viewed_person"
_READER = "reader_of_tab"
# What outlives a change of who reads in a tab: the way in, and the language that the newcomer has chosen.
_KEPT = (_TOKEN, _TICKET, _FORGET, _REFUSED, own_language.SWITCHED)


def signed_in(settings: Settings) -> Viewer | None:
    """The reader of this session; None before the sign-in has taken its last step."""
    found = _session(settings) or _by_provider(settings)
    if found is not None:
        _only_for(found.viewer)
    return found.viewer if found is not None and not found.needs else None


def _only_for(viewer: Viewer) -> None:
    """Forgets what the tab held for another account, or for this one in another role.

    Answers, files that are ready, searches and secrets being set up were theirs; the address stays.
    """
    reader = (viewer.name, viewer.role)
    if st.session_state.get(_READER, reader) != reader:
        for key in [key for key in st.session_state if key not in _KEPT]:
            del st.session_state[key]
        choices.take_from_url()
    st.session_state[_READER] = reader


def still_reads(settings: Settings, token: str, ask: Questions) -> Viewer:
    """Who presses a button for a file; `SignInFailed` when what was drawn is not theirs any more.

    A file is made outside the page's own drawing, long after it perhaps: the session may have ended since,
    the role or a grant may have changed, or an erasure may have taken somebody out of what is published.
    """
    viewer = sessions.session(settings, token)
    if viewer is None or (viewer.name, viewer.role) != (ask.viewer.name, ask.viewer.role):
        raise SignInFailed("The session has ended: sign in again.", "ended")
    if not ask.holds(settings):
        raise SignInFailed("What may be seen has changed since the page was drawn: load it again.", "changed")
    return viewer


def who_saves(page: Visit, token: str) -> Viewer:
    """The same for a page's button: a refusal is told in the reader's words, beside the button."""
    try:
        return still_reads(page.settings, token, page.ask)
    except SignInFailed as failure:
        raise SignInFailed(page.words(f"signin.file_{failure.why}"), failure.why) from None


def has_second_factor(settings: Settings) -> bool:
    """Whether the reader gave a code in this session, without which no text of an answer is shown."""
    found = _session(settings)
    return found is not None and not found.needs and found.viewer.second_factor


def viewed(settings: Settings, *candidates: str) -> None:
    """Records that the reader sees these people's results: once a visit, not each time it is drawn.

    Who is seen already when another is put beside them is not recorded again.
    """
    before = st.session_state.get(_VIEWED, ())
    if before == candidates:
        return
    found = _session(settings)
    if found is not None:
        who = found.viewer
        for candidate in dict.fromkeys(candidates):
            if candidate not in before:
                subject = f"candidate:{candidate}"
                audit.record(settings, who=who.name, role=who.role, action="view_person", subject=subject)
        st.session_state[_VIEWED] = candidates


def token() -> str:
    """The token of this session, empty before a sign-in."""
    return str(st.session_state.get(_TOKEN) or "")


def keep_cookie() -> None:
    """Let the browser remember (or forget) the session; nothing happens when it already does."""
    kept = st.session_state.get(_TOKEN)
    if kept is not None and st.context.cookies.get(session_cookie.name()) != kept:
        _hand_over(kept, int(sessions.session_length().total_seconds()))
    elif kept is None and st.session_state.get(_FORGET):
        _hand_over("", 0)


def form(settings: Settings, words: Words) -> None:
    """The sign-in card: the step that comes next."""
    found = _session(settings)
    _, middle, _ = st.columns([1, 1.1, 1])
    with middle, st.container(key="sign_in"):
        if found is not None and sessions.CODE in found.needs:
            sign_in_steps.code(settings, words, token())
        elif found is not None and sessions.PASSWORD in found.needs:
            sign_in_steps.own_password(settings, words, token(), found.viewer)
        else:
            _first_step(settings, words)
        if found is not None:
            _way_out(settings, words, found, words("signin.back"))
        language_switch(words)


def without_pages(settings: Settings, words: Words, viewer: Viewer) -> None:
    """Signed in with a role that no page is made for: a sentence, no data, and the way out."""
    st.title(words("signin.no_pages"), anchor=False)
    st.caption(words("signin.no_pages_advice"))
    account(settings, words, viewer)
    language_switch(words)


def account(settings: Settings, words: Words, viewer: Viewer) -> None:
    """Who is signed in, and the way out."""
    st.caption(words("signin.who", user=viewer.name))
    _way_out(settings, words, _session(settings), words("signin.out"))


def _session(settings: Settings) -> SignedIn | None:
    """What this tab's memory or the browser's cookie stands for now."""
    kept = st.session_state.get(_TOKEN)
    if kept is None and not st.session_state.get(_FORGET):
        kept = st.context.cookies.get(session_cookie.name())
    if not isinstance(kept, str) or not kept:
        return None
    found = sessions.signed_in(settings, kept)
    if found is None:
        st.session_state.pop(_TOKEN, None)
        return None
    st.session_state[_TOKEN] = kept
    return found


def _by_provider(settings: Settings) -> SignedIn | None:
    """A session for who has just come back from the provider; a refusal is told by the form."""
    config = oidc.read_config(settings)
    if config is None or st.session_state.get(_FORGET) or not st.user.get("is_logged_in"):
        return None
    try:
        opened = oidc.enter(settings, config, st.user.to_dict())
    except SignInFailed as failure:
        if failure.why != "used":
            st.session_state[_REFUSED] = failure.why
        return None
    st.session_state[_TOKEN] = opened
    st.session_state.pop(_REFUSED, None)
    return _session(settings)


def _first_step(settings: Settings, words: Words) -> None:
    """Name and password, and the company's sign-in where there is one."""
    st.title(words("signin.title"), anchor=False)
    config = oidc.read_config(settings)
    if config is not None:
        refused = st.session_state.get(_REFUSED)
        if refused:
            st.error(words(f"signin.{refused}"), icon=":material/person_off:")
        label = config.label or words("signin.company")
        if st.button(label, type="primary", icon=":material/login:", width="stretch", key="company_sign_in"):
            st.session_state.pop(_REFUSED, None)
            st.login()
            st.stop()
        st.caption(words("signin.or"))
    else:
        st.caption(words("signin.caption"))
    opened = sign_in_steps.name_and_password(settings, words, is_first=config is None)
    if opened is not None:
        st.session_state[_TOKEN] = opened
        st.session_state.pop(_FORGET, None)
        st.rerun()


def _way_out(settings: Settings, words: Words, found: SignedIn | None, label: str) -> None:
    if not st.button(label, icon=":material/logout:", type="tertiary", key="sign_out"):
        return
    accounts.end_session(settings, st.session_state.pop(_TOKEN, ""))
    st.session_state[_FORGET] = True
    if found is not None and found.via == "oidc":
        # Leaves the page for the provider, which ends its own session; drawing anew would take that back.
        st.logout()
        st.stop()
    st.rerun()


def _hand_over(value: str, seconds: int) -> None:
    """Give the browser a ticket for the cookie; the same in each drawing, so that it acts on it once."""
    cookie = session_cookie.Cookie(session_cookie.name(), value, seconds)
    given = st.session_state.get(_TICKET)
    if given is None or given.cookie != cookie or given.is_lost:
        given = st.session_state[_TICKET] = session_cookie.ticket(cookie)
    st.html(session_cookie.script(given), unsafe_allow_javascript=True)
