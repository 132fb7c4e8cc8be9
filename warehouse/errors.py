"""Errors that a person reads: one sentence that says what is wrong, where, and what to do."""

from __future__ import annotations


class ScorehouseError(Exception):
    """Base of every error that is shown to a user; its text is the whole message.

    `exit_code` is what a command ends with: 1 a check failed, 2 wrong usage.
    """

    exit_code = 1


class UsageError(ScorehouseError):
    """The command, an option or a setting is wrong."""

    exit_code = 2


class VaultError(ScorehouseError):
    """The vault cannot be opened, or a sealed value does not open."""


class QueryRefusedError(UsageError):
    """A SQL text that may not run here; the sentence says what in it and what is allowed."""


class FunctionRefusedError(QueryRefusedError):
    """A SQL text calls a function that is not on the list; `name` in lower case."""

    def __init__(self, message: str, name: str) -> None:
        super().__init__(message)
        self.name = name


class QueryFailedError(ScorehouseError):
    """A permitted query that did not run: an unknown column, a wrong cast, too slow, too large."""


class PublishError(ScorehouseError):
    """The marts cannot be published; the version that was current stays current."""


class NothingPublished(ScorehouseError):  # noqa: N818 - an empty warehouse is a state, not a mistake
    """There are no marts yet, or their file is gone."""


class SignInFailed(ScorehouseError):  # noqa: N818 - said to a person who mistyped
    """The name, the password, the code or the moment was wrong.

    `why` is for pages, which have their own words: wrong, locked (for `minutes`), expired, code, stranger …
    """

    def __init__(self, message: str, why: str = "wrong", minutes: int = 0) -> None:
        super().__init__(message)
        self.why = why
        self.minutes = minutes


class BuildRunningError(ScorehouseError):
    """Another build has the lock, or a killed one has not let go of its database yet."""


class AuditError(ScorehouseError):
    """The audit log cannot be written or read."""
