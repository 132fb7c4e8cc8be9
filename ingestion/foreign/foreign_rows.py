"""The rows of another system's file: columns by header or dotted path, single values out of nested JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from ingestion.foreign.profile_tables import ANYTHING
from ingestion.rows.headers import fold, is_emotion
from ingestion.values.arrays import as_text, number_text, plain, tidy

EACH = "*"


def find_header(headers: Iterable[str], wanted: str) -> str | None:
    """The header that is meant: as it is written, else whatever its case, spaces and punctuation."""
    folded = fold(wanted)
    alike = None
    for header in headers:
        if header == wanted:
            return header
        if alike is None and fold(header) == folded:
            alike = header
    return alike


def has_header(headers: Iterable[str], path: str) -> bool:
    """Whether a header or the first part of a dotted path is there."""
    known = list(headers)
    return find_header(known, path) is not None or find_header(known, path.partition(".")[0]) is not None


def deleted_rows(
    columns: Mapping[str, pa.Array], count: int, deleted_when: Mapping[str, str] | None
) -> npt.NDArray[np.bool_]:
    """N rows → which the other system has deleted: any of the conditions holds (`*`: any value)."""
    deleted = np.zeros(count, dtype=bool)
    for wanted, value in (deleted_when or {}).items():
        header = find_header(columns, wanted)
        if header is None:
            continue
        text = tidy(as_text(plain(columns[header])))
        hit = pc.is_valid(text) if value == ANYTHING else pc.equal(pc.utf8_lower(text), value.lower())
        deleted |= pc.fill_null(hit, False).to_numpy(zero_copy_only=False)
    return deleted


class ForeignRows:
    """N rows of one batch."""

    def __init__(self, columns: Mapping[str, pa.Array], count: int) -> None:
        self.columns = columns
        self.count = count
        self._found: dict[str, str | None] = {}
        self._objects: dict[str, list[object]] = {}

    def texts(self, path: str) -> pa.Array | None:
        """The values under a header or a dotted path as texts, empty ones null; None without the header."""
        header = self._header(path)
        if header is not None:
            return tidy(as_text(plain(self.columns[header])))
        if self._header(path.partition(".")[0]) is None:
            return None
        return tidy(pa.array([_text(value) for value in self.objects(path)], pa.string()))

    def objects(self, path: str) -> list[object]:
        """The Python value that each row has under a path: lists and objects out of JSON text."""
        root, _, rest = path.partition(".")
        header = self._header(path)
        if header is not None:
            root, rest = path, ""
        else:
            header = self._header(root)
        if header is None:
            return [None] * self.count
        if header not in self._objects:
            self._objects[header] = [_parsed(value) for value in plain(self.columns[header]).to_pylist()]
        steps = rest.split(".") if rest else []
        return [_walk(value, steps) for value in self._objects[header]]

    def as_json(self, rows: list[int]) -> list[str]:
        """The rows as JSON objects under their own headers, without absent values and inferred emotion."""
        columns = without_emotion(self.columns)
        taken = {header: array.take(pa.array(rows)) for header, array in columns.items()}
        # Times as text: Python has no dates beyond the year 9999, and a bad row may hold one.
        lists = [
            (as_text(array) if pa.types.is_temporal(array.type) else array).to_pylist()
            for array in taken.values()
        ]
        return [
            json.dumps(
                {header: value for header, value in zip(taken, row, strict=True) if value is not None},
                default=str,
            )
            for row in zip(*lists, strict=True)
        ]

    def _header(self, wanted: str) -> str | None:
        if wanted not in self._found:
            self._found[wanted] = find_header(self.columns, wanted)
        return self._found[wanted]


def without_emotion(columns: Mapping[str, pa.Array]) -> dict[str, pa.Array]:
    """The columns without those that infer emotion, on their own or inside a JSON object."""
    kept = {header: plain(array) for header, array in columns.items() if not is_emotion(header)}
    return {
        header: _cleaned(array) if pa.types.is_string(array.type) else array for header, array in kept.items()
    }


def walk(value: object, path: str) -> object:
    """What stands under a dotted path in a nested value; `*` gathers from each item of a list."""
    return _walk(value, path.split("."))


def _walk(value: object, steps: list[str]) -> object:
    for at, step in enumerate(steps):
        if step == EACH:
            items = value if isinstance(value, list) else []
            below = [_walk(item, steps[at + 1 :]) for item in items]
            return [one for found in below for one in (found if isinstance(found, list) else [found])]
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
        else:
            return None
    return value


def _parsed(value: object) -> object:
    """A list or an object out of its JSON text; any other value as it is."""
    if not isinstance(value, str) or value[:1] not in ("{", "["):
        return value
    try:
        parsed: object = json.loads(value)
    except (ValueError, RecursionError):
        return value
    return parsed


def _text(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, float):
        return number_text(value)
    return (
        json.dumps(value, ensure_ascii=False, default=str)
        if isinstance(value, bool | list | dict)
        else str(value)
    )


def _cleaned(texts: pa.Array) -> pa.Array:
    """JSON objects in a column without their keys about emotion; anything else untouched."""
    if not pc.any(pc.match_substring_regex(texts, r"^\s*[\[{]")).as_py():
        return texts
    cleaned = []
    for text in texts.to_pylist():
        value = _parsed(text)
        bare = _bare(value)
        cleaned.append(text if bare == value else json.dumps(bare, ensure_ascii=False))
    return pa.array(cleaned, pa.string())


def _bare(value: object) -> object:
    if isinstance(value, dict):
        return {key: _bare(below) for key, below in value.items() if not is_emotion(str(key))}
    return [_bare(item) for item in value] if isinstance(value, list) else value
