"""Inbox: comments that mention the reader, and questions of candidates that nobody has answered."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import streamlit as st

from dashboards import access, choices, inbox_count
from dashboards.ask import Row
from dashboards.formats import plain
from dashboards.frame import Visit, head, how, nothing, section, visit
from dashboards.talk import names_of, since
from warehouse import inbox
from warehouse.conversations import QUESTION
from warehouse.inbox import Item
from warehouse.viewer import Viewer

SHOWN = 50


def title(page: Visit, unread: int, waiting: int) -> str:
    """The answer in one sentence."""
    words, formats = page.words, page.formats
    kind = {(True, True): "both", (True, False): "unread", (False, True): "waiting"}.get(
        (unread > 0, waiting > 0), "nothing"
    )
    return words(f"inbox.title.{kind}", unread=formats.count(unread), waiting=formats.count(waiting))


def people(page: Visit, items: Sequence[Item]) -> dict[str, Row]:
    """Interview → whose it is and for which role."""
    ids = ",".join(sorted({item.interview_id for item in items}))
    if not ids:
        return {}
    return {row["interview_id"]: row for row in page.ask.rows("inbox_interviews", ids=ids)}


def line(
    page: Visit,
    item: Item,
    whose: Mapping[str, Row],
    names: Mapping[str, str],
    *,
    is_question: bool = False,
) -> None:
    """The person as a link to the thread; who wrote (by `names`), what, how long ago."""
    words = page.words
    row = whose.get(item.interview_id)
    name = item.interview_id if row is None else row["name"] or row["candidate_id"]
    role = "" if row is None else row["role_name"] or ""
    st.page_link(
        "views/candidate.py",
        label=words("inbox.person", name=plain(name), role=plain(role)),
        icon=":material/person:",
        query_params=choices.link(interview=item.interview_id),
    )
    ago = since(page, item.created_at)
    if is_question:
        st.caption(plain(words("inbox.asked", since=ago)))
    else:
        kind = words.of("talk_kind", item.kind)
        author = (
            words("talk.candidate") if item.kind == QUESTION else names.get(item.author_id, item.author_id)
        )
        st.caption(plain(words("inbox.line", author=author, kind=kind, since=ago)))


def mentions(page: Visit, viewer: Viewer, items: Sequence[Item], whose: Mapping[str, Row]) -> None:
    """The items as they come, unread first; each to be marked."""
    words = page.words
    section(words("inbox.mentions"), words("inbox.mentions_note"))
    if not items:
        nothing(words("inbox.no_mentions"), words("inbox.no_mentions_note"))
        return
    unread = [item for item in items if not item.is_read]
    if unread and st.button(words("inbox.read_all"), icon=":material/done_all:", key="read_all"):
        inbox.mark_read(page.settings, viewer, unread, there=items)
        st.rerun()
    names = names_of(page, (item.author_id for item in items[:SHOWN]))
    for number, item in enumerate(items[:SHOWN]):
        with st.container(key=f"task_mention_{number}"):
            what, act = st.columns([5, 1.6], vertical_alignment="center")
            with what:
                line(page, item, whose, names)
            with act:
                _mark(page, viewer, item, items, number)
    if len(items) > SHOWN:
        st.caption(words("inbox.more", n=page.formats.count(len(items) - SHOWN)))


def _mark(page: Visit, viewer: Viewer, item: Item, items: Sequence[Item], number: int) -> None:
    words = page.words
    label = words("inbox.unread" if item.is_read else "inbox.read")
    icon = ":material/mark_chat_unread:" if item.is_read else ":material/done:"
    if st.button(label, key=f"mark_{number}", type="tertiary", icon=icon):
        if item.is_read:
            inbox.mark_unread(page.settings, viewer, item)
        else:
            inbox.mark_read(page.settings, viewer, [item], there=items)
        st.rerun()


def waiting(page: Visit, items: Sequence[Item], whose: Mapping[str, Row]) -> None:
    """Who has waited longest first."""
    words = page.words
    section(words("inbox.waiting"), words("inbox.waiting_note"))
    if not items:
        st.caption(words("inbox.no_waiting"))
    for number, item in enumerate(items[:SHOWN]):
        with st.container(key=f"task_waiting_{number}"):
            line(page, item, whose, {}, is_question=True)
    if len(items) > SHOWN:
        st.caption(words("inbox.more", n=page.formats.count(len(items) - SHOWN)))


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    viewer = access.signed_in(here.settings)
    if viewer is None:
        st.rerun()
    said, open_ = inbox_count.items(here.settings, viewer)
    said = sorted(said, key=lambda item: item.is_read)
    whose = people(here, [*said[:SHOWN], *open_[:SHOWN]])
    head(title(here, sum(not item.is_read for item in said), len(open_)), [words("inbox.caption")])
    left, right = st.columns([1.4, 1], gap="large")
    with left:
        mentions(here, viewer, said, whose)
    with right:
        waiting(here, open_, whose)
    how(here, "inbox")


page()
