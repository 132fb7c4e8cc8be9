"""A column of texts is normalised exactly as each text by itself, and so is the way back."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_udfs.characters import character_table
from scoring_udfs.code_points import decode, encoded, text_chunks
from scoring_udfs.errors import ColumnError
from scoring_udfs.normalise import normalise
from scoring_udfs.normalised_texts import NormalisedTexts, normalise_column
from scoring_udfs.normalising import BLOCK, plain_ascii, plain_of_three
from tests.scoring_udfs.test_normalise import TRICKY

# Runs of each length in UTF-8, on both sides of the blocks that are decoded at once, and what breaks them.
RUNS = st.builds(
    lambda unit, times: unit * times, st.sampled_from("aZ好，Ａé😀\ud800…　 "), st.integers(1, 40)
)
PIECES = RUNS | st.text(st.sampled_from(TRICKY), max_size=6) | st.text(max_size=4)
TEXTS = st.lists(PIECES, max_size=6).map("".join)
ROWS = st.lists(st.none() | TEXTS, max_size=6)


def normalised(rows: list[str | None]) -> NormalisedTexts:
    return normalise_column(decode(encoded(rows)))


@settings(max_examples=400, deadline=None)
@given(ROWS)
def test_every_row_is_what_it_is_by_itself(rows: list[str | None]) -> None:
    column = normalised(rows)
    assert [column.text(row) for row in range(len(column))] == [
        None if text is None else normalise(text).text for text in rows
    ]
    assert column.characters.tolist() == [len(text or "") for text in rows]
    assert column.is_null.tolist() == [text is None for text in rows]
    assert column.is_blank.tolist() == [text is not None and normalise(text).is_blank for text in rows]


@settings(max_examples=400, deadline=None)
@given(ROWS, st.integers(1, 3))
def test_every_span_leads_back_to_where_it_does_by_itself(rows: list[str | None], width: int) -> None:
    column = normalised(rows)
    begins, lines, wanted = [0], [], []
    for text in rows:
        alone = normalise(text or "")
        for start in range(len(alone.text) - width + 1):
            lines.append((7, start, start + width))
            wanted.append((7, *alone.span(start, start + width)))
        begins.append(len(lines))
    led_back = np.array(lines, np.int32).reshape(-1, 3)
    column.lead_back(np.array(begins, np.int64), led_back)
    assert list(map(tuple, led_back.tolist())) == wanted


@given(ROWS, st.integers(0, 6), st.integers(0, 6))
@settings(deadline=None)
def test_a_slice_holds_its_rows(rows: list[str | None], start: int, length: int) -> None:
    part = normalised(rows).slice(start, min(start + length, len(rows)))
    assert [part.text(row) for row in range(len(part))] == [
        None if text is None else normalise(text).text for text in rows[start : start + length]
    ]


@pytest.mark.parametrize(
    "raw",
    [
        *(
            b"\xff\xfeab",
            b"\xe4\xb8",
            b"\xf0\x9f\x98",
            b"\xf4\x90\x80\x80",
            b"\xc1\xbf",
            b"\x80",
            b"\xc0\x80",
        ),
        *(b"\xf8\x88\x80\x80\x80", b"\xe0\x9f\xbf", b"\xf0\x8f\xbf\xbf", b"\xed\xa0", b"\xed\xa0\x80\xff"),
        *(
            "好".encode() * 15 + b"\xe0\x9f\xbf",
            b"a" * 15 + b"\xff" + b"a" * 20,
            "好".encode() * 20 + b"\xe5",
        ),
    ],
)
@pytest.mark.parametrize("before", ["", "x", "好" * 3, "a" * 17])
def test_damaged_bytes_become_what_pythons_decoder_makes_of_them(raw: bytes, before: str) -> None:
    damaged = before.encode() + raw
    column = normalise_column(decode(pa.array([b"q", damaged, None, b"z"], pa.binary())))
    wanted = normalise(damaged.decode("utf-8", "replace")).text
    assert [column.text(row) for row in range(4)] == ["q", wanted, None, "z"]
    assert column.characters[1] == len(damaged.decode("utf-8", "replace"))


def test_every_character_is_what_it_is_by_itself_in_a_long_run_too() -> None:
    # Long enough for a block, with one character more, and more text behind it to be looked at.
    rows = [chr(code) * 17 for code in range(0x10000) if not 0xD800 <= code < 0xE000]
    column = normalised([*rows, "。" * 20])
    wrong = [row[0] for number, row in enumerate(rows) if column.text(number) != normalise(row).text]
    assert wrong == []


def test_what_is_done_in_blocks_is_what_the_table_says_of_it() -> None:
    values, made = character_table().values, np.zeros(BLOCK, np.uint32)
    blocks = [(plain_ascii, np.full(BLOCK + 1, code, np.uint8), code) for code in range(0x80)]
    blocks += [
        (plain_of_three, np.frombuffer(chr(code).encode("utf-8", "surrogatepass") * BLOCK, np.uint8), code)
        for code in range(0x800, 0x10000)
    ]
    plain = 0
    for write, data, code in blocks:
        if write(data, made) == BLOCK:
            plain += 1
            assert set(made.tolist()) == {values[code]}, hex(code)
    # Printable ASCII but for spaces in a row; Chinese characters, marks, quotation marks and wide ASCII.
    assert plain == 94 + 27_648 + 32 + 8 + 94


@pytest.mark.parametrize("before", ["", "好" * 3, "好" * 16, "a" * 15])
def test_a_damaged_end_is_not_mended_by_the_row_behind_it(before: str) -> None:
    whole = "中".encode()
    rows = [before.encode() + whole[:2], whole[2:] + "好".encode() * 20, b" " * 3, b" " * 20 + "好".encode()]
    column = normalise_column(decode(pa.array(rows, pa.binary())))
    assert [column.text(row) for row in range(4)] == [
        before + "\ufffd",
        "\ufffd" + "好" * 20,
        " ",
        " 好",
    ]


def test_every_layout_of_a_column_is_read_alike() -> None:
    rows = ["skipped", "做……需求", None, "", "e\u0301 ＡＢ  c"]
    plain = pa.array(rows).slice(1)
    wanted = [normalised(rows).text(row) for row in range(1, 5)]
    kinds = [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())]
    layouts = [plain.cast(kind) for kind in kinds]
    layouts += [plain.cast(pa.binary()), plain.cast(pa.large_binary()), plain.cast(pa.binary_view())]
    layouts += [pa.chunked_array([plain.slice(0, 1), plain.slice(1, 0), plain.slice(1)])]
    for layout in layouts:
        column = normalise_column(decode(layout))
        assert [column.text(row) for row in range(4)] == wanted, layout.type
    assert len(normalise_column(decode(pa.chunked_array([], pa.string())))) == 0
    assert normalise_column(decode(pa.nulls(2))).is_null.tolist() == [True, True]
    with pytest.raises(ColumnError, match="Column text is list"):
        decode(pa.array([["x"]]))


@given(ROWS, st.integers(1, 4), st.integers(1, 60))
def test_chunks_have_all_rows_in_order_and_no_more_than_they_may(
    rows: list[str | None], most_rows: int, most_bytes: int
) -> None:
    chunks = list(text_chunks(encoded(rows), "text", most_rows, most_bytes))
    assert [value for chunk in chunks for value in chunk.to_pylist()] == encoded(rows).to_pylist()
    for chunk in chunks:
        size = sum(len(value or b"") for value in chunk.to_pylist())
        assert len(chunk) == 1 or (len(chunk) <= most_rows and size <= most_bytes)


@pytest.mark.parametrize("unit", ["…", "\t\n", "ﷺ", "好", "a", "e\u0301", "😀", "Ａ 　 "])
def test_time_and_memory_grow_linearly_with_one_long_text(unit: str) -> None:
    small, large = unit * 2_000, unit * 200_000
    normalised([small])
    seconds = []
    for text in (small, large):
        started = time.process_time()
        column = normalised([text])
        seconds.append(time.process_time() - started)
    assert column.points.nbytes + column.edits.nbytes < 400 * len(large)
    assert seconds[1] < 500 * max(seconds[0], 0.001)
