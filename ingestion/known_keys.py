"""Which keys may be known already: answered in memory, so that a file of new keys asks no database."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Hashes = npt.NDArray[np.uint64]
# 8 bytes a key. Beyond this many every key may be known, and memory stays as it is.
MOST_KEYS = 16 * 1024 * 1024


class KnownKeys:
    """Hashes in sorted runs, of which those of like length are merged: each is moved but a few times."""

    def __init__(self) -> None:
        self._runs: list[Hashes] = []
        self._count = 0

    def give_up(self) -> None:
        """There are too many: from now on every key may be known."""
        self._runs, self._count = [], MOST_KEYS + 1

    def add(self, hashes: Hashes) -> None:
        """From now on these are known."""
        if not len(hashes):
            return
        self._count += len(hashes)
        if self._count > MOST_KEYS:
            self.give_up()
            return
        run = np.sort(hashes)
        while self._runs and len(self._runs[-1]) <= 2 * len(run):
            # Two sorted runs behind each other: the stable sort merges them.
            run = np.sort(np.concatenate([self._runs.pop(), run]), kind="stable")
        self._runs.append(run)

    def may_hold_one_of(self, hashes: Hashes) -> bool:
        """Whether one of the keys may be known, or comes twice among them; False is certain."""
        if self._count > MOST_KEYS:
            return True
        asked = np.sort(hashes)
        if (asked[1:] == asked[:-1]).any():
            return True
        return any(_meet(run, asked) for run in self._runs)


def _meet(run: Hashes, asked: Hashes) -> bool:
    places = np.minimum(np.searchsorted(run, asked), len(run) - 1)
    return bool((run[places] == asked).any())
