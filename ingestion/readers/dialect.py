"""How the fields of a delimited text are told apart, and how that is found out."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from typing import Any

# In the order in which they are believed where nothing else decides.
SEPARATORS = (",", "\t", ";", "|", "^", "\x01")


@dataclass(frozen=True)
class Dialect:
    """A separator and a way of quoting. `quote` None: quotes are characters like others."""

    separator: str
    quote: str | None = '"'
    # Before a quote inside quotes, the way MySQL writes it; else a quote is doubled.
    escape: str | None = None
    # Whether blanks between a separator and an opening quote mean nothing.
    is_padded: bool = False

    @property
    def is_standard(self) -> bool:
        """RFC 4180 but for the separator."""
        return self.quote == '"' and self.escape is None and not self.is_padded

    @property
    def options(self) -> dict[str, Any]:
        """For the csv module."""
        options: dict[str, Any] = {
            "delimiter": self.separator,
            "strict": True,
            "skipinitialspace": self.is_padded,
        }
        if self.quote is None:
            return {**options, "quoting": csv.QUOTE_NONE, "quotechar": None}
        return {**options, "quotechar": self.quote, "escapechar": self.escape}
