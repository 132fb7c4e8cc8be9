"""Versions of the keys of one source: which of some new rows say what the version before them said."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from pathlib import Path

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

# 5 × N numbers of 64 bits: a row a field, in the order of FIELDS, by ascending keys.
Run = npt.NDArray[np.uint64]


class KnownVersions:
    """Sorted runs, of which those of like length are merged: a row is moved but a few times.

    What a batch asks is looked up in them by its sorted keys: no batch goes through all that is known.
    """

    def __init__(self, known: Iterable[pa.RecordBatch], spill: Path) -> None:
        """`known`: columns as in FIELDS, of which key and content are unsigned; `spill` holds longer runs."""
        self._spill = spill
        self._runs: list[Run] = []
        for batch in known:
            self._add(_run_of(batch))

    def duplicates(self, arriving: pa.Table) -> npt.NDArray[np.int64]:
        """The places of the duplicates among N rows in file order; all N are known from now on."""
        (batch,) = arriving.combine_chunks().to_batches() or [None]
        if batch is None:
            return np.empty(0, dtype=np.int64)
        numbers = _numbers_of(batch)
        order = np.argsort(numbers[_KEY], kind="stable")
        run = numbers.take(order, axis=1)
        found = self._compared(run, order)
        self._add(run)
        return found

    def forget(self, arrival_seq: int) -> None:
        """Takes back the rows of an arrival."""
        runs, self._runs = self._runs, []
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
        asked = keys[np.flatnonzero(np.append(True, ~repeats))]
        earlier = [_of_keys(known, asked) for known in self._runs]
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

    def _add(self, run: Run) -> None:
        if not run.shape[1]:
            return
        while self._runs and self._is_like(self._runs[-1].shape[1], run.shape[1]):
            run = self._merged(self._runs.pop(), run)
        self._runs.append(run)

    @staticmethod
    def _is_like(last: int, length: int) -> bool:
        return last <= 2 * length and last + length <= _LONGEST_RUN

    def _merged(self, first: Run, second: Run) -> Run:
        # Two sorted runs behind each other: the stable sort merges them.
        order = np.argsort(np.concatenate([first[_KEY], second[_KEY]]), kind="stable")
        return self._stored(np.concatenate(both).take(order) for both in zip(first, second, strict=True))

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


def _run_of(batch: pa.RecordBatch) -> Run:
    numbers = _numbers_of(batch)
    return numbers.take(np.argsort(numbers[_KEY], kind="stable"), axis=1)


def _numbers_of(batch: pa.RecordBatch) -> Run:
    return np.stack([batch[name].to_numpy().view(np.uint64) for name in FIELDS])
