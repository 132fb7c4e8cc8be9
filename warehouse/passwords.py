"""Passwords: invented ones, the hash that is kept, and what a person's own must be like."""

from __future__ import annotations

import secrets
import unicodedata
from itertools import pairwise

from warehouse.errors import UsageError
from warehouse.policy import policy

# No 0/o, 1/l/i: people type it from a terminal. 12 of 31 characters are 59 bits.
ALPHABET = "23456789abcdefghjkmnpqrstuvwxyz"
_GROUPS, _GROUP_LENGTH = 3, 4
# argon2 takes as long for more; nobody types so many.
LONGEST = 200
_FEWEST_DIFFERENT = 6


class PasswordRefused(UsageError):  # noqa: N818 - said to a person who chooses
    """A password that somebody chose is too easy to guess; `why`: short, long, name, old, easy."""

    def __init__(self, message: str, why: str) -> None:
        super().__init__(message)
        self.why = why


def invented_password() -> str:
    """A password that nobody has had before, in groups that people can type."""
    groups = ("".join(secrets.choice(ALPHABET) for _ in range(_GROUP_LENGTH)) for _ in range(_GROUPS))
    return "-".join(groups)


def spelled(password: str) -> bytes:
    """One spelling for what looks alike: keyboards write the same letter in more than one way."""
    return unicodedata.normalize("NFKC", password).encode("utf-8")


def check_password(name: str, password: str) -> None:
    """`PasswordRefused` for one that is short, holds the name, or is a run or few characters repeated."""
    shortest = policy().sign_in.shortest_password
    if len(password) < shortest:
        raise PasswordRefused(f"The password is shorter than {shortest} characters.", "short")
    if len(password) > LONGEST:
        raise PasswordRefused(f"The password is longer than {LONGEST} characters.", "long")
    plain = unicodedata.normalize("NFKC", password).casefold()
    if len(name) > 2 and name.casefold() in plain:
        raise PasswordRefused("The password holds the user name.", "name")
    if len(set(plain)) < _FEWEST_DIFFERENT or _is_run(plain) or _is_repeated(plain):
        raise PasswordRefused(
            "The password is easy to guess: a run or a repetition of few characters.", "easy"
        )


def _is_run(text: str) -> bool:
    """Whether most characters are the next one up or down from the one before: 123456789012, zyxwvut…"""
    steps = [ord(after) - ord(before) for before, after in pairwise(text)]
    return max(steps.count(1), steps.count(-1)) * 4 > len(steps) * 3


def _is_repeated(text: str) -> bool:
    """Whether the text is a short piece over and over: abcabcabcabc."""
    return any(
        text == (text[:length] * (len(text) // length + 1))[: len(text)]
        for length in range(1, len(text) // 2 + 1)
    )
