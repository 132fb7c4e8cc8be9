"""JSON documents, streamed: an array of objects, an object that holds one such list, or a single object."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from ingestion.readers.batch import (
    BATCH_ROWS,
    BrokenRow,
    HeaderKnower,
    Hints,
    Layout,
    RowBatch,
)
from ingestion.readers.encoding import Encoding
from ingestion.readers.json_lines import columns_of
from ingestion.readers.json_values import (
    LONGEST_VALUE,
    DamagedJsonError,
    DuplicateKeyError,
    JsonStream,
    is_damaged,
    keys_of_object,
)
from ingestion.readers.text_lines import open_text

_LARGEST_BATCH = 16 * 1024 * 1024
# What services call the list among other things that they answer.
_LIST_KEYS = ("data", "results", "items", "records", "rows", "value", "values", "list", "entries", "数据")
_DEEPEST = 3
# So many known keys make an object a row.
_ENOUGH = 2
_ANY_BEGINNING = re.compile(r'\{\s*"')
_NOWHERE = re.compile(r"(?!)")


@dataclass(frozen=True)
class _Found:
    """A list of objects in the document: where it is, and how many keys of its first object are known."""

    path: tuple[str, ...]
    known: int


class JsonDocumentReader:
    """One open JSON document. A damaged element costs itself, where the next one can be told."""

    headers = None

    def __init__(self, path: Path, encoding: Encoding, hints: Hints) -> None:
        self._path = path
        self._encoding = encoding
        self.layout = Layout("JSON", encoding.label)
        with open_text(path, encoding) as file:
            stream = JsonStream(file)
            self._is_array = stream.peek() == "["
            self._list: tuple[str, ...] | None = None if self._is_array else _list_in(stream, hints)

    def batches(self) -> Iterator[RowBatch]:
        """Columns are the keys of the batch; what is no single value is JSON text."""
        with open_text(self._path, self._encoding) as file:
            stream = JsonStream(file)
            rows: list[dict[str, Any]] = []
            numbers: list[int] = []
            broken: list[BrokenRow] = []
            size = 0
            for number, row in enumerate(self._rows(stream), 1):
                if isinstance(row, BrokenRow):
                    broken.append(replace(row, number=number))
                else:
                    rows.append(row)
                    numbers.append(number)
                size += stream.length
                if len(rows) + len(broken) >= BATCH_ROWS or size >= _LARGEST_BATCH:
                    yield RowBatch(columns_of(rows), np.array(numbers, dtype=np.int64), tuple(broken))
                    rows, numbers, broken, size = [], [], [], 0
            if rows or broken:
                yield RowBatch(columns_of(rows), np.array(numbers, dtype=np.int64), tuple(broken))

    def _rows(self, stream: JsonStream) -> Iterator[dict[str, Any] | BrokenRow]:
        elements = _Elements(stream, self._encoding.label)
        if self._is_array:
            # Documents that were joined follow each other.
            while stream.take("["):
                yield from elements.rows()
        elif self._list is None:
            yield from elements.rows()
        else:
            _go_to(stream, self._list)
            yield from elements.rows()
            return
        if stream.peek():
            yield BrokenRow(0, "text follows behind the end of the JSON list", stream.pass_over(_NOWHERE))


class _Elements:
    """The objects of a list, one after the other; a damaged one costs itself."""

    def __init__(self, stream: JsonStream, encoding: str) -> None:
        self._stream = stream
        self._encoding = encoding
        self._usual: frozenset[str] = frozenset()
        # How an element begins: with the key that the first one begins with.
        self._beginning: re.Pattern[str] | None = None

    def rows(self) -> Iterator[dict[str, Any] | BrokenRow]:
        """Up to the bracket that closes the list, which is passed, or up to the end."""
        stream = self._stream
        while stream.peek() and not stream.take("]"):
            if stream.take(","):
                continue
            try:
                yield self._checked(stream.value())
            except DuplicateKeyError as error:
                yield BrokenRow(0, "an object has one key twice", error.content, "broken")
            except (DamagedJsonError, RecursionError):
                yield from self._behind_damage()

    def _checked(self, value: Any) -> dict[str, Any] | BrokenRow:
        if not isinstance(value, dict):
            content = json.dumps(value, ensure_ascii=False)
            return BrokenRow(0, "the element is JSON, but not an object", content, "not_an_object")
        if is_damaged(value):
            reason = f"the element has bytes that are not {self._encoding}"
            return BrokenRow(0, reason, json.dumps(value, ensure_ascii=False), "undecodable")
        if not self._usual and value:
            self._usual = frozenset(value)
            self._beginning = _begins_with(next(iter(value)))
        return value

    def _behind_damage(self) -> Iterator[dict[str, Any] | BrokenRow]:
        """One broken row for what cannot be read, then the element with the usual keys that follows it."""
        content = ""
        found: dict[str, Any] | None = None
        while found is None and self._stream.peek():
            content += self._stream.pass_over(self._beginning or _ANY_BEGINNING)
            if not self._stream.peek() or len(content) > LONGEST_VALUE:
                break
            try:
                value = self._stream.value()
            except (DamagedJsonError, DuplicateKeyError, RecursionError):
                continue
            if isinstance(value, dict) and _is_like(value, self._usual):
                found = value
            else:
                content += json.dumps(value, ensure_ascii=False)
        yield BrokenRow(0, "the element is not JSON", content.rstrip().rstrip(","), "not_json")
        if found is not None:
            yield self._checked(found)


def _is_like(value: dict[str, Any], usual: frozenset[str]) -> bool:
    """Whether an object has most of the usual keys: what is nested in a damaged element has others."""
    return not usual or 2 * len(usual & value.keys()) > len(usual)


def _begins_with(key: str) -> re.Pattern[str]:
    return re.compile(r"\{\s*" + re.escape(json.dumps(key, ensure_ascii=False)) + r"\s*:")


def _go_to(stream: JsonStream, path: tuple[str, ...]) -> None:
    """Into the list at `path`, behind its opening bracket."""
    for wanted in path:
        for key in keys_of_object(stream):
            if key == wanted:
                break
            _skip(stream)
    stream.take("[")


def _skip(stream: JsonStream) -> None:
    with contextlib.suppress(DuplicateKeyError):
        stream.value()


def _list_in(stream: JsonStream, hints: Hints) -> tuple[str, ...] | None:
    """Where in an object its rows are; None when the object itself is the row."""
    lists: list[_Found] = []
    try:
        known = _survey(stream, (), hints.headers, lists)
    except (DamagedJsonError, RecursionError):
        known = 0
        if not lists:
            return None
    best = max(lists, key=lambda one: one.known, default=None)
    if best is None or known >= max(_ENOUGH, best.known):
        return None
    if best.known >= _ENOUGH or (len(lists) == 1 and not known and best.path[-1].lower() in _LIST_KEYS):
        return best.path
    return None


def _survey(stream: JsonStream, path: tuple[str, ...], headers: HeaderKnower, lists: list[_Found]) -> int:
    """Notes the lists of objects in the object that comes next; returns how many of its keys are known."""
    known = 0
    for key in keys_of_object(stream):
        known += headers.find(key) is not None
        character = stream.peek()
        if character == "{" and len(path) < _DEEPEST:
            _survey(stream, (*path, key), headers, lists)
        elif character == "[":
            stream.take("[")
            if stream.peek() == "{":
                first = stream.value()
                lists.append(_Found((*path, key), sum(headers.find(one) is not None for one in first)))
            while not stream.take("]"):
                if not stream.take(","):
                    _skip(stream)
        else:
            _skip(stream)
    return known
