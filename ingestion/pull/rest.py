"""Rows of a paged REST endpoint, page by page; cut short, it goes on behind the last complete page."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ingestion.pull.clock import Clock
from ingestion.pull.config import RestPull
from ingestion.pull.cursor import Value, earlier
from ingestion.pull.errors import ExpiredError, LoopError, PullError, StatusError
from ingestion.pull.files import JsonLinesWriter
from ingestion.pull.origin import Chunk
from ingestion.pull.secret_values import Secrets
from ingestion.pull.state import Position
from ingestion.pull.web import Answer, Request, Web

_EMPTY_PAGES = 100
_GONE = frozenset({400, 404, 410, 422})
# Keys by which answers usually say that there is more.
_MORE_KEYS = (
    "next",
    "next_url",
    "next_page",
    "next_cursor",
    "nextPageToken",
    "has_more",
    "hasMore",
    "hasNext",
)


class Rest:
    """One endpoint, as the pull's configuration names it."""

    # The order of pages is the server's own: only the last one ends a pull.
    is_ordered = False

    def __init__(self, pull: RestPull, secrets: Secrets, clock: Clock) -> None:
        self._pull, self._paging, self._secrets = pull, pull.paging, secrets
        self._web = Web(pull, secrets, clock)
        self._notes: list[str] = []
        if self._web.sends_secrets_in_clear():
            self._notes.append("The secret travels unencrypted over http; ask for an https address.")

    def chunks(self, since: Value, position: Position | None = None) -> Iterator[Chunk]:
        """A chunk a page. Raises `ExpiredError` when `position` leads nowhere any more, `LoopError` for pages
        without end."""
        parameters = self._parameters(since)
        guard = _LoopGuard(self._paging.max_pages)
        request, number, is_repeat = self._begin(parameters, position)
        is_first = True
        while request is not None:
            guard.asks(request)
            try:
                answer = self._web.ask(request)
            except StatusError as error:
                if error.status in self._paging.end_status and not is_first:
                    return
                if is_first and position is not None and error.status in _GONE:
                    raise ExpiredError("the place where it was cut short is gone") from None
                raise
            rows = self._records(answer.body)
            content = guard.meets(rows)
            if is_repeat and position is not None and content != position["digest"]:
                raise ExpiredError("the pages have moved since it was cut short")
            following = self._after(answer, rows, parameters, number)
            here = self._position(following, number, content)
            number += len(rows) if self._paging.style == "offset" else 1
            if not is_repeat:
                yield Chunk(rows, here, answer.said_at)
            if is_first and not is_repeat:
                self._look_for_more(answer, rows, following)
            request, is_repeat, is_first = following, False, False

    def writer(self, folder: Path) -> JsonLinesWriter:
        """JSON Lines, which keep what is nested."""
        return JsonLinesWriter(folder)

    def notes(self) -> list[str]:
        """What was odd."""
        return list(self._notes)

    def close(self) -> None:
        """Ends the connections."""
        self._web.close()

    def _parameters(self, since: Value) -> dict[str, Any]:
        pull = self._pull
        sent: dict[str, Any] = dict(pull.parameters)
        if self._paging.size_parameter is not None:
            sent[self._paging.size_parameter] = self._paging.size
        if pull.cursor is not None:
            start = (
                pull.cursor.start
                if since is None
                else earlier(since, pull.cursor.overlap_minutes, pull.cursor.unit)
            )
            if start is not None:
                sent[str(pull.cursor.parameter)] = start
        return sent

    def _begin(
        self, parameters: dict[str, Any], position: Position | None
    ) -> tuple[Request | None, int, bool]:
        """The first request, its number (page or offset), and whether its page has landed already."""
        paging = self._paging
        if position is not None and position.get("style") != paging.style:
            raise ExpiredError("the paging has changed since it was cut short")
        number = paging.first_number if position is None else int(position.get("number", 0))
        if paging.style in ("page", "offset"):
            # The last complete page is asked for again: when it has changed, later ones have moved.
            return (
                Request(self._web.url, {**parameters, paging.sent_as: number}),
                number,
                position is not None,
            )
        if position is None:
            return Request(self._web.url, parameters), number, False
        if paging.style == "cursor":
            return Request(self._web.url, {**parameters, paging.sent_as: position["next"]}), number, False
        return Request(self._web.absolute(str(position["next"]), self._web.url)), number, False

    def _after(
        self, answer: Answer, rows: list[dict[str, Any]], parameters: dict[str, Any], number: int
    ) -> Request | None:
        """The request for the next page, or None after the last one."""
        paging = self._paging
        if paging.more is not None and not _found(answer.body, paging.more):
            return None
        if paging.style in ("page", "offset"):
            # A short page may be due to the server's own limit: only an empty one is the end.
            step = len(rows) if paging.style == "offset" else 1
            return Request(self._web.url, {**parameters, paging.sent_as: number + step}) if rows else None
        if paging.style == "link":
            return Request(self._web.absolute(answer.next_link, answer.url)) if answer.next_link else None
        following = _found(answer.body, paging.next) if paging.next else None
        if following in (None, "", False):
            return None
        if not isinstance(following, str | int):
            raise PullError(
                f"what stands at {paging.next} is neither a cursor nor an address; check paging.next"
            )
        if paging.style == "cursor":
            return Request(self._web.url, {**parameters, paging.sent_as: following})
        return Request(self._web.absolute(str(following), answer.url))

    def _position(self, following: Request | None, number: int, content: str) -> Position | None:
        """Where to go on behind this page; None where that is the end, or holds a secret."""
        style = self._paging.style
        if following is None:
            return None
        if style in ("page", "offset"):
            return {"style": style, "number": number, "digest": content}
        parameters = following.parameters or {}
        following_place = parameters[self._paging.sent_as] if style == "cursor" else following.url
        if self._secrets.are_in(str(following_place)):
            return None
        return {"style": style, "next": following_place}

    def _records(self, body: Any) -> list[dict[str, Any]]:
        place = self._pull.records
        records = _found(body, place) if place else body
        if not isinstance(records, list):
            lists = (
                sorted(key for key, value in body.items() if isinstance(value, list))
                if isinstance(body, dict)
                else []
            )
            has = f"; it has lists at {', '.join(lists[:5])}" if lists else ""
            where = f"at {place}" if place else "in the answer itself"
            raise PullError(f"there is no list {where}{has}; name its place as records")
        if not all(isinstance(record, dict) for record in records):
            raise PullError(
                "the list holds something else than objects; name the place of the right list as records"
            )
        return records

    def _look_for_more(self, answer: Answer, rows: list[dict[str, Any]], following: Request | None) -> None:
        """Says when a first page was taken for the last one and does not look like it."""
        if following is not None or not rows or not isinstance(answer.body, dict | list):
            return
        paging, body = self._paging, answer.body if isinstance(answer.body, dict) else {}
        if paging.style == "none" and (answer.next_link or any(body.get(key) for key in _MORE_KEYS)):
            self._notes.append("The answer speaks of a next page, and paging is none: name how pages follow.")
        # Without a size to compare with: servers cut pages at 10, 25, 50, 100 …
        is_whole = len(rows) >= (paging.size or 10) and (paging.size is not None or len(rows) % 5 == 0)
        if paging.next and is_whole and not _has(answer.body, paging.next):
            self._notes.append(
                f"The answer has no {paging.next}, so its first page was taken for the last one."
            )


