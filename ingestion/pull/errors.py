"""What can go wrong with one pull; the others go on."""

from __future__ import annotations

from warehouse.errors import ScorehouseError


class PullError(ScorehouseError):
    """One pull cannot go on; the text is a clause: what is wrong, and what to do, without a full stop."""


class AgainError(PullError):
    """What may be better in a moment; `wait_seconds` is what the other side asked for, if it did."""

    def __init__(self, clause: str, wait_seconds: float | None = None) -> None:
        super().__init__(clause)
        self.wait_seconds = wait_seconds


class ExpiredError(PullError):
    """The place where a pull was cut short is not there any more: it begins again."""


class LoopError(PullError):
    """The pages of an endpoint never end: going on from there would not end either."""


class StatusError(PullError):
    """The server refused with a status that will not change by asking again."""

    def __init__(self, clause: str, status: int) -> None:
        super().__init__(clause)
        self.status = status
