"""Versions of the keys of one source: which of some new rows say what the version before them said."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

# Versions of a key follow each other by the export's own time where there is one, else by arrival; then in
# the order of arrival. 64 bits stand for a key and 64 for a content. The key is part of the content: two keys
# of one hash may cost a row that is kept twice, never one that is lost.
VERSION_ORDER = "partition by key order by version_at, arrival_seq, row_number"
FIELDS = ("key", "content", "version_at", "arrival_seq", "row_number")
_KEY, _CONTENT, _VERSION_AT, _ARRIVAL, _ROW = range(len(FIELDS))
# 40 bytes a row. A longer run lies in a file; runs are not merged beyond the greatest length, so that memory
# does not grow with their number.
_LONGEST_IN_MEMORY = 512 * 1024
_LONGEST_RUN = 4 * 1024 * 1024
# What arrived last waits in so many runs at most, to be merged all at once.
_MOST_WAITING = 32
# Bits of a key that are remembered of all keys (8 MB): most new keys are told to be new by them.
_FILTER_BITS = 26

# 5 × N numbers of 64 bits: a row a field, in the order of FIELDS, by ascending keys.
Run = npt.NDArray[np.uint64]


@dataclass(frozen=True)
class Arriving:
    """N rows of one file by ascending keys, and the place (from 0) that each has in the order of the file."""

    run: Run
    places: npt.NDArray[np.int64]

    @classmethod
    def of(cls, *fields: npt.NDArray[Any]) -> Self:
        """N numbers a field, in the order of the file and of FIELDS; key and content are unsigned."""
        numbers = np.stack([field.view(np.uint64) for field in fields])
        places = np.argsort(numbers[_KEY], kind="stable")
        return cls(numbers.take(places, axis=1), places)


class KnownVersions:
    """Sorted runs, of which those of like length are merged: a row is moved but a few times.

    What a batch asks is looked up in them by its sorted keys: no batch goes through all that is known, and a
    key that is surely new asks nothing.
    """

    def __init__(self, known: Iterable[pa.RecordBatch], spill: Path) -> None:
        """`known`: columns as in FIELDS, of which key and content are unsigned; `spill` holds longer runs."""
        self._spill = spill
        self._runs: list[Run] = []
        self._waiting: list[Run] = []
        self._filter = np.zeros(1 << _FILTER_BITS - 3, dtype=np.uint8)
        for batch in known:
            run = Arriving.of(*(batch[name].to_numpy() for name in FIELDS)).run
            self._note(run[_KEY])
            self._add(run)

    def duplicates(self, arriving: Arriving) -> npt.NDArray[np.int64]:
        """The places of the duplicates among N rows; all N are known from now on."""
        run = arriving.run
        if not run.shape[1]:
            return np.empty(0, dtype=np.int64)
        found = self._compared(run, arriving.places)
        self._note(run[_KEY])
        self._waiting.append(run)
        rows = sum(waiting.shape[1] for waiting in self._waiting)
        if len(self._waiting) == _MOST_WAITING or rows >= _LONGEST_IN_MEMORY:
            self._settle()
        return found

    def forget(self, arrival_seq: int) -> None:
        """Takes back the rows of an arrival."""
        runs, self._runs, self._waiting = [*self._runs, *self._waiting], [], []
        for run in runs:
            keep = run[_ARRIVAL] != arrival_seq
            if keep.all():
                self._runs.append(run)
            elif keep.any():
                self._runs.append(self._stored([field[keep] for field in run]))

    def _compared(self, run: Run, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """The places of those rows whose version right before, known or arriving, says the same."""
        keys = run[_KEY]
        repeats = keys[1:] == keys[:-1]
        asked = self._noted(keys[np.flatnonzero(np.append(True, ~repeats))])
        known = [*self._runs, *self._waiting] if len(asked) else []
        earlier = [_of_keys(run, asked) for run in known]
        before = np.concatenate([np.empty((len(FIELDS), 0), dtype=np.uint64), *earlier], axis=1)
        # Only keys with several versions are looked at.
        is_several = np.isin(keys, before[_KEY]) if before.shape[1] else np.zeros(len(keys), dtype=bool)
        is_several[1:] |= repeats
        is_several[:-1] |= repeats
        several = np.flatnonzero(is_several)
        if not len(several):
            return np.empty(0, dtype=np.int64)
        versions = np.concatenate([before, run[:, several]], axis=1)
        place = np.concatenate([np.full(before.shape[1], -1), places[several]])
        signed = versions.view(np.int64)
        order = np.lexsort((signed[_ROW], signed[_ARRIVAL], signed[_VERSION_AT], versions[_KEY]))
        key, content, place = versions[_KEY][order], versions[_CONTENT][order], place[order]
        says_the_same = (key[1:] == key[:-1]) & (content[1:] == content[:-1])
        found: npt.NDArray[np.int64] = place[1:][says_the_same]
        return found[found >= 0]

    def _note(self, keys: npt.NDArray[np.uint64]) -> None:
        """Remembers of each key, in ascending order, its first bits."""
        bits = keys >> np.uint64(64 - _FILTER_BITS)
        np.bitwise_or.at(self._filter, (bits >> np.uint64(3)).view(np.int64), _bit(bits))

    def _noted(self, keys: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint64]:
        """Those of ascending keys whose first bits have been met; all others are new."""
        bits = keys >> np.uint64(64 - _FILTER_BITS)
        met = self._filter.take((bits >> np.uint64(3)).view(np.int64)) & _bit(bits)
        noted: npt.NDArray[np.uint64] = keys[met != 0]
        return noted

    def _settle(self) -> None:
        """Makes one run of what waits."""
        runs, self._waiting = self._waiting, []
        self._add(self._merged(runs))

    def _add(self, run: Run) -> None:
        if not run.shape[1]:
            return
        while self._runs and self._is_like(self._runs[-1].shape[1], run.shape[1]):
            run = self._merged([self._runs.pop(), run])
        self._runs.append(run)

    @staticmethod
    def _is_like(last: int, length: int) -> bool:
        return last <= 2 * length and last + length <= _LONGEST_RUN

    def _merged(self, runs: list[Run]) -> Run:
        # Sorted runs behind each other: the stable sort merges them.
        order = np.argsort(np.concatenate([run[_KEY] for run in runs]), kind="stable")
        return self._stored(np.concatenate(fields).take(order) for fields in zip(*runs, strict=True))

    def _stored(self, fields: Iterable[npt.NDArray[np.uint64]]) -> Run:
        """The fields as a run: a long one goes to a file without a name, gone when nobody uses it."""
        rows = iter(fields)
        first = next(rows)
        if len(first) <= _LONGEST_IN_MEMORY:
            return np.stack([first, *rows])
        self._spill.mkdir(mode=0o700, parents=True, exist_ok=True)
        path = self._spill / f"known-{next(_NUMBERS)}.run"
        try:
            with path.open("xb") as file:
                for field in itertools.chain([first], rows):
                    field.tofile(file)
            return np.memmap(path, dtype=np.uint64, mode="r", shape=(len(FIELDS), len(first)))
        finally:
            path.unlink(missing_ok=True)


_NUMBERS = itertools.count()


def _of_keys(run: Run, asked: npt.NDArray[np.uint64]) -> Run:
    """The rows of a run that have one of the keys, which ascend and are distinct."""
    keys = run[_KEY]
    first = np.searchsorted(keys, asked)
    is_there = keys[np.minimum(first, len(keys) - 1)] == asked
    first = first[is_there]
    counts = np.searchsorted(keys, asked[is_there], side="right") - first
    places = np.repeat(first - (np.cumsum(counts) - counts), counts) + np.arange(int(counts.sum()))
    return run[:, places]


def _bit(bits: npt.NDArray[np.uint64]) -> npt.NDArray[np.uint8]:
    """Of the byte in which the bits of a key are remembered, its own one."""
    return np.uint8(1) << (bits & np.uint64(7)).astype(np.uint8)
