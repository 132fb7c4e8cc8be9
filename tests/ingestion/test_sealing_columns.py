"""A whole column sealed at once opens value by value, each with its own key and at its own place only."""

from __future__ import annotations

import hypothesis.strategies as st
import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings

from ingestion.rows.sealing import seal_texts
from warehouse.cipher import NONCE_BYTES, Sealer, SealError

KEYS = [bytes([number]) * 32 for number in range(3)]
ROWS = st.lists(
    st.tuples(st.one_of(st.none(), st.text(max_size=30)), st.text(max_size=8), st.integers(0, 2)), max_size=20
)


@settings(max_examples=60)
@given(ROWS, st.integers(0, 3))
def test_every_value_opens_with_its_key_at_its_place(
    rows: list[tuple[str | None, str, int]], before: int
) -> None:
    texts = pa.array([None] * before + [text for text, _, _ in rows], pa.string()).slice(before)
    places = pa.array(["elsewhere"] * before + [place for _, place, _ in rows], pa.string()).slice(before)
    codes = np.array([-1 if text is None else key for text, _, key in rows], dtype=np.int32)
    sealed = seal_texts(texts, places, KEYS, codes)
    sealed.validate(full=True)
    opened = [
        None if value is None else Sealer(KEYS[key]).unseal(value, place)
        for value, (_, place, key) in zip(sealed.to_pylist(), rows, strict=True)
    ]
    assert opened == [text for text, _, _ in rows]


def test_a_value_opens_neither_elsewhere_nor_with_another_key() -> None:
    sealed = seal_texts(pa.array(["好"]), pa.array(["answers|text|I1"]), KEYS, np.array([1]))[0].as_py()
    for key, place in ((KEYS[1], "answers|text|I2"), (KEYS[2], "answers|text|I1")):
        with pytest.raises(SealError):
            Sealer(key).unseal(sealed, place)


def test_equal_texts_have_nonces_and_bytes_of_their_own() -> None:
    same = pa.array(["same"] * 1_000)
    sealed = seal_texts(same, same, KEYS, np.zeros(1_000, dtype=np.int64)).to_pylist()
    assert len({value[:NONCE_BYTES] for value in sealed}) == len({value[NONCE_BYTES:] for value in sealed})
    assert len(set(sealed)) == 1_000
