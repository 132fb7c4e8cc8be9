"""JSON values out of a stream of text: one at a time, without holding the document."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, TextIO

from ingestion.readers.encoding import UNDECODABLE

# One element may not be longer than a line of another text file may be.
LONGEST_VALUE = 64 * 1024 * 1024
_CHARACTERS = 1024 * 1024
_SPACE = re.compile(r"\s*")
# Enough to tell whether a number, a word or a text goes on.
_AHEAD = 16


class DuplicateKeyError(ValueError):
    """An object that has one key twice: nobody can say which of the values counts. `content` is its text."""

    content = ""


class DamagedJsonError(ValueError):
    """What stands here is no JSON value."""


def _distinct_keys(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise DuplicateKeyError
    return found


def _constant(name: str) -> str | None:
    """NaN, the way data frames write absence, is null; an infinity is no number and stays a text."""
    return None if name == "NaN" else name


strict_decoder = json.JSONDecoder(object_pairs_hook=_distinct_keys, parse_constant=_constant)
_lenient_decoder = json.JSONDecoder(parse_constant=_constant)


def is_damaged(value: Any) -> bool:
    """Whether a value holds bytes that did not decode, or half a surrogate pair."""
    return UNDECODABLE.search(json.dumps(value, ensure_ascii=False)) is not None


class JsonStream:
    """A place in the text of a file; what has been passed is forgotten."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._text = ""
        self._at = 0
        self._is_done = False
        # How many characters the last value has.
        self.length = 0

    def peek(self) -> str:
        """The next character that is not white space, "" at the end."""
        while True:
            space = _SPACE.match(self._text, self._at)
            self._at = space.end() if space else self._at
            if self._at < len(self._text) or not self._more():
                return self._text[self._at : self._at + 1]

    def take(self, character: str) -> bool:
        """Passes the character if it is the next one."""
        if self.peek() != character:
            return False
        self._at += 1
        return True

    def value(self) -> Any:
        """The next value; `DuplicateKeyError` behind it, `DamagedJsonError` or `RecursionError` before it."""
        self.peek()
        while True:
            try:
                value, end = strict_decoder.raw_decode(self._text, self._at)
            except DuplicateKeyError as error:
                try:
                    _, end = _lenient_decoder.raw_decode(self._text, self._at)
                except json.JSONDecodeError as damage:
                    if self._room() and self._more():
                        continue
                    raise DamagedJsonError from damage
                error.content = self._text[self._at : end]
                self._at = end
                raise
            except json.JSONDecodeError as error:
                # At the end of what has been read the value may go on.
                goes_on = error.pos >= len(self._text) - _AHEAD or "Unterminated" in error.msg
                if goes_on and self._room() and self._more():
                    continue
                raise DamagedJsonError from error
            if end > len(self._text) - _AHEAD and self._room() and self._more():
                continue
            self.length = end - self._at
            self._at = end
            return value

    def pass_over(self, until: re.Pattern[str]) -> str:
        """Goes from the next character to where `until` matches behind it, and says what was passed.

        To the end of the file (or of what one value may have at most) when it does not match.
        """
        while (found := until.search(self._text, self._at + 1)) is None and self._room() and self._more():
            pass
        end = len(self._text) if found is None else found.start()
        passed = self._text[self._at : end]
        self._at = end
        return passed

    def _room(self) -> bool:
        return len(self._text) - self._at < LONGEST_VALUE

    def _more(self) -> bool:
        """Reads on, at least as much again as is waiting, so that a long value is not tried too often."""
        if self._is_done:
            return False
        more = self._file.read(max(_CHARACTERS, len(self._text) - self._at))
        if not more:
            self._is_done = True
            return False
        self._text = self._text[self._at :] + more
        self._at = 0
        return True


def keys_of_object(stream: JsonStream) -> Iterator[str]:
    """The keys of the object that comes next; the caller takes each value from the stream."""
    if not stream.take("{"):
        raise DamagedJsonError
    while not stream.take("}"):
        key = stream.value()
        if not isinstance(key, str) or not stream.take(":"):
            raise DamagedJsonError
        yield key
        if not stream.take(",") and stream.peek() != "}":
            raise DamagedJsonError
