"""A published mart beside a second calculation, cell by cell."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import Any

Row = dict[str, Any]
TOLERANCE = 1e-7


def same(ours: Any, theirs: Any) -> bool:
    """Equal cells; numbers within rounding of double arithmetic."""
    ours, theirs = _plain(ours), _plain(theirs)
    if ours is None or theirs is None:
        return ours is None and theirs is None
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(map(same, ours, theirs))
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return ours.keys() == theirs.keys() and all(same(ours[name], theirs[name]) for name in ours)
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return bool(ours == theirs)
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return math.isclose(ours, theirs, rel_tol=1e-9, abs_tol=TOLERANCE)
    return bool(ours == theirs)


def _plain(value: Any) -> Any:
    if isinstance(value, float) and math.isnan(value):
        return None
    if isinstance(value, datetime) and value.tzinfo is not None:
        return value.astimezone(UTC).replace(tzinfo=None)
    if hasattr(value, "item") and not isinstance(value, (str, bytes)):
        return value.item()
    return value


def differences(published: Iterable[Row], expected: Iterable[Row], key: Sequence[str]) -> list[str]:
    """One sentence a missing row, a row too many, or a cell that differs; columns are those expected."""
    ours = {tuple(row[name] for name in key): row for row in published}
    theirs = {tuple(row[name] for name in key): row for row in expected}
    found = [f"published only: {name}" for name in ours.keys() - theirs.keys()]
    found += [f"expected only: {name}" for name in theirs.keys() - ours.keys()]
    for name in sorted(ours.keys() & theirs.keys(), key=str):
        found += [
            f"{name}.{column}: published {ours[name][column]!r}, expected {value!r}"
            for column, value in theirs[name].items()
            if not same(ours[name][column], value)
        ]
    return found


def assert_alike(
    published: list[Row], expected: list[Row], key: Sequence[str], left_out: Iterable[str] = ()
) -> None:
    """Fails with the first differences, and when a column of the mart was compared nowhere.

    `left_out`: the columns that no export can say, such as the id of a run.
    """
    assert published, "the published mart is empty"
    assert len({tuple(row[name] for name in key) for row in expected}) == len(expected)
    missing = set(published[0]) - set(expected[0]) - set(left_out)
    assert not missing, f"calculated nowhere: {sorted(missing)}"
    found = differences(published, expected, key)
    assert not found, f"{len(found)} differences:\n" + "\n".join(found[:25])
