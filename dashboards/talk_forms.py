"""Writing about an interview: a comment with mentions and quotes, a reply, a request for a supplement."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import streamlit as st

from dashboards import ask
from dashboards.ask import Row
from dashboards.frame import Visit
from dashboards.talk_quotes import can_be_quoted
from warehouse import conversations
from warehouse.answer_texts import AnswerText
from warehouse.conversations import LONGEST, QUESTION, SUPPLEMENT, Place, Said, TalkRefusedError
from warehouse.note_marks import REASONS, Marked, Quote
from warehouse.viewer import Viewer

_TOLD = "told_of_talk"
_FORM = "talk_form_number"
_NOTE, _REPLY, _SUPPLEMENT = "note", "reply", "supplement"
_REQUESTED = "requested"


def write(
    page: Visit,
    viewer: Viewer,
    place: Place,
    said: Sequence[Said],
    supplements: Sequence[Row],
    texts: Mapping[str, AnswerText],
) -> None:
    """What is to be written, and its form."""
    words = page.words
    told_before(page)
    is_asked = any(one.kind == QUESTION for one in said)
    kinds = [_NOTE, *([_REPLY] if is_asked else []), _SUPPLEMENT]
    first = _REPLY if conversations.unanswered(said) else _NOTE
    kind = st.segmented_control(
        words("talk.what"),
        kinds,
        default=first,
        required=True,
        format_func=lambda one: words(f"talk.write.{one}"),
        key=f"talk_kind_{place.interview_id}",
        label_visibility="collapsed",
    )
    if kind == _SUPPLEMENT and _is_open(said, supplements):
        st.caption(words("talk.supplement.open"))
    elif kind == _SUPPLEMENT:
        _supplement(page, viewer, place)
    elif kind == _REPLY:
        _reply(page, viewer, place)
    else:
        _comment(page, viewer, place, texts)


def told(act: Callable[[], str]) -> None:
    """Does what was asked; the next drawing says how it went."""
    try:
        st.session_state[_TOLD] = (True, f"talk.told.{act()}")
    except TalkRefusedError as refused:
        st.session_state[_TOLD] = (False, f"talk.refused.{refused.why}")
        return
    st.session_state[_FORM] = st.session_state.get(_FORM, 0) + 1


def told_before(page: Visit) -> None:
    """How the last act went."""
    found = st.session_state.pop(_TOLD, None)
    if found and found[0]:
        st.success(page.words(found[1]), icon=":material/check_circle:")
    elif found:
        st.error(page.words(found[1], most=page.formats.count(LONGEST)), icon=":material/error:")


def text_field(page: Visit, kind: str, label: str) -> str:
    """The words; empty again after they were kept."""
    key = f"talk_text_{kind}_{st.session_state.get(_FORM, 0)}"
    return st.text_area(
        label, key=key, max_chars=LONGEST, height=110, placeholder=page.words(f"talk.hint.{kind}")
    )


def _is_open(said: Sequence[Said], supplements: Sequence[Row]) -> bool:
    return any(one.kind == SUPPLEMENT and one.waits for one in said) or any(
        row["state"] == _REQUESTED for row in supplements
    )


def _mentions(page: Visit, viewer: Viewer, place: Place, kind: str) -> list[str]:
    words = page.words
    accounts = {one.name: one.role for one in conversations.can_be_mentioned(page.settings, place, viewer)}
    if not accounts:
        st.caption(words("talk.nobody"))
        return []
    return st.multiselect(
        words("talk.mention"),
        list(accounts),
        format_func=lambda name: words("talk.account", name=name, role=words.of("role", accounts[name])),
        key=f"talk_mentions_{kind}_{st.session_state.get(_FORM, 0)}",
        placeholder=words("talk.mention_hint"),
    )


def _quotes(page: Visit, interview: str, texts: Mapping[str, AnswerText]) -> tuple[Quote, ...]:
    words = page.words
    options = can_be_quoted(page, interview, texts)
    if not options:
        return ()
    chosen = st.multiselect(
        words("talk.quote_pick"),
        list(options),
        format_func=lambda quote: options[quote],
        key=f"talk_quotes_{st.session_state.get(_FORM, 0)}",
        placeholder=words("talk.quote_hint"),
        help=words("talk.quote_note"),
    )
    return tuple(chosen)


def _comment(page: Visit, viewer: Viewer, place: Place, texts: Mapping[str, AnswerText]) -> None:
    words, interview = page.words, place.interview_id
    with st.form("talk_note", border=False):
        text = text_field(page, _NOTE, words("talk.text"))
        mentions = _mentions(page, viewer, place, _NOTE)
        quotes = _quotes(page, interview, texts)
        sent = st.form_submit_button(words("talk.send"), type="primary", icon=":material/send:")
    if sent:
        said = Marked(text, quotes)

        def act() -> str:
            marts = ask.marts(str(page.settings.home))
            conversations.comment(page.settings, interview, viewer, said, mentions=mentions, marts=marts)
            return "note"

        told(act)
        st.rerun()


def _reply(page: Visit, viewer: Viewer, place: Place) -> None:
    words, interview = page.words, place.interview_id
    with st.form("talk_reply", border=False):
        text = text_field(page, _REPLY, words("talk.reply"))
        st.caption(words("talk.reply_note"))
        sent = st.form_submit_button(words("talk.send_reply"), type="primary", icon=":material/reply:")
    if sent:

        def act() -> str:
            marts = ask.marts(str(page.settings.home))
            conversations.reply(page.settings, interview, viewer, text, marts=marts)
            return "reply"

        told(act)
        st.rerun()


def _supplement(page: Visit, viewer: Viewer, place: Place) -> None:
    words, interview = page.words, place.interview_id
    skills = {
        skill["competency_id"]: skill["competency"]
        for skill in page.ask.rows("candidate_competencies", interview=interview)
    }
    with st.form("talk_supplement", border=False):
        reason = st.selectbox(
            words("talk.reason"),
            REASONS,
            index=None,
            format_func=lambda one: words.of("talk_reason", one),
            placeholder=words("talk.reason_hint"),
        )
        competency = st.selectbox(
            words("talk.competency"),
            list(skills),
            index=None,
            format_func=lambda one: skills[one],
            placeholder=words("talk.competency_hint"),
        )
        text = text_field(page, _SUPPLEMENT, words("talk.supplement_text"))
        mentions = _mentions(page, viewer, place, _SUPPLEMENT)
        sent = st.form_submit_button(words("talk.request"), type="primary", icon=":material/event_repeat:")
    if sent:
        said = Marked(text, (), reason, competency)

        def act() -> str:
            marts = ask.marts(str(page.settings.home))
            conversations.request_supplement(
                page.settings, interview, viewer, said, mentions=mentions, marts=marts
            )
            return "supplement"

        told(act)
        st.rerun()
