"""What `scorehouse rate` said and how it ended."""

from __future__ import annotations

from typing import NamedTuple


class Said(NamedTuple):
    """Exit code and what was printed."""

    code: int
    out: str
    err: str


def is_one_sentence(text: str) -> bool:
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text
