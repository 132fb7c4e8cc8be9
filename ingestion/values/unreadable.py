"""Why a cell was not accepted."""

from __future__ import annotations

import re

# A value is shown only when it looks like one: a date, a number, a code; never a sentence or a long text.
_SHOWN_CHARACTERS = 32
_PLAIN_NUMBER_OR_TIME = re.compile(r"[\d\s.,:+\-/TZ年月日时分秒元万%¥$]*")
_SHORT = 12
EMPTY = "the cell is empty, but the column is required"


class UnreadableError(ValueError):
    """A cell's text is not what its column holds; the text of the error has `{value}` where it belongs.

    `code` names the rule for programs and translations, e.g. `not_a_number`.
    """

    def __init__(self, sentence: str = "", code: str = "unreadable") -> None:
        super().__init__(sentence)
        self.code = code

    def sentence(self, value: str | None, private: bool) -> str:
        """The reason with the value, or without it when it must not be shown."""
        return str(self).format(value="the value" if private or value is None else f"'{value}'")


def showable(value: str | None, private: bool) -> str | None:
    """The value when it may stand in a message or in the clear part of the quarantine, else None."""
    if value is None or private or len(value) > _SHOWN_CHARACTERS:
        return None
    if len(value) <= _SHORT or _PLAIN_NUMBER_OR_TIME.fullmatch(value) or value.isascii():
        return value
    return None
