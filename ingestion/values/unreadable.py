"""Why a cell was not accepted."""

from __future__ import annotations

import re

import pyarrow as pa

_SHOWN_CHARACTERS = 32
_PLAIN_NUMBER_OR_TIME = re.compile(r"[\d\s.,:+\-/TZ年月日时分秒元万千kKwW~%¥$]*")
_MANY_DIGITS = re.compile(r"(?!\d{4}-\d{1,2}-)\+?(?:\d[\s.-]*){9,}")
_SHORT = 12
# What a spreadsheet shows where a formula failed or a column is too narrow. (#N/A says: not available.)
CELL_ERRORS = pa.array(
    ["#REF!", "#DIV/0!", "#VALUE!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "#CALC!", "#GETTING_DATA"]
    + ["#" * length for length in range(3, 21)]
)
EMPTY = "the cell is empty, but the column is required"


class UnreadableError(ValueError):
    """A cell's text is not what its column holds; the text of the error has `{value}` where it belongs.

    `code` names the rule for programs and translations, e.g. `not_a_number`.
    """

    def __init__(self, sentence: str, code: str) -> None:
        super().__init__(sentence)
        self.code = code

    def sentence(self, value: str | None, private: bool) -> str:
        """The reason with the value, or without it when it must not be shown."""
        return str(self).format(value="the value" if private or value is None else f"'{value}'")


class SwappedDateError(UnreadableError):
    """A date such as 2025-13-02, which exists only with day and month the other way round."""


def cell_error() -> UnreadableError:
    """What is said of #REF! and its like."""
    return UnreadableError("{value} is an error of the spreadsheet, not a value", "cell_error")


def showable(value: str | None, private: bool, is_choice: bool = False) -> str | None:
    """The value when it may stand in a message or in the clear part of the quarantine, else None.

    Shown is what looks like a number or a time, never like a telephone number; of a column of choices also a
    short word, since it may have to go into the contract. In any other place a word may be somebody's name.
    """
    if value is None or private or len(value) > _SHOWN_CHARACTERS:
        return None
    if _PLAIN_NUMBER_OR_TIME.fullmatch(value):
        return None if _MANY_DIGITS.fullmatch(value) else value
    return value if is_choice and len(value) <= _SHORT else None
