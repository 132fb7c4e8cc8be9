"""Digests of rows: equal for equal contents, different for different ones, nothing without the key."""

from __future__ import annotations

import datetime as dt
import hashlib
import struct

import hypothesis.strategies as st
import pyarrow as pa
import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import given, settings

from ingestion.rows import digests
from ingestion.rows.digests import RowDigester

KEY = bytes(range(32))
OURS = RowDigester(KEY)
TEXTS = st.one_of(st.none(), st.text(max_size=20), st.text("ab好", min_size=30, max_size=90))


def made(table: pa.Table, **options: str) -> list[str]:
    digested: list[str] = OURS.digests(table, **options).to_pylist()
    return digested


def by_hand(row: dict[str, str | int]) -> str:
    """A row's digest word by word, from the description of the construction."""
    total = bytes(16)
    for name, value in row.items():
        if isinstance(value, int):
            blocks = [struct.pack("<QQ", 0xFFFF_FFFF << 32, value)]
        else:
            text = value.encode()
            words = [text[at : at + 8].ljust(8, b"\0") for at in range(0, max(1, len(text)), 8)]
            blocks = [struct.pack("<II", place, len(text)) + word for place, word in enumerate(words)]
        for block in blocks:
            total = bytes(a ^ b for a, b in zip(total, aes(f"column {name}", block), strict=True))
    return aes("row", total).hex()


def aes(purpose: str, block: bytes) -> bytes:
    subkey = hashlib.blake2b(purpose.encode(), key=KEY, digest_size=32).digest()
    return Cipher(algorithms.AES(subkey), modes.ECB()).encryptor().update(block)


def test_a_digest_is_the_sum_of_encrypted_words_encrypted() -> None:
    row: dict[str, str | int] = {"id": "I1", "text": "十七个字母 and more", "attempt": 3, "empty": ""}
    assert made(pa.Table.from_pylist([row])) == [by_hand(row)]


def test_a_long_text_goes_through_an_ordinary_keyed_digest() -> None:
    text = "长" * 1_000
    subkey = hashlib.blake2b(b"long column text", key=KEY, digest_size=32).digest()
    digest = hashlib.blake2b(text.encode(), key=subkey, digest_size=16).digest()
    assert made(pa.table({"text": ["short", text]}))[1] == aes("row", digest).hex()


@given(st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=30))
def test_rows_have_the_same_digest_when_they_say_the_same(rows: list[tuple[str | None, str | None]]) -> None:
    table = pa.table({"a": pa.array([a for a, _ in rows], pa.string()), "b": pa.array([b for _, b in rows])})
    found = dict(zip(made(table), rows, strict=True))
    assert len(found) == len(set(rows))


@given(st.lists(TEXTS, min_size=1, max_size=40), st.integers(0, 10))
def test_a_digest_does_not_depend_on_the_rows_around_it(texts: list[str | None], start: int) -> None:
    table = pa.table({"text": pa.array(texts, pa.string()), "n": range(len(texts))})
    assert made(table.slice(start, 7)) == made(table)[start : start + 7]
    assert made(pa.concat_tables([table, table])) == made(table) * 2


@settings(max_examples=30)
@given(st.lists(TEXTS, min_size=1, max_size=40))
def test_both_ways_through_the_words_give_the_same(texts: list[str | None]) -> None:
    table = pa.table({"text": pa.array(texts, pa.string())})
    found = []
    for average in (0, 1_000_000):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(digests, "_LONG_ON_AVERAGE", average)
            found.append(made(table))
    assert found[0] == found[1]


def test_absent_is_not_empty_and_a_word_counts_in_its_own_column_and_place() -> None:
    columns = {
        "a": ["", None, "x", None, "12345678x", "x12345678", "12345678", "12345678\0", "0", "l" * 5_000],
        "b": [None, "", None, "x", "", "", "", "", "", ""],
    }
    assert len(set(made(pa.table(columns)))) == 10


def test_a_column_without_values_and_the_order_of_columns_change_nothing() -> None:
    table = pa.table({"a": ["1"], "b": [2.5]})
    wider = pa.table({"b": [2.5], "new": pa.nulls(1, pa.string()), "a": ["1"]})
    assert made(table) == made(wider)


def test_values_of_every_type_count() -> None:
    rows: list[dict[str, object]] = [
        {"number": 1.5},
        {"number": -1.5},
        {"whole": 1},
        {"whole": 0},
        {"whole": None},
        {"yes": True},
        {"yes": False},
        {"day": dt.date(2025, 1, 2)},
        {"time": dt.datetime(2025, 1, 2, tzinfo=dt.UTC)},
        {"items": ["a", "b"]},
        {"items": ["a,b"]},
        {"items": []},
    ]
    kinds = {
        "number": pa.float64(),
        "whole": pa.int64(),
        "yes": pa.bool_(),
        "day": pa.date32(),
        "time": pa.timestamp("us", "UTC"),
        "items": pa.list_(pa.string()),
    }
    assert len(set(made(pa.Table.from_pylist(rows, pa.schema(list(kinds.items())))))) == 12


def test_minus_zero_is_zero() -> None:
    assert made(pa.table({"a": [0.0]})) == made(pa.table({"a": [-0.0]}))


def test_a_partial_row_never_says_the_same_as_a_whole_one() -> None:
    table = pa.table({"a": ["1", "2"]})
    whole, some, others = made(table), made(table, delivered="a"), made(table, delivered="a,b")
    assert len({*whole, *some, *others}) == 6


def test_another_key_makes_other_digests() -> None:
    table = pa.table({"a": ["1"]})
    assert RowDigester(bytes(32)).digests(table).to_pylist() != made(table)


def test_digests_of_texts_keep_null_and_differ_by_purpose() -> None:
    texts = pa.array(["I1", None, ""])
    first, absent, empty = OURS.texts(texts, "row key").to_pylist()
    assert absent is None
    assert len({first, empty, OURS.texts(texts, "other")[0].as_py()}) == 3
