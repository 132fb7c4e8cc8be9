"""Lists and the words of a speech recogniser, as text."""

from __future__ import annotations

import json
import re

from ingestion.values.unreadable import UnreadableError

_SEPARATORS = re.compile(r"[,;，；、|\n]")


def parse_list(text: str) -> list[str]:
    """A JSON list, or items between commas, semicolons, 、, | or line breaks."""
    if text.startswith("["):
        try:
            items = json.loads(text)
        except (ValueError, RecursionError):
            raise UnreadableError("{value} is not a list", "not_a_list") from None
    else:
        items = _SEPARATORS.split(text)
    return [str(item).strip() for item in items if item is not None and str(item).strip()]


def parse_words(text: str) -> str:
    """The JSON text of a list of {w, start_ms, end_ms}."""
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        raise UnreadableError("{value} is not JSON", "not_json") from None
    if not isinstance(items, list) or not all(isinstance(item, dict) and "w" in item for item in items):
        raise UnreadableError("{value} is not a list of words with w, start_ms and end_ms", "not_words")
    return text
