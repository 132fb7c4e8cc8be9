"""A chart in words, for readers who cannot see it: what its marks say when they are pointed at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from dashboards.catalogue import Words

# Longer than this nobody listens to a picture; the page's tables and downloads hold the rest.
MOST_MARKS = 12


def described(spec: Mapping[str, Any], title: str, words: Words) -> str:
    """The title, then up to `MOST_MARKS` marks by the titles and values of their tooltips."""
    told = list(dict.fromkeys(_marks(spec, words)))
    if not told:
        return title
    more = len(told) - MOST_MARKS
    said = told[:MOST_MARKS] + ([words("chart.more", n=more)] if more > 0 else [])
    return words("chart.told", title=title, marks=words("format.semicolon").join(said))


def _marks(spec: Mapping[str, Any], words: Words) -> Iterator[str]:
    for layer in (spec, *spec.get("layer", ())):
        shown = layer.get("encoding", {}).get("tooltip")
        if not isinstance(shown, list):
            continue
        data = layer.get("data") or spec.get("data", {})
        named = spec.get("datasets", {}).get(data.get("name"), ())
        for value in data.get("values", named):
            parts = [f"{one.get('title', '')} {value.get(one['field'], '')}".strip() for one in shown]
            yield words("format.comma").join(parts)
