"""What is said about one interview: comments of HR and the department, questions of the candidate, replies.

Who may see an interview's result and is no analyst sees and writes comments; the candidate sees the questions
and replies alone. It is one list, whatever system a comment came from: what was written on the pages shows at
once, and once only when the next build has taken it into raw. Texts are opened in memory.
"""

from __future__ import annotations

import datetime as dt
import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace

from warehouse import audit, platform_events
from warehouse.account_admin import Account, users
from warehouse.errors import QueryRefusedError
from warehouse.grants import scope_of
from warehouse.inbox import WAITING, mention_of
from warehouse.marts import Marts
from warehouse.note_marks import Marked, with_marks, without_marks
from warehouse.sealed_raw import Opener, Row, latest_rows
from warehouse.settings import Settings
from warehouse.viewer import Viewer

SOURCE = "comments"
NOTE, SUPPLEMENT, QUESTION, REPLY = "note", "request_supplement", "feedback_question", "feedback_reply"
HR, HEAD, CANDIDATE = "hr", "department_head", "candidate"
LONGEST = 4_000
_FEEDBACK = (QUESTION, REPLY)
_COLUMNS = ("comment_id", "interview_id", "author_id", "mentions", "kind", "created_at")
_KNOWN = "select candidate_id, department_id from marts.interview_results where interview_id = $interview"


class TalkRefusedError(QueryRefusedError):
    """Somebody may not read or write this; `why` is for pages, which have their own words."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


@dataclass(frozen=True)
class Said:
    """One comment. `marked` is None when its text is gone for good, or was never delivered.

    `waits`: said on the pages and taken by no build yet. `number`: its place among the events.
    """

    comment_id: str
    author_id: str
    kind: str
    created_at: dt.datetime
    mentions: tuple[str, ...] = ()
    marked: Marked | None = field(default=None, repr=False)
    is_by_candidate: bool = False
    waits: bool = False
    number: int | None = None


@dataclass(frozen=True)
class Place:
    """An interview of which somebody may speak."""

    interview_id: str
    candidate_id: str
    department_id: str | None


def place_of(settings: Settings, interview_id: str, viewer: Viewer, marts: Marts) -> Place:
    """The interview, where the viewer may speak of it; `TalkRefusedError`, one sentence, where not."""
    if viewer.role not in (HR, HEAD, CANDIDATE):
        raise TalkRefusedError(
            "Comments are for HR, the head of the department, and the candidate's own questions.", "role"
        )
    scope_of(settings, viewer)
    rows = marts.query(_KNOWN, {"interview": interview_id}, viewer=viewer).to_pylist()
    if not rows:
        raise TalkRefusedError(f"There is no interview {interview_id} that you can see.", "unknown")
    return Place(interview_id, rows[0]["candidate_id"], rows[0]["department_id"])


def thread(settings: Settings, interview_id: str, viewer: Viewer, *, marts: Marts) -> list[Said]:
    """What was said about an interview and the viewer may read, oldest first."""
    return said_at(settings, place_of(settings, interview_id, viewer, marts), viewer)


def said_at(settings: Settings, place: Place, viewer: Viewer) -> list[Said]:
    """The same for a place that was found for this viewer just now."""
    interview_id = place.interview_id
    rows = latest_rows(settings, SOURCE, "comment_id", _COLUMNS, "text", interview_id)
    opener = Opener(settings, rows)
    found = {row["comment_id"]: _from_raw(row, place, opener) for row in rows}
    for event in platform_events.events_of(settings, place.candidate_id):
        row = event.row
        if event.source == SOURCE and row["interview_id"] == interview_id and row["comment_id"] not in found:
            said = _said(row, dt.datetime.fromisoformat(row["created_at"]), row["text"], place)
            found[said.comment_id] = replace(said, waits=event.waits, number=event.number)
    readable = [said for said in found.values() if viewer.role != CANDIDATE or said.kind in _FEEDBACK]
    return sorted(readable, key=lambda said: (said.created_at, said.comment_id))


def unanswered(talk: Sequence[Said]) -> list[Said]:
    """The questions of a thread that nobody else has replied to since, as the mart counts them."""
    replies = [said for said in talk if said.kind == REPLY]
    return [
        said
        for said in talk
        if said.kind == QUESTION
        and not any(r.author_id != said.author_id and r.created_at >= said.created_at for r in replies)
    ]


def can_be_mentioned(settings: Settings, place: Place, viewer: Viewer) -> list[Account]:
    """The accounts that see what is said of an interview, heads first, without the viewer's own."""
    moment = dt.datetime.now(dt.UTC)

    def sees(account: Account) -> bool:
        if account.role == HEAD:
            held = [one for one in account.grants if one.holds(moment)]
            return any(one.department_id == place.department_id for one in held)
        return account.role == HR

    found = [account for account in users(settings) if account.name != viewer.name and sees(account)]
    return sorted(found, key=lambda account: (account.role != HEAD, account.name))


def comment(
    settings: Settings,
    interview_id: str,
    viewer: Viewer,
    said: Marked,
    *,
    mentions: Collection[str] = (),
    marts: Marts,
) -> str:
    """Adds a comment of HR or the head; returns its id."""
    place = _of_staff(settings, interview_id, viewer, marts)
    return _say(settings, place, viewer, NOTE, said, mentions)


