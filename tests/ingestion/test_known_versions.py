"""Duplicates among known and arriving rows, against a model that a person can follow; and its memory."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion.state import known_versions
from ingestion.state.known_versions import Arriving, KnownVersions

# (key, content, time) a row
Row = tuple[int, int, int]
# Keys beyond 63 bits are ordinary hashes.
rows = st.tuples(st.sampled_from([1, 2, 2**64 - 1]), st.sampled_from([7, 2**64 - 2]), st.integers(0, 3))
batches = st.lists(st.lists(rows, min_size=1, max_size=6), min_size=1, max_size=6)


def table(batch: list[Row], seq: int) -> pa.Table:
    keys, contents, times = (list(column) for column in zip(*batch, strict=True))
    return pa.table(
        {
            "key": pa.array(keys, pa.uint64()),
            "content": pa.array(contents, pa.uint64()),
            "version_at": pa.array(times, pa.int64()),
            "arrival_seq": pa.array([seq] * len(batch), pa.int64()),
            "row_number": pa.array(range(1, len(batch) + 1), pa.int64()),
        }
    )


def arriving(batch: list[Row], seq: int) -> Arriving:
    return Arriving.of(*(column.to_numpy() for column in table(batch, seq).columns))


def expected(seen: list[tuple[int, int, int, int, int]], seq: int) -> list[int]:
    """The rows of an arrival that say what the version before them says; `seen` holds them already."""
    found = []
    for key, at, arrival, row, content in seen:
        before = [other for other in seen if other[0] == key and other[1:4] < (at, arrival, row)]
        if arrival == seq and before and max(before)[4] == content:
            found.append(row - 1)
    return sorted(found)


@pytest.mark.parametrize("longest", [0, 3, 10**6])
@pytest.mark.parametrize("longest_in_memory", [0, 2, 10**6])
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches, loaded=st.integers(0, 3))
def test_a_duplicate_says_what_the_version_right_before_it_says(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    longest: int,
    longest_in_memory: int,
    batches: list[list[Row]],
    loaded: int,
) -> None:
    monkeypatch.setattr(known_versions, "_LONGEST_RUN", longest)
    monkeypatch.setattr(known_versions, "_LONGEST_IN_MEMORY", longest_in_memory)
    arrivals = list(enumerate(batches, 1))
    before = [part for seq, batch in arrivals[:loaded] for part in table(batch, seq).to_batches()]
    versions = KnownVersions(before, tmp_path)
    seen: list[tuple[int, int, int, int, int]] = []
    for seq, batch in arrivals:
        seen += [(key, at, seq, row, content) for row, (key, content, at) in enumerate(batch, 1)]
        if seq > loaded:
            assert sorted(versions.duplicates(arriving(batch, seq)).tolist()) == expected(seen, seq)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("longest_in_memory", [0, 10**6])
def test_what_is_forgotten_never_was(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, longest_in_memory: int
) -> None:
    monkeypatch.setattr(known_versions, "_LONGEST_IN_MEMORY", longest_in_memory)
    versions = KnownVersions([], tmp_path)
    versions.duplicates(arriving([(2, 7, 0)], 1))
    versions.duplicates(arriving([(1, 7, 0), (3, 7, 0)], 2))
    versions.forget(2)
    assert versions.duplicates(arriving([(1, 7, 0), (2, 7, 0)], 3)).tolist() == [1]
    assert versions.duplicates(arriving([(1, 7, 0)], 4)).tolist() == [0]


def test_what_is_known_is_moved_but_a_few_times(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    moved: list[int] = []
    stored = KnownVersions._stored

    def counted(self: KnownVersions, fields: Iterable[npt.NDArray[np.uint64]]) -> known_versions.Run:
        run = stored(self, fields)
        moved.append(run.shape[1])
        return run

    monkeypatch.setattr(KnownVersions, "_stored", counted)
    versions = KnownVersions([], tmp_path)
    for seq in range(256):
        versions.duplicates(arriving([(2 * seq, 7, 0), (2 * seq + 1, 7, 0)], seq))
    # 512 rows in 256 batches: each is moved once for each of the eight doublings.
    assert sum(moved) <= 512 * 8
