"""Whom lines of the audit log are about: by name where the warehouse knows one, the id behind it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dashboards.frame import Visit
from warehouse.audit_log import Entry
from warehouse.audit_names import PEOPLE


def names_of(page: Visit, entries: Sequence[Entry]) -> Mapping[str, str]:
    """`kind:id` → the person's name, for candidates, employees and whose interview it is."""
    subjects = {text for entry in entries for text in (entry.subject, entry.who) if _is_person(text)}
    ids = ",".join(sorted({text.partition(":")[2] for text in subjects}))
    if not ids:
        return {}
    return {f"{row['kind']}:{row['id']}": row["name"] for row in page.ask.rows("audit_people", ids=ids)}


def told(page: Visit, text: str, names: Mapping[str, str]) -> str:
    """A subject in words: a person's name and id, else what it is and its id; anything else as it is."""
    kind, colon, name = text.partition(":")
    if not colon:
        return text
    words = page.words
    if text in names:
        return words("audit.person", name=names[text], id=name)
    known = f"audit_subject.{kind}"
    return (
        words("audit.thing", kind=words.of("audit_subject", kind), id=name)
        if known in words.entries
        else text
    )


def _is_person(text: str) -> bool:
    kind, colon, name = text.partition(":")
    return bool(colon) and kind in PEOPLE and not name.startswith("#")