def request_supplement(
    settings: Settings,
    interview_id: str,
    viewer: Viewer,
    said: Marked,
    *,
    mentions: Collection[str] = (),
    marts: Marts,
) -> str:
    """Asks for a supplementary interview, with a reason; `TalkRefusedError` while another request waits."""
    place = _of_staff(settings, interview_id, viewer, marts)
    if said.reason is None:
        raise TalkRefusedError("Say why a supplementary interview is asked for.", "reason")
    if any(
        one.kind == SUPPLEMENT and one.waits for one in thread(settings, interview_id, viewer, marts=marts)
    ):
        raise TalkRefusedError("A supplementary interview was asked for already.", "twice")
    return _say(settings, place, viewer, SUPPLEMENT, said, mentions)


def take_back(
    settings: Settings, interview_id: str, viewer: Viewer, comment_id: str, *, marts: Marts
) -> None:
    """Takes back what the viewer wrote and no build has taken yet; `TalkRefusedError` when it is too late."""
    talk = thread(settings, interview_id, viewer, marts=marts)
    said = next((one for one in talk if one.comment_id == comment_id), None)
    if said is None or said.author_id != _author(settings, viewer):
        raise TalkRefusedError("This is nothing that you wrote.", "not_own")
    if said.number is None or not said.waits:
        raise TalkRefusedError("This was handed over already and cannot be taken back any more.", "late")
    _record(settings, viewer, interview_id, said.kind, taken_back=1)
    platform_events.take_back(settings, said.number)


def ask(settings: Settings, interview_id: str, viewer: Viewer, text: str, *, marts: Marts) -> str:
    """A question of the candidate about the own result; returns its id."""
    place = place_of(settings, interview_id, viewer, marts)
    if viewer.role != CANDIDATE:
        raise TalkRefusedError("Questions about a result are the candidate's own.", "role")
    return _say(settings, place, viewer, QUESTION, Marked(text), ())


def reply(settings: Settings, interview_id: str, viewer: Viewer, text: str, *, marts: Marts) -> str:
    """An answer to the candidate, who reads it in the portal; `TalkRefusedError` when nothing was asked."""
    place = _of_staff(settings, interview_id, viewer, marts)
    talk = thread(settings, interview_id, viewer, marts=marts)
    if not any(said.kind == QUESTION for said in talk):
        raise TalkRefusedError("The candidate has asked nothing that could be replied to.", "not_asked")
    return _say(settings, place, viewer, REPLY, Marked(text), ())


def _of_staff(settings: Settings, interview_id: str, viewer: Viewer, marts: Marts) -> Place:
    if viewer.role == CANDIDATE:
        raise TalkRefusedError("Comments are for HR and the head of the department.", "role")
    return place_of(settings, interview_id, viewer, marts)


def _say(
    settings: Settings, place: Place, viewer: Viewer, kind: str, said: Marked, mentions: Collection[str]
) -> str:
    text = with_marks(said)
    if not (text if kind == SUPPLEMENT else said.text.strip()) or len(text) > LONGEST:
        raise TalkRefusedError(f"Write between one and {LONGEST:,} characters.", "length")
    known = {account.name for account in can_be_mentioned(settings, place, viewer)} if mentions else set()
    if not set(mentions) <= known:
        raise TalkRefusedError(
            "Mention only those who see this interview: HR, and heads with a grant for it.", "mention"
        )
    _record(settings, viewer, place.interview_id, kind)
    row = {
        "comment_id": f"PF-{secrets.token_hex(8)}",
        "interview_id": place.interview_id,
        "author_id": _author(settings, viewer),
        "mentions": sorted(set(mentions)),
        "text": text,
        "kind": kind,
        "created_at": platform_events.now(),
    }
    topics = [mention_of(name) for name in row["mentions"]] + ([WAITING] if kind in _FEEDBACK else [])
    platform_events.append(settings, place.candidate_id, SOURCE, row, topics=topics)
    return str(row["comment_id"])


def _author(settings: Settings, viewer: Viewer) -> str:
    """Accounts write under their name, candidates under their id, as other systems have it."""
    return scope_of(settings, viewer).candidate_id or viewer.name


def _record(settings: Settings, viewer: Viewer, interview_id: str, kind: str, taken_back: int = 0) -> None:
    audit.record(
        settings,
        who=viewer.name,
        role=viewer.role,
        action="supplement_requested" if kind == SUPPLEMENT else "comment",
        subject=f"interview:{interview_id}",
        kind=kind,
        taken_back=taken_back,
    )


def _from_raw(row: Row, place: Place, opener: Opener) -> Said:
    return _said(row, row["created_at"], opener.text(row, SOURCE, "text", row["comment_id"]), place)


def _said(row: platform_events.Row, created_at: dt.datetime, text: str | None, place: Place) -> Said:
    return Said(
        comment_id=row["comment_id"],
        author_id=row["author_id"],
        kind=row["kind"] or NOTE,
        created_at=created_at,
        mentions=tuple(row["mentions"] or ()),
        marked=None if text is None else without_marks(text),
        is_by_candidate=row["author_id"] == place.candidate_id,
    )
