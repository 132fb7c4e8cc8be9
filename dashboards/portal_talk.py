"""A candidate's questions about the own result, and what was replied: between the two of them alone."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from html import escape

import streamlit as st

from dashboards import access, ask, talk_forms
from dashboards.ask import Row
from dashboards.frame import Visit, section
from dashboards.talk import since
from warehouse import conversations
from warehouse.conversations import Said
from warehouse.viewer import Viewer

_QUESTION = "question"


def questions(page: Visit, row: Row) -> None:
    """What was asked and replied, and the place to ask."""
    viewer = access.signed_in(page.settings)
    if viewer is None:
        return
    words, interview = page.words, row["interview_id"]
    marts = ask.marts(str(page.settings.home))
    section(words("asking.title"), words("asking.note"))
    said = conversations.thread(page.settings, interview, viewer, marts=marts)
    open_ = {one.comment_id for one in conversations.unanswered(said)}
    for one in said:
        st.html(_card(page, one))
        if one.comment_id in open_:
            st.caption(words("asking.waiting", since=since(page, one.created_at)))
    talk_forms.told_before(page)
    _form(page, viewer, interview, said)


def _card(page: Visit, one: Said) -> str:
    words = page.words
    author = words("asking.me" if one.is_by_candidate else "asking.company")
    at = page.formats.moment(one.created_at.astimezone(dt.UTC).replace(tzinfo=None))
    text = words("talk.gone") if one.marked is None else one.marked.text
    style = "asked" if one.is_by_candidate else "replied"
    return (
        f"<div class='said {style}'><div class='who'><b>{escape(author)}</b><span>{escape(at)}</span></div>"
        f"<div class='answer'>{escape(text)}</div></div>"
    )


def _form(page: Visit, viewer: Viewer, interview: str, said: Sequence[Said]) -> None:
    words = page.words
    with st.form("ask_question", border=False):
        text = talk_forms.text_field(page, _QUESTION, words("asking.again" if said else "asking.ask"))
        sent = st.form_submit_button(words("asking.send"), icon=":material/send:")
    if sent:

        def act() -> str:
            marts = ask.marts(str(page.settings.home))
            conversations.ask(page.settings, interview, viewer, text, marts=marts)
            return _QUESTION

        talk_forms.told(act)
        st.rerun()
