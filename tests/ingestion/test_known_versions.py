"""Duplicates among known and arriving rows, against a model that a person can follow; and its memory."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ingestion import known_keys, known_versions
from ingestion.known_keys import KnownKeys
from ingestion.known_versions import KnownVersions

# (key, content, time) a row
Row = tuple[int, int, int]
# Keys beyond 63 bits are ordinary hashes.
rows = st.tuples(st.sampled_from([1, 2, 2**64 - 1]), st.sampled_from([7, 2**64 - 2]), st.integers(0, 3))
batches = st.lists(st.lists(rows, min_size=1, max_size=6), min_size=1, max_size=6)


@pytest.fixture
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect(":memory:", config={"preserve_insertion_order": False}) as connection:
        yield connection


def known(database: duckdb.DuckDBPyConnection) -> KnownVersions:
    columns = "key ubigint, content ubigint, version_at bigint, arrival_seq bigint, row_number bigint"
    database.execute(f"create or replace table known ({columns})")
    return KnownVersions(database, "known")


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


def expected(seen: list[tuple[int, int, int, int, int]], seq: int) -> list[int]:
    """The rows of an arrival that say what the version before them says; `seen` holds them already."""
    found = []
    for key, at, arrival, row, content in seen:
        before = [other for other in seen if other[0] == key and other[1:4] < (at, arrival, row)]
        if arrival == seq and before and max(before)[4] == content:
            found.append(row - 1)
    return sorted(found)


@pytest.mark.parametrize("most_keys", [0, 3, 10**6])
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(batches=batches)
def test_a_duplicate_says_what_the_version_right_before_it_says(
    database: duckdb.DuckDBPyConnection,
    monkeypatch: pytest.MonkeyPatch,
    most_keys: int,
    batches: list[list[Row]],
) -> None:
    monkeypatch.setattr(known_keys, "MOST_KEYS", most_keys)
    monkeypatch.setattr(known_versions, "_MOST_WAITING", 4)
    versions = known(database)
    seen: list[tuple[int, int, int, int, int]] = []
    for seq, batch in enumerate(batches, 1):
        seen += [(key, at, seq, row, content) for row, (key, content, at) in enumerate(batch, 1)]
        assert sorted(versions.duplicates(table(batch, seq)).tolist()) == expected(seen, seq)


def test_what_is_forgotten_never_was(database: duckdb.DuckDBPyConnection) -> None:
    versions = known(database)
    versions.duplicates(table([(1, 7, 0)], 1))
    versions.forget(1)
    assert versions.duplicates(table([(1, 7, 0)], 2)).tolist() == []
    assert versions.duplicates(table([(1, 7, 0)], 3)).tolist() == [0]


@given(
    batches=st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=20), max_size=10), asked=st.integers(0, 9)
)
def test_no_known_key_is_taken_for_new(batches: list[list[int]], asked: int) -> None:
    keys = KnownKeys()
    for batch in batches:
        keys.add(np.array(batch, dtype=np.uint64))
    everything = [key for batch in batches for key in batch]
    assert not keys.may_hold_one_of(
        np.array([key for key in [asked] if key not in everything], dtype=np.uint64)
    )
    for key in everything:
        assert keys.may_hold_one_of(np.array([asked + 1, key], dtype=np.uint64))


def test_a_key_that_comes_twice_is_looked_at() -> None:
    assert KnownKeys().may_hold_one_of(np.array([5, 6, 5], dtype=np.uint64))
    assert not KnownKeys().may_hold_one_of(np.array([5, 6], dtype=np.uint64))


def test_too_many_keys_take_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(known_keys, "MOST_KEYS", 3)
    keys = KnownKeys()
    keys.add(np.array([1, 2], dtype=np.uint64))
    assert not keys.may_hold_one_of(np.array([9], dtype=np.uint64))
    keys.add(np.array([3, 4], dtype=np.uint64))
    assert keys.may_hold_one_of(np.array([9], dtype=np.uint64))
    assert keys._runs == []
