"""Secrets stand in the environment only: a configuration names the variable, as `${HR_API_TOKEN}`.

What was looked up is remembered here, so that no sentence, file name or state ever holds one of them.
"""

from __future__ import annotations

import base64
import os
import re
from collections.abc import Iterable, Mapping
from urllib.parse import quote, quote_plus

from ingestion.pull.errors import PullError

_REFERENCE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")
_SECRET_NAME = re.compile(
    r"pass(word|wd|phrase)?$|^pwd$|secret|token|api[-_]?key|app[-_]?key|access[-_]?key|authorization"
    r"|credential|cookie|signature|^sig$|^key$",
    re.IGNORECASE,
)
# What a single letter would hide is not worth an unreadable sentence.
_SHORTEST = 3
HIDDEN = "•••"


def references(text: str) -> tuple[str, ...]:
    """The variables that a text names."""
    return tuple(_REFERENCE.findall(text))


def is_reference(text: str) -> bool:
    """Whether a text is nothing but one reference."""
    return _REFERENCE.fullmatch(text) is not None


def sounds_secret(name: str) -> bool:
    """Whether a header or parameter of this name usually carries a secret."""
    return _SECRET_NAME.search(name) is not None


class Secrets:
    """Looks secrets up and hides them wherever they turn up."""

    def __init__(self, environment: Mapping[str, str] | None = None) -> None:
        self._environment = os.environ if environment is None else environment
        self._hidden: set[str] = set()

    def __repr__(self) -> str:
        return f"Secrets({len(self._hidden)} hidden)"

    def fill(self, text: str, *, secret: bool = True) -> str:
        """`text` with every reference replaced; raises `PullError` for a variable that is not set."""

        def look_up(found: re.Match[str]) -> str:
            value = self._environment.get(found[1], "").strip()
            if not value:
                raise PullError(f"the environment variable {found[1]} is not set; set it and pull again")
            if secret:
                self.hide([value])
            return value

        return _REFERENCE.sub(look_up, text)

    def hide(self, values: Iterable[str]) -> None:
        """Never let these through, in any of the forms in which they travel."""
        for value in values:
            if len(value) >= _SHORTEST:
                encoded = base64.b64encode(value.encode()).decode()
                self._hidden |= {value, quote(value, safe=""), quote_plus(value), encoded}

    def clean(self, text: str) -> str:
        """`text` without any of the secrets."""
        for value in sorted(self._hidden, key=len, reverse=True):
            text = text.replace(value, HIDDEN)
        return text

    def are_in(self, text: str) -> bool:
        """Whether a text holds one of them."""
        return any(value in text for value in self._hidden)
