"""The quick way through delimited text gives what the careful one gives: the same rows and numbers."""

from __future__ import annotations

from pathlib import Path

import hypothesis.strategies as st
import pytest
from hypothesis import given, settings

from ingestion.readers import fast_delimited
from ingestion.readers.batch import Hints, RowBatch
from ingestion.readers.cells import are_tidy
from ingestion.readers.delimited import DelimitedReader
from ingestion.readers.encoding import UTF_8

HEADER = b"h1,h2,h3\n"
Said = tuple[list[tuple[object, ...]], list[tuple[int, str, str]]]


class EveryHeader:
    """Knows any header."""

    def find(self, header: str) -> object | None:
        return header


class Careful:
    """The careful reader of a file, and how many lines it was asked for."""

    def __init__(self, folder: Path, content: bytes) -> None:
        self.path = folder / "file.csv"
        # Opened before it has rows: what they look like must not decide how the header is understood.
        self.path.write_bytes(HEADER + b"a,b,c\n")
        self._reader = DelimitedReader(self.path, UTF_8, Hints(True, EveryHeader()))
        self.path.write_bytes(HEADER + content)
        self.lines = 0

    def __call__(self, lines: list[str], before: int, at_end: bool) -> tuple[RowBatch, list[str]]:
        self.lines += len(lines)
        return self._reader._block(lines, before, at_end)

    def everything(self) -> Said:
        return said(list(self._reader._careful()))

    def quickly(self, block_bytes: int = fast_delimited.BLOCK_BYTES) -> Said:
        headers = ("h1", "h2", "h3")
        return said(list(fast_delimited.batches(self.path, ",", headers, len(HEADER), self, block_bytes)))


def said(batches: list[RowBatch]) -> Said:
    """All rows behind their numbers, and all broken rows."""
    rows: list[tuple[object, ...]] = []
    broken: list[tuple[int, str, str]] = []
    for batch in batches:
        rows += zip(batch.numbers.tolist(), *(c.to_pylist() for c in batch.columns.values()), strict=True)
        broken += [(row.number, row.code, row.content) for row in batch.broken]
    return rows, broken


def quoted(cell: str, always: bool) -> str:
    needs = always or any(character in cell for character in '",\r\n')
    return '"' + cell.replace('"', '""') + '"' if needs else cell


CELLS = st.one_of(
    st.sampled_from(["", "", "a", "1", "好", "x y"]), st.text('ab",\n\r\0\x1aé好"\ufeff\t ', max_size=6)
)
WELL_FORMED = st.lists(st.tuples(CELLS, st.booleans()), min_size=3, max_size=3).map(
    lambda row: ",".join(quoted(cell, always) for cell, always in row).encode()
)
PLAIN = st.sampled_from([b"a,b,c", b"1,2,3", b'x,"y",z', b'"1","2\n3","4"'])
JUNK = st.one_of(
    st.text('ab",\n\r ', max_size=12).map(str.encode),
    st.sampled_from([b"a,\xff,b", b"\xef\xbb\xbfa,b,c", b"a,b,c,d", b"\xa5\xbd,b,c", b",,", b'a"b,"c,d']),
)
ENDS = st.sampled_from([b"\n", b"\n", b"\n", b"\r\n", b"\r", b"\n\n"])
LINES = st.lists(st.tuples(st.one_of(PLAIN, PLAIN, WELL_FORMED, WELL_FORMED, JUNK), ENDS), max_size=40)


@settings(max_examples=400, deadline=None)
@given(LINES, st.sampled_from([8, 40, 64, 200, 100_000]), st.booleans())
def test_clean_and_dirty_text_reads_as_with_care(
    tmp_path_factory: pytest.TempPathFactory, lines: list[tuple[bytes, bytes]], block: int, ended: bool
) -> None:
    content = b"".join(line + end for line, end in lines)
    file = Careful(tmp_path_factory.mktemp("csv"), content if ended else content.rstrip(b"\r\n"))
    assert file.quickly(block) == file.everything()


def test_clean_text_never_needs_care(tmp_path: Path) -> None:
    rows = b"".join(b'%d,"text, with ""quotes""\nover two lines",\r\n' % number for number in range(9_000))
    file = Careful(tmp_path, rows)
    read, broken = file.quickly(64 * 1024)
    assert (len(read), broken, file.lines) == (9_000, [], 0)
    assert read[8_999] == (9_000, "8999", 'text, with "quotes"\nover two lines', None)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfa,b,c\nd,e,f\n",
        b"a,b,c\n\xef\xbb\xbfd,e,f\n",
        b'a,"x\n\xef\xbb\xbfy",c\n',
        b"a,b\0,c\n\0\0\n",
        b"a,b,c\n\x1a",
        b'a,"' + b"line\n" * 4_500 + b'",c\nd,e,f\n',
        b'a,"' + b"line\n" * 6_000 + b'",c\nd,e,f\n',
        b"\n\r\n",
        b'"\n",,',
        b"",
    ],
    ids=[
        *("mark", "joined", "mark in text", "zeros", "end mark", "long", "too long", "blank", "no end"),
        "nothing",
    ],
)
def test_rare_text_reads_as_with_care(tmp_path: Path, content: bytes) -> None:
    file = Careful(tmp_path, content)
    assert file.quickly() == file.everything()


def test_an_empty_cell_is_null_with_and_without_quotes(tmp_path: Path) -> None:
    assert Careful(tmp_path, b'a,,""\n').quickly() == ([(1, "a", None, None)], [])


@pytest.mark.parametrize("odd", [b"a,b\n", b'a,"b"c,d\n', b'a,"b,c\n', b"a,\xff,c\n", b'5" pipe,"b,c\n'])
def test_only_the_surroundings_of_an_odd_row_are_read_with_care(tmp_path: Path, odd: bytes) -> None:
    plain = b"a,b,c\n" * 40_000
    file = Careful(tmp_path, plain + odd + plain)
    rows, broken = file.quickly(128 * 1024)
    assert [number for number, _, _ in broken] == [40_001]
    assert len(rows) == 80_000
    assert file.lines < 20_000


def test_a_record_may_be_longer_than_a_block(tmp_path: Path) -> None:
    text = "line\n" * 1_000
    file = Careful(tmp_path, f'a,"{text}",c\n'.encode() * 5)
    assert file.quickly(512) == ([(number, "a", text, "c") for number in range(1, 6)], [])


def test_a_file_whose_lines_end_with_cr_alone_is_read(tmp_path: Path) -> None:
    file = Careful(tmp_path, b"a,b,c\r" * 1_000)
    assert file.quickly(256)[0][999] == (1_000, "a", "b", "c")
    batches = fast_delimited.batches(file.path, ",", ("h1", "h2", "h3"), len(HEADER), file, 256)
    assert max(len(batch.numbers) for batch in batches) < 200


@pytest.mark.parametrize(
    "cell", ['"=""0012"""', "'0012", "\u20180012", "a\0b", "\0", "\ufeffa", "a\ufeff", '"x=""y"""']
)
@pytest.mark.parametrize("place", [0, 128 * 1024 - 7, 128 * 1024 - 6, 128 * 1024 - 5])
def test_a_block_with_a_mark_anywhere_is_not_tidy(cell: str, place: int) -> None:
    assert not are_tidy(("a" * place + f",{cell}\n").encode())


def test_quotes_equal_signs_and_other_signs_are_no_marks() -> None:
    assert are_tidy('a=b,"x, y",“好”，ü — 「是」\n'.encode() * 5_000)
