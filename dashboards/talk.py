"""What HR and the department say about one interview, what the candidate asks, and the place to write."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from html import escape

import streamlit as st

from dashboards import access, ask, inbox_count, talk_forms
from dashboards.ask import Row
from dashboards.formats import plain
from dashboards.frame import Visit, go, section
from dashboards.talk_quotes import quoted
from warehouse import conversations, inbox
from warehouse.account_admin import users
from warehouse.answer_texts import AnswerText
from warehouse.conversations import QUESTION, REPLY, SUPPLEMENT, Said, TalkRefusedError
from warehouse.viewer import Viewer

WRITERS = frozenset({"hr", "department_head"})
_HOURS_A_DAY = 24
_DAYS_FROM = 72


def talk(page: Visit, row: Row, texts: Mapping[str, AnswerText]) -> None:
    """Comments, questions, supplements of one interview: nothing for roles that read none."""
    viewer = access.signed_in(page.settings)
    if viewer is None or viewer.role not in WRITERS:
        return
    words, interview = page.words, row["interview_id"]
    marts = ask.marts(str(page.settings.home))
    section(words("talk.title"), words("talk.note"))
    try:
        place = conversations.place_of(page.settings, interview, viewer, marts)
    except TalkRefusedError as refused:
        st.info(words(f"talk.refused.{refused.why}"), icon=":material/lock:")
        return
    said = conversations.said_at(page.settings, place, viewer)
    _read(page, viewer, interview)
    left, right = st.columns([1.35, 1], gap="large")
    with left, st.container(key="talk"):
        _waiting(page, said)
        _thread(page, viewer, interview, said, texts)
    with right:
        supplements = page.ask.rows("candidate_supplements", interview=interview)
        _supplements(page, interview, supplements, said)
        talk_forms.write(page, viewer, place, said, supplements, texts)


def _read(page: Visit, viewer: Viewer, interview: str) -> None:
    """Whoever sees the thread has read what mentions them in it."""
    items, _ = inbox_count.items(page.settings, viewer)
    here = [item for item in items if item.interview_id == interview and not item.is_read]
    if here:
        inbox.mark_read(page.settings, viewer, here, there=items)


def since(page: Visit, moment: dt.datetime) -> str:
    """How long ago, in minutes, hours or days."""
    minutes = max((dt.datetime.now(dt.UTC) - moment).total_seconds() / 60, 1)
    hours = minutes / 60
    if hours < 1:
        return page.words("talk.minutes", n=page.formats.count(int(minutes)))
    if hours < _DAYS_FROM:
        return page.words("talk.hours", n=page.formats.count(int(hours)))
    return page.words("talk.days", n=page.formats.count(int(hours / _HOURS_A_DAY)))


def _waiting(page: Visit, said: Sequence[Said]) -> None:
    for one in conversations.unanswered(said):
        words = page.words
        st.warning(
            words("talk.unanswered", since=since(page, one.created_at)), icon=":material/mark_chat_unread:"
        )


def _thread(
    page: Visit, viewer: Viewer, interview: str, said: Sequence[Said], texts: Mapping[str, AnswerText]
) -> None:
    words = page.words
    if not said:
        st.caption(words("talk.none"))
    names = _names(page, said)
    for number, one in enumerate(said):
        st.html(_card(page, one, names, interview, texts))
        if one.waits and one.author_id == viewer.name:
            _way_back(page, viewer, interview, one, number)


def _way_back(page: Visit, viewer: Viewer, interview: str, one: Said, number: int) -> None:
    words = page.words

    def act() -> str:
        marts = ask.marts(str(page.settings.home))
        conversations.take_back(page.settings, interview, viewer, one.comment_id, marts=marts)
        return "taken_back"

    if st.button(
        words("talk.take_back"),
        key=f"take_back_{number}",
        type="tertiary",
        icon=":material/undo:",
        help=words("talk.take_back_note"),
    ):
        talk_forms.told(act)
        st.rerun()


def _names(page: Visit, said: Sequence[Said]) -> dict[str, str]:
    return names_of(page, {name for one in said for name in (one.author_id, *one.mentions)})


def names_of(page: Visit, authors: Iterable[str]) -> dict[str, str]:
    """What authors and the mentioned are called: accounts by their role, employees by their name."""
    ids = sorted(set(authors))
    if not ids:
        return {}
    words = page.words
    found = {row["employee_id"]: row["name"] for row in page.ask.rows("comment_names", ids=",".join(ids))}
    roles = {account.name: account.role for account in users(page.settings) if account.name in ids}
    found |= {
        name: words("talk.account", name=name, role=words.of("role", role)) for name, role in roles.items()
    }
    return found


def _card(
    page: Visit, one: Said, names: Mapping[str, str], interview: str, texts: Mapping[str, AnswerText]
) -> str:
    """One comment as HTML, everything in it escaped."""
    words = page.words
    author = words("talk.candidate") if one.is_by_candidate else names.get(one.author_id, one.author_id)
    at = page.formats.moment(one.created_at.astimezone(dt.UTC).replace(tzinfo=None))
    kind = words.of("talk_kind", one.kind)
    head = f"<b>{escape(author)}</b><span class='kind'>{escape(kind)}</span><span>{escape(at)}</span>"
    if one.waits:
        head += f"<span>{escape(words('talk.waits'))}</span>"
    style = "asked" if one.kind in (QUESTION, REPLY) else "wanted" if one.kind == SUPPLEMENT else "noted"
    body = _body(page, one, names, interview, texts)
    return f"<div class='said {style}'><div class='who'>{head}</div>{body}</div>"


def _body(
    page: Visit, one: Said, names: Mapping[str, str], interview: str, texts: Mapping[str, AnswerText]
) -> str:
    words = page.words
    if one.marked is None:
        return f"<p class='gone'>{escape(words('talk.gone'))}</p>"
    parts = []
    if one.marked.reason:
        line = words("talk.because", reason=words.of("talk_reason", one.marked.reason))
        if one.marked.competency:
            line += words("talk.about", competency=_competency(page, one.marked.competency))
        parts.append(f"<p class='because'>{escape(line)}</p>")
    parts += [quoted(page, quote, interview, texts) for quote in one.marked.quotes]
    if one.marked.text:
        parts.append(f"<div class='answer'>{escape(one.marked.text)}</div>")
    if one.mentions:
        called = "".join(f"<span>@{escape(names.get(name, name))}</span>" for name in one.mentions)
        parts.append(f"<div class='mentions'>{called}</div>")
    return "".join(parts)


def _competency(page: Visit, competency: str) -> str:
    found = {row["id"]: row["name"] for row in page.ask.rows("competencies")}
    return str(found.get(competency, competency))


def _supplements(page: Visit, interview: str, rows: Sequence[Row], said: Sequence[Said]) -> None:
    """How far each supplementary interview is, and the way to it."""
    words, formats = page.words, page.formats
    if any(one.kind == SUPPLEMENT and one.waits for one in said):
        st.info(words("talk.supplement.waits"), icon=":material/schedule_send:")
    for row in rows:
        days = {
            "asked": formats.day(row["requested_local_date"]),
            "invited": formats.day(row["invited_local_date"]),
            "done": formats.day(row["completed_local_date"]),
        }
        line = words(f"talk.supplement.{row['state']}", **days)
        if row["gain"] is not None:
            line += words("talk.supplement.gain", gain=formats.signed(row["gain"]))
        st.markdown(f":material/event_repeat: {plain(line)}")
        other = row["interview_id"] if row["interview_id"] != interview else row["supplement_interview_id"]
        if other:
            is_first = other == row["interview_id"]
            label = words("talk.supplement.to_first" if is_first else "talk.supplement.to_second")
            go(label, "candidate", interview=other)