class _LoopGuard:
    """Notices pages that never end: asked for twice, with the same rows twice, empty, or too many."""

    def __init__(self, max_pages: int) -> None:
        self._max_pages = max_pages
        self._asked: set[str] = set()
        self._met: set[str] = set()
        self._empty = 0

    def asks(self, request: Request) -> None:
        """Before each request."""
        asked = _digest([request.url, dict(request.parameters or {})])
        if asked in self._asked:
            raise LoopError("the server names a page as the next one that was read before; check paging")
        self._asked.add(asked)
        if len(self._asked) > self._max_pages:
            raise LoopError(
                f"there are more than {self._max_pages:,} pages; raise max_pages, or check paging"
            )

    def meets(self, rows: list[dict[str, Any]]) -> str:
        """After each answer; the digest of its rows."""
        digest = _digest(rows)
        self._empty = 0 if rows else self._empty + 1
        if self._empty > _EMPTY_PAGES:
            raise LoopError(
                f"the server sent {_EMPTY_PAGES} empty pages and always names a next one; check paging"
            )
        if rows and digest in self._met:
            raise LoopError("the server sends the same page again and again; check the parameter of paging")
        self._met.add(digest)
        return digest


def _digest(value: Any) -> str:
    return hashlib.blake2b(
        json.dumps(value, sort_keys=True, default=str).encode(), digest_size=16
    ).hexdigest()


def _found(body: Any, place: str | None) -> Any:
    """What stands at a dotted place of an answer; None where there is nothing."""
    for key in (place or "").split("."):
        body = body.get(key) if isinstance(body, dict) else None
    return body


def _has(body: Any, place: str) -> bool:
    """Whether an answer has a dotted place at all, also with nothing in it."""
    above, _, last = place.rpartition(".")
    holder = _found(body, above) if above else body
    return isinstance(holder, dict) and last in holder
