"""How far a model's cross-validated ratings are from people's, group by group; small groups stay hidden."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

LEAST_SHOWN = 5


@dataclass(frozen=True)
class GroupGap:
    """One group: `n` answers, mean of predicted minus human; both None where the group is hidden."""

    column: str
    value: str | None
    n: int | None
    mean_error: float | None


def group_gaps(column: str, values: Sequence[str | None], errors: Sequence[float]) -> list[GroupGap]:
    """Groups in the order of their names, those without a value last.

    A group under `LEAST_SHOWN` is hidden; when it is the only one, the next smallest is hidden as well,
    since it could be worked out from the total otherwise.
    """
    by_value: dict[str | None, list[float]] = defaultdict(list)
    for value, error in zip(values, errors, strict=True):
        by_value[value].append(error)
    names = sorted(by_value, key=lambda value: (value is None, value or ""))
    hidden = {name for name in names if len(by_value[name]) < LEAST_SHOWN}
    if len(hidden) == 1 and len(names) > 1:
        hidden.add(min((name for name in names if name not in hidden), key=lambda name: len(by_value[name])))
    return [
        GroupGap(column, name, None, None)
        if name in hidden
        else GroupGap(column, name, len(by_value[name]), sum(by_value[name]) / len(by_value[name]))
        for name in names
    ]
