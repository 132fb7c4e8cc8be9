"""Fingerprints are those of the standard library's BLAKE2b."""

from __future__ import annotations

import hashlib

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_udfs.code_points import points_of
from scoring_udfs.errors import ColumnError
from scoring_udfs.fingerprints import fingerprints
from scoring_udfs.score import score_answers
from tests.scoring_udfs.small_seeds import batch, rubrics

# One, two, three and four bytes a character, and a lone surrogate; around the blocks of 128 bytes.
LONG = st.builds(
    lambda unit, times: unit * times,
    st.sampled_from(["a", "é", "好", "😀", "\ud800", "a好😀"]),
    st.integers(1, 300),
)
ROWS = st.lists(st.none() | st.text(min_size=1, max_size=20) | LONG, max_size=9)


def prints(rows: list[str | None], key: bytes) -> list[str | None]:
    points = np.concatenate([np.zeros(0, np.uint32), *(points_of(text or "") for text in rows)])
    offsets = np.cumsum([0, *(len(text or "") for text in rows)], dtype=np.int64)
    return fingerprints(points, offsets, np.array([text is not None for text in rows], bool), key).to_pylist()


def library(text: str, key: bytes) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=16).hexdigest()


@settings(max_examples=300, deadline=None)
@given(ROWS, st.binary(max_size=64))
def test_they_equal_those_of_the_library(rows: list[str | None], key: bytes) -> None:
    assert prints(rows, key) == [None if text is None else library(text, key) for text in rows]


@pytest.mark.parametrize("unit", ["a", "好", "aa好", "é好😀a好"])
def test_every_length_around_blocks_and_windows_is_right(unit: str) -> None:
    lengths = [*range(1, 400), *range(2_040, 2_060), *range(4_080, 4_110), 10_000]
    rows = [unit * length for length in lengths]
    assert prints(rows, b"key") == [library(text, b"key") for text in rows]


def test_a_key_that_is_too_long_is_refused_in_a_sentence() -> None:
    with pytest.raises(ColumnError, match="65 bytes; it may have 64"):
        score_answers(batch(["x"]), rubrics(), b"k" * 65)
