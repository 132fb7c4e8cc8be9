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
