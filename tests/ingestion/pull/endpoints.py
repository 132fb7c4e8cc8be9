"""A small HR system behind HTTP: it keeps people, filters by their last change, cuts pages its own way."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.ingestion.pull.pulling import Pulling
from tests.ingestion.pull.server import Asked, Reply, Server


def person(number: int, day: int | None = None) -> dict[str, Any]:
    """An employee, last changed on a day of March 2025."""
    day = number if day is None else day
    changed = f"2025-03-{day:02}T08:00:00+08:00"
    return {"employee_id": f"E{number}", "hired_on": f"2024-03-{day:02}", "updated_at": changed}


@dataclass
class People:
    """Answers in pages of three."""

    server: Server
    rows: list[dict[str, Any]] = field(default_factory=lambda: [person(number) for number in range(1, 8)])
    size: int = 3
    # Called with the number of the page (from 0) before it is answered; a reply replaces it.
    instead: Callable[[int], Reply | None] = lambda page: None

    def _selected(self, asked: Asked) -> list[dict[str, Any]]:
        since = asked.query.get("updated_since", "")
        return [row for row in self.rows if row["updated_at"] >= since]

    def _part(self, asked: Asked, first: int) -> tuple[list[dict[str, Any]], bool]:
        rows = self._selected(asked)
        return rows[first : first + self.size], first + self.size < len(rows)

    def by_page(self, asked: Asked) -> Reply:
        page = int(asked.query.get("page", "1")) - 1
        return self.instead(page) or Reply({"data": self._part(asked, page * self.size)[0]})

    def by_offset(self, asked: Asked) -> Reply:
        first = int(asked.query.get("start", "0"))
        return self.instead(first // self.size) or Reply({"data": self._part(asked, first)[0]})

    def by_cursor(self, asked: Asked) -> Reply:
        token = asked.query.get("after")
        first = int(base64.b64decode(token)) if token else 0
        rows, more = self._part(asked, first)
        following = base64.b64encode(str(first + self.size).encode()).decode() if more else None
        return self.instead(first // self.size) or Reply({"data": rows, "meta": {"next": following}})

    def by_next_url(self, asked: Asked) -> Reply:
        first = int(asked.query.get("from", "0"))
        rows, more = self._part(asked, first)
        since = asked.query.get("updated_since", "")
        following = f"/people?from={first + self.size}&updated_since={since.replace('+', '%2B')}"
        body = {"data": rows} | ({"links": {"next": following}} if more else {})
        return self.instead(first // self.size) or Reply(body)

    def by_link(self, asked: Asked) -> Reply:
        reply = self.by_next_url(asked)
        if not isinstance(reply.body, dict) or "data" not in reply.body:
            return reply
        following = reply.body.get("links", {}).get("next")
        headers = {"link": f'<{self.server.url}{following}>; rel="next", </first>; rel="first"'}
        return Reply({"data": reply.body["data"]}, headers=headers if following else {})


PAGINGS = {
    "page": "{style: page}",
    "offset": "{style: offset, parameter: start}",
    "cursor": "{style: cursor, parameter: after, next: meta.next}",
    "next_url": "{style: next_url, next: links.next}",
    "link": "{style: link}",
}


def configuration(server: Server, paging: str = "{style: none}", more: str = "") -> str:
    """A pull of people."""
    return (
        f"kind: rest\nsource: employees\nbase_url: {server.url}\npath: /people\nrecords: data\n"
        f"cursor: {{column: updated_at, parameter: updated_since}}\npaging: {paging}\n{more}"
    )


def people_behind(style: str, server: Server, pulling: Pulling, more: str = "") -> People:
    """The HR system and a pull from it, in one of the five ways of paging."""
    people = People(server)
    server.answer = getattr(people, f"by_{style}")
    pulling.configure("people", configuration(server, PAGINGS[style], more))
    return people


def as_json(rows: list[dict[str, Any]]) -> str:
    """Rows in an order of their own, to be compared."""
    return json.dumps(sorted(rows, key=lambda row: str(row["employee_id"])), sort_keys=True)
