"""Which texts are looked at by themselves before they are brought to normal form C."""

from __future__ import annotations

import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.values.arrays import tidy
from ingestion.values.normal_form import PLAIN_RANGES, odd_rows

MARK = "\u0301"
# What combines with the character before it although it is no mark: the vowels and finals of Korean.
_JAMO = {*range(0x1161, 0x1176), *range(0x11A8, 0x11C3)}


def _seconds() -> set[int]:
    """The second characters of all pairs that normal form C makes one."""
    pairs = (unicodedata.decomposition(chr(point)).split() for point in range(0x11_0000))
    return {int(pair[1], 16) for pair in pairs if len(pair) == 2 and not pair[0].startswith("<")}


def test_no_plain_character_is_changed_or_changes_the_one_before_it() -> None:
    combining = _seconds() | _JAMO
    for first, last in PLAIN_RANGES:
        for point in range(first, last + 1):
            if 0xD800 <= point <= 0xDFFF:
                continue
            character = chr(point)
            assert not unicodedata.combining(character), hex(point)
            assert unicodedata.is_normalized("NFC", character), hex(point)
            assert point not in combining, hex(point)


def test_ordinary_text_of_many_scripts_is_not_looked_at() -> None:
    texts = ["plain", "中文，“好”…", None, "Zoë", "Ωμέγα", "Привет", "日本語ガ", "한국어", "😀\u200d👩", "𠮷"]
    assert odd_rows(pa.array(texts)) == []


def test_texts_with_marks_are_found_by_their_rows_also_in_a_slice() -> None:
    texts = pa.array(
        ["x", f"e{MARK}", None, "", "中文", "\uf900", f"好{MARK}", "\u1112\u1161\u11ab", "\U0002f800"]
    )
    assert odd_rows(texts) == [1, 5, 6, 7, 8]
    assert odd_rows(texts.slice(4)) == [1, 2, 3, 4]


@given(
    st.lists(st.none() | st.text(st.sampled_from("aé中，😀𠮷\u00a0 " + MARK + "\u3099か\uf900\u1112\u1161")))
)
def test_tidy_texts_are_in_normal_form(texts: list[str | None]) -> None:
    expected = [(unicodedata.normalize("NFC", text).strip() or None) if text else None for text in texts]
    assert tidy(pa.array(texts, pa.string())).to_pylist() == expected


def test_bytes_that_are_no_text_are_refused() -> None:
    cut_in_two = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\4\0\0\0"), pa.py_buffer(b"a\xe4\xb8b")]
    )
    with pytest.raises(pa.ArrowInvalid):
        tidy(cut_in_two)
