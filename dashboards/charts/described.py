"""A chart in words, for readers who cannot see it: what its marks say when they are pointed at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from dashboards.ask import Row
from dashboards.catalogue import Words

# Longer than this nobody listens to a picture; the page's tables and downloads hold the rest.
MOST_MARKS = 12


def described(spec: Mapping[str, Any], title: str, words: Words) -> str:
    """The title, then the first `MOST_MARKS` marks by the titles and values of their tooltips."""
    said: dict[str, None] = {}
    for shown, values in _told(spec):
        for value in values:
            if len(said) == MOST_MARKS:
                break
            said[_mark(shown, value, words)] = None
    if not said:
        return title
    rest = [words("chart.more")] if len(said) == MOST_MARKS else []
    return words("chart.told", title=title, marks=words("format.semicolon").join([*said, *rest]))


def _told(spec: Mapping[str, Any]) -> Iterator[tuple[Sequence[Row], Sequence[Row]]]:
    """Tooltips and values of each set of data; layers that draw the same values tell them once."""
    known: list[object] = []
    for layer in (spec, *spec.get("layer", ())):
        shown = layer.get("encoding", {}).get("tooltip")
        data = layer.get("data") or spec.get("data", {})
        if isinstance(shown, list) and data not in known:
            known.append(data)
            yield shown, data.get("values", spec.get("datasets", {}).get(data.get("name"), ()))


def _mark(shown: Sequence[Row], value: Row, words: Words) -> str:
    parts = (f"{one.get('title', '')} {value.get(one['field'], '')}".strip() for one in shown)
    return words("format.comma").join(parts)
