"""Making, changing and ending subscriptions: the popover on a page, and the section in My account."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import streamlit as st

from dashboards import choices, menu
from dashboards.catalogue import LANGUAGES, Words
from dashboards.formats import plain
from dashboards.frame import Visit, section
from dashboards.mail_views import views_of
from dashboards.page_tables import TABLES
from warehouse.errors import UsageError
from warehouse.mailing import calendar, subscriptions
from warehouse.mailing.addresses import Mailbox, mailbox_of
from warehouse.mailing.subscriptions import LAST_DAY, RHYTHMS, Subscription
from warehouse.viewer import Viewer

_ALERTS = "alerts"
_HOURS = range(24)
_FIRST_HOUR = 8


def offered(
    page: Visit, name: str, own: Mapping[str, str] | None = None, *, view_id: str = "", title: str = ""
) -> None:
    """A popover that subscribes to this page with its filters, or to a saved view of it.

    `own` are choices of the page beside those of the sidebar, as they stand in its link.
    """
    words = page.words
    viewer = page.ask.viewer
    if name not in TABLES or viewer.role == menu.CANDIDATE:
        return
    with st.popover(words("subscribe.button"), icon=":material/mail:", width="stretch"):
        st.caption(plain(words("subscribe.here")))
        mailbox = mailbox_of(page.settings, viewer.name)
        if mailbox is None:
            st.markdown(plain(words("subscribe.no_address")))
            st.page_link("views/account.py", label=words("subscribe.no_address_link"))
            return
        given = choices.link(**(own or {}))
        if given.get("search"):
            st.caption(plain(words("subscribe.search_stays")))
        with st.form(f"subscribe_{name}_{view_id}", border=False):
            wanted = _moments(words, None, f"{name}_{view_id}")
            key = f"subscribe_save_{name}_{view_id}"
            if st.form_submit_button(words("subscribe.save"), type="primary", width="stretch", key=key):
                made = _made(
                    page,
                    mailbox,
                    "view",
                    name,
                    title,
                    choices={} if view_id else given,
                    view=view_id,
                    **wanted,
                )
                _told(page, made)


def section_of(page: Visit) -> None:
    """'My subscriptions' in My account: what there is, and how to add another."""
    words, viewer = page.words, page.ask.viewer
    if viewer.role == menu.CANDIDATE:
        return
    section(words("subscribe.title"), words("subscribe.note", timezone=page.settings.timezone.key))
    kept = subscriptions.subscriptions_of(page.settings, viewer.name)
    if not kept:
        st.caption(plain(words("subscribe.none")))
    for one in kept:
        with st.container(border=True, key=f"subscription_{one.id}"):
            _row(page, one)
    mailbox = mailbox_of(page.settings, viewer.name)
    if mailbox is None:
        st.caption(f":material/info: {plain(words('subscribe.no_address'))}")
    else:
        _adding(page, viewer, mailbox)


def _row(page: Visit, one: Subscription) -> None:
    words, settings = page.words, page.settings
    st.markdown(f"**{plain(_name(words, one))}** · {plain(_rhythm(words, one))}")
    st.caption(" · ".join(plain(part) for part in _states(page, one)))
    left, middle, right = st.columns(3)
    with left:
        if one.kind != _ALERTS:
            _changing(page, one)
    with middle:
        is_paused = one.is_paused
        pressed = st.button(
            words("subscribe.resume" if is_paused else "subscribe.pause"),
            icon=f":material/{'play_arrow' if is_paused else 'pause'}:",
            key=f"pause_{one.id}",
            width="stretch",
        )
        if pressed:
            values: dict[str, Any] = {"is_paused": not is_paused}
            if is_paused:
                # What was due in the pause is not made up.
                values["made_at"] = datetime.now(UTC).isoformat()
            subscriptions.change(settings, one.owner, one.id, **values)
            st.rerun()
    with right:
        icon = ":material/unsubscribe:"
        if st.button(words("subscribe.remove"), icon=icon, key=f"remove_{one.id}", width="stretch"):
            subscriptions.remove(settings, one.owner, one.id)
            st.rerun()


def _changing(page: Visit, one: Subscription) -> None:
    words = page.words
    with (
        st.popover(words("subscribe.change"), icon=":material/edit:", width="stretch"),
        st.form(f"change_{one.id}", border=False),
    ):
        wanted = _moments(words, one, one.id)
        if st.form_submit_button(words("subscribe.save"), type="primary", width="stretch"):
            now = datetime.now(UTC).isoformat()
            subscriptions.change(page.settings, one.owner, one.id, made_at=now, **wanted)
            st.rerun()


def _adding(page: Visit, viewer: Viewer, mailbox: Mailbox) -> None:
    words = page.words
    pages = [name for name in TABLES if menu.is_for(viewer.role, name)]
    views = {one.id: one for one in views_of(page.settings, viewer)}
    options = [_ALERTS, *pages, *views]

    def shown(option: str) -> str:
        if option == _ALERTS:
            return words("subscribe.what_alerts")
        if option in views:
            return words("subscribe.what_view", name=views[option].name)
        return words(f"page.{option}")

    with (
        st.expander(words("subscribe.add"), icon=":material/add:"),
        st.form("add_subscription", border=False, clear_on_submit=True),
    ):
        what = str(st.selectbox(words("subscribe.what"), options, format_func=shown, key="subscribe_what"))
        wanted = _moments(words, None, "new")
        if not st.form_submit_button(words("subscribe.save"), type="primary", key="subscribe_save"):
            return
        if what == _ALERTS:
            made = _made(page, mailbox, "alerts", "overview", language=wanted["language"])
        elif what in views:
            found = views[what]
            made = _made(page, mailbox, "view", found.page, found.name, view=found.id, **wanted)
        else:
            made = _made(page, mailbox, "view", what, **wanted)
    if made is None:
        st.error(plain(words("subscribe.refused")), icon=":material/error:")
    else:
        st.rerun()


def _moments(words: Words, one: Subscription | None, key: str) -> dict[str, Any]:
    """The widgets for when, in which language, and whether also without news."""
    rhythms = list(RHYTHMS)
    first, second = st.columns(2)
    rhythm = first.selectbox(
        words("subscribe.how_often"),
        rhythms,
        index=rhythms.index("weekly" if one is None else one.rhythm),
        format_func=lambda name: words(f"rhythm.{name}"),
        key=f"rhythm_{key}",
    )
    hour = second.selectbox(
        words("subscribe.hour"),
        _HOURS,
        index=_FIRST_HOUR if one is None else one.hour,
        format_func=lambda hour: words("subscribe.at", hour=hour),
        key=f"hour_{key}",
    )
    weekday = first.selectbox(
        words("subscribe.weekday"),
        range(7),
        index=0 if one is None else one.weekday,
        format_func=lambda day: words(f"weekday.d{day}"),
        key=f"weekday_{key}",
    )
    day = second.selectbox(
        words("subscribe.day"),
        range(1, LAST_DAY + 1),
        index=0 if one is None else one.day - 1,
        format_func=lambda day: words("subscribe.day_of_month", day=day),
        key=f"day_{key}",
    )
    language = first.selectbox(
        words("subscribe.language"),
        LANGUAGES,
        index=LANGUAGES.index(words.language if one is None else one.language),
        format_func=lambda code: words(f"language.{code}"),
        key=f"language_{key}",
    )
    only = st.checkbox(
        words("subscribe.only_if_changed"), value=one is not None and one.only_if_changed, key=f"only_{key}"
    )
    return {
        "rhythm": rhythm,
        "hour": hour,
        "weekday": weekday,
        "day": day,
        "language": language,
        "only_if_changed": only,
    }


def _made(
    page: Visit, mailbox: Mailbox, kind: Any, name: str, title: str = "", **more: Any
) -> Subscription | None:
    """The subscription that was made; None when it is refused."""
    now = datetime.now(UTC).isoformat()
    try:
        made = subscriptions.new_subscription(
            page.ask.viewer.name, mailbox.id, kind, name, now, name=title, **more
        )
        return subscriptions.add(page.settings, made)
    except UsageError:
        return None


def _told(page: Visit, made: Subscription | None) -> None:
    words = page.words
    if made is None:
        st.error(plain(words("subscribe.refused")), icon=":material/error:")
        return
    at = calendar.next_due(made, datetime.now(UTC), page.settings.timezone)
    moment = page.formats.moment(at.astimezone(UTC)) if at else ""
    st.success(plain(words("subscribe.made", moment=moment)), icon=":material/check_circle:")


def _name(words: Words, one: Subscription) -> str:
    if one.kind == _ALERTS:
        return words("alert.section")
    return one.name or words(f"page.{one.page}")


def _rhythm(words: Words, one: Subscription) -> str:
    weekday = words(f"weekday.d{one.weekday}")
    return words(f"rhythm_at.{one.rhythm}", weekday=weekday, hour=one.hour, day=one.day)


def _states(page: Visit, one: Subscription) -> list[str]:
    """What is next, and what became of the last time."""
    words, formats = page.words, page.formats
    found = [words(f"language.{one.language}")]
    if one.only_if_changed and one.kind != _ALERTS:
        found.append(words("subscribe.only_if_changed"))
    at = calendar.next_due(one, datetime.now(UTC), page.settings.timezone)
    if one.is_paused:
        found.append(words("subscribe.paused"))
    elif at is not None:
        found.append(words("subscribe.next", moment=formats.moment(at.astimezone(UTC))))
    if one.last_sent_at:
        sent = datetime.fromisoformat(one.last_sent_at).astimezone(UTC)
        found.append(words("subscribe.last", moment=formats.moment(sent)))
    else:
        found.append(words("subscribe.never"))
    if one.state not in ("", "sent"):
        found.append(words(f"mail_state.{one.state}"))
    return found
