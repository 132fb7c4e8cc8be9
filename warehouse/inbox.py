"""What waits for one account: where it is mentioned, and questions of candidates that nobody has answered.

The marts know what the last build has taken, the events of the platform what was said since; a mention that
stands in both is one. Nobody finds an interview here that they may not see.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

from warehouse import platform_events
from warehouse.account_shelves import Shelves
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import Viewer

# The topic of questions for feedback and their replies.
WAITING = "feedback"
READERS = ("hr", "department_head")
_QUESTION, _REPLY = "feedback_question", "feedback_reply"
_MOST = 500
_READ = "read"
_MENTIONS = f"""
    select comment_id, interview_id, author_id, kind, created_at from marts.interview_comments
    where list_contains(mentions, $who) order by created_at desc limit {_MOST}
"""
_ASKED = f"""
    select comment_id, interview_id, author_id, kind, created_at from marts.interview_comments
    where is_waiting order by created_at limit {_MOST}
"""
# A join: a list would be gone through for every row.
_SEEN = """
    select interview_id from marts.interview_results
    join (select unnest(string_split($ids, ',')) as interview_id) asked using (interview_id)
"""
_BUILT = """
    select comment_id from marts.interview_comments
    join (select unnest(string_split($ids, ',')) as comment_id) asked using (comment_id)
"""
_Row = dict[str, Any]


@dataclass(frozen=True)
class Item:
    """A comment that mentions the account, or a question that waits."""

    comment_id: str
    interview_id: str
    author_id: str
    kind: str
    created_at: dt.datetime
    is_read: bool = False


def mention_of(account: str) -> str:
    """The topic of what mentions an account."""
    return f"mention|{account}"


def mark(settings: Settings, viewer: Viewer) -> str:
    """Changes whenever something was said or read: a good key for caches, beside the published version."""
    return f"{said_mark(settings)}|{_shelves(settings).mark(viewer.name)}"


def said_mark(settings: Settings) -> str:
    """The same for what was said alone."""
    return platform_events.waiting_mark(settings)


def with_readings(settings: Settings, viewer: Viewer, items: Iterable[Item]) -> list[Item]:
    """The items as the viewer has marked them by now."""
    read = set(_shelves(settings).read(viewer.name).get(_READ, ()))
    return [replace(item, is_read=item.comment_id in read) for item in items]


def mentions(settings: Settings, viewer: Viewer, marts: Marts) -> list[Item]:
    """Where the viewer is mentioned, the newest first; nothing for roles that read no comments."""
    if viewer.role not in READERS:
        return []
    built = _asked(marts, viewer, _MENTIONS, who=viewer.name)
    known = {row["comment_id"] for row in built}
    said = platform_events.events_about(settings, mention_of(viewer.name))
    since = [_of_event(event) for event in said if event.row["comment_id"] not in known]
    rows = [*built, *_visible(marts, viewer, since)]
    found = with_readings(settings, viewer, map(_item, rows))
    return sorted(found, key=lambda item: (item.created_at, item.comment_id), reverse=True)


def waiting(settings: Settings, viewer: Viewer, marts: Marts) -> list[Item]:
    """The questions of candidates that nobody has answered, the oldest first."""
    if viewer.role not in READERS:
        return []
    events = [_of_event(event) for event in platform_events.events_about(settings, WAITING)]
    ids = ",".join(row["comment_id"] for row in events)
    built = {row["comment_id"] for row in _asked(marts, viewer, _BUILT, ids=ids)} if events else set()
    since = _visible(marts, viewer, [row for row in events if row["comment_id"] not in built])
    replies: dict[str, list[_Row]] = {}
    for row in since:
        if row["kind"] == _REPLY:
            replies.setdefault(row["interview_id"], []).append(row)
    asked = _asked(marts, viewer, _ASKED) + [row for row in since if row["kind"] == _QUESTION]
    open_ = [
        _item(row)
        for row in asked
        if not any(_answers(reply, row) for reply in replies.get(row["interview_id"], ()))
    ]
    return sorted(open_, key=lambda item: (item.created_at, item.comment_id))


def mark_read(settings: Settings, viewer: Viewer, items: Iterable[Item], *, there: Sequence[Item]) -> None:
    """Notes these as read; what is not `there` any more is not kept."""
    ids = {item.comment_id for item in there}
    with _shelves(settings).changing(viewer.name) as content:
        read = set(content.get(_READ, ())) | {item.comment_id for item in items}
        content[_READ] = sorted(read & ids)


def mark_unread(settings: Settings, viewer: Viewer, item: Item) -> None:
    """Takes the note back."""
    with _shelves(settings).changing(viewer.name) as content:
        content[_READ] = [one for one in content.get(_READ, ()) if one != item.comment_id]


def forget(settings: Settings, words: Collection[str]) -> int:
    """Takes away the inboxes of accounts that are one of these words, and notes of one; how many inboxes."""
    needles = {word.casefold() for word in words if word}
    gone = 0
    for found in list(_shelves(settings).all()):
        owner = found["owner"]
        if owner.casefold() in needles:
            gone += _shelves(settings).remove(owner)
            continue
        with _shelves(settings).changing(owner) as content:
            read = [one for one in content.get(_READ, ()) if one.casefold() not in needles]
            gone += len(read) < len(content.get(_READ, ()))
            content[_READ] = read
    return gone


def _asked(marts: Marts, viewer: Viewer, sql: str, **parameters: str) -> list[_Row]:
    rows: list[_Row] = marts.query(sql, parameters, viewer=viewer).to_pylist()
    return rows


def _visible(marts: Marts, viewer: Viewer, rows: list[_Row]) -> list[_Row]:
    """Those about interviews that the viewer may see."""
    if not rows:
        return []
    ids = ",".join(sorted({row["interview_id"] for row in rows}))
    seen = {row["interview_id"] for row in _asked(marts, viewer, _SEEN, ids=ids)}
    return [row for row in rows if row["interview_id"] in seen]


def _of_event(event: platform_events.Event) -> _Row:
    return {**event.row, "created_at": dt.datetime.fromisoformat(event.row["created_at"])}


def _answers(reply: _Row, question: _Row) -> bool:
    is_by_another = reply["author_id"] != question["author_id"]
    return bool(is_by_another and reply["created_at"] >= _utc(question["created_at"]))


def _item(row: _Row) -> Item:
    said_at = _utc(row["created_at"])
    return Item(row["comment_id"], row["interview_id"], row["author_id"], row["kind"], said_at)


def _utc(moment: dt.datetime) -> dt.datetime:
    return moment.replace(tzinfo=dt.UTC) if moment.tzinfo is None else moment.astimezone(dt.UTC)


def _shelves(settings: Settings) -> Shelves:
    return Shelves(settings, "inboxes")
