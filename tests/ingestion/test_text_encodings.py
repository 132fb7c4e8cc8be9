"""Encodings: every one that is named is read with and without a mark; no other is ever read garbled."""

from __future__ import annotations

import codecs

import pytest

from ingestion.readers.batch import UnreadableFileError
from tests.ingestion.reading import read

TABLE = "员工编号,姓名,入职日期,离职原因\nE1,张伟,2020-01-01,家庭原因\nE2,李娜😀,2020-01-02,身体原因\n"
ROWS = {
    1: {"员工编号": "E1", "姓名": "张伟", "入职日期": "2020-01-01", "离职原因": "家庭原因"},
    2: {"员工编号": "E2", "姓名": "李娜😀", "入职日期": "2020-01-02", "离职原因": "身体原因"},
}
# The same without any header that is known in Chinese.
PLAIN = TABLE.replace("员工编号,姓名,入职日期,离职原因", "employee_id,name,hired_on,leaving_reason")


@pytest.mark.parametrize(
    ("encoding", "label"),
    [
        ("utf-8", "UTF-8"),
        ("utf-8-sig", "UTF-8"),
        ("utf-16", "UTF-16"),
        ("utf-16-le", "UTF-16"),
        ("utf-16-be", "UTF-16"),
        ("utf-32", "UTF-32"),
        ("utf-32-le", "UTF-32"),
        ("utf-32-be", "UTF-32"),
        ("gb18030", "GB18030"),
    ],
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_every_encoding_that_is_named_is_read(encoding: str, label: str, line_end: str) -> None:
    reading = read(TABLE.replace("\n", line_end).encode(encoding))
    assert reading.layout.encoding == label
    assert reading.rows == ROWS


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be", "utf-32-le", "gb18030"])
def test_a_mark_is_no_part_of_the_first_header(encoding: str) -> None:
    assert read(("\ufeff" + TABLE).encode(encoding)).rows == ROWS


def test_letters_and_digits_alone_in_utf_16_without_a_mark() -> None:
    reading = read("employee_id,name\nE1,Li\n".encode("utf-16-le"))
    assert reading.rows == {1: {"employee_id": "E1", "name": "Li"}}


@pytest.mark.parametrize(
    ("text", "encoding", "said"),
    [
        ("E1,陳大文,業務部,家庭原因\nE2,黃小明,人力資源部,個人發展\n", "big5", "it looks like Big5"),
        ("E1,José Muñoz\nE2,Jürgen Müller\nE3,Zoë Brontë\n", "latin-1", "it looks like Windows-1252"),
        ("E1,Søren Kjær\nE2,Åsa Öberg\n", "cp1252", "it looks like Windows-1252"),
        ("E1,Женя Иванова\nE2,Маша Петрова\n", "cp1251", "save it as UTF-8"),
        ("E1,たなか ゆうこ\nE2,さとう はなこ\n", "shift_jis", "save it as UTF-8"),
        ("E1,たなか ゆうこ\nE2,さとう はなこ\n", "euc-jp", "save it as UTF-8"),
        ("E1,김철수 이영희 박지성 최민수\n" * 8, "euc-kr", "it may be EUC-KR"),
    ],
)
def test_text_in_another_encoding_is_rejected_and_not_read_garbled(
    text: str, encoding: str, said: str
) -> None:
    with pytest.raises(UnreadableFileError, match=said):
        read(("employee_id,name\n" + text).encode(encoding))


def test_gb18030_without_any_known_header_is_told_by_its_characters() -> None:
    reading = read(PLAIN.encode("gb18030"))
    assert reading.layout.encoding == "GB18030"
    assert reading.rows[1]["leaving_reason"] == "家庭原因"


def test_rare_characters_do_not_matter_when_a_header_is_known() -> None:
    reading = read("员工编号,姓名\nE1,喆堃\nE2,㛃䶮\nE3,𠮷\n".encode("gb18030"))
    assert [row["姓名"] for row in reading.rows.values()] == ["喆堃", "㛃䶮", "𠮷"]


def test_one_damaged_byte_in_a_file_of_letters_costs_one_row() -> None:
    rows = [f"E{number},Li,2020-01-01,family" for number in range(40)]
    content = ("employee_id,name,hired_on,leaving_reason\n" + "\n".join(rows)).encode()
    at = content.index(b"family", 400) + 1
    reading = read(content[:at] + b"\xe1" + content[at + 1 :])
    assert reading.layout.encoding == "UTF-8"
    assert (len(reading.rows), list(reading.codes.values())) == (39, ["undecodable"])


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_a_lost_byte_in_utf_16_costs_the_lines_around_it_only(encoding: str) -> None:
    lines = [
        "员工编号,姓名,入职日期,离职原因\n",
        *(f"E{n:03},张伟,2020-01-01,家庭原因\n" for n in range(100)),
    ]
    mark = codecs.BOM_UTF16_LE if encoding.endswith("le") else codecs.BOM_UTF16_BE
    content = mark + "".join(lines).encode(encoding)
    at = len(mark + "".join(lines[:41]).encode(encoding)) + 5
    reading = read(content[:at] + content[at + 1 :])
    kept = [row["员工编号"] for row in reading.rows.values()]
    assert set(kept) >= {f"E{n:03}" for n in range(100) if n not in (40, 41)}
    assert len(reading.rows) + len(reading.broken) == 100


@pytest.mark.parametrize("codec", ["utf-16", "utf-32"])
def test_a_file_that_ends_inside_a_character_loses_its_last_row_only(codec: str) -> None:
    reading = read(TABLE.encode(codec)[:-3])
    assert reading.rows == {1: ROWS[1]}
    assert set(reading.codes) == {2}


def test_marks_inside_joined_files_are_no_text() -> None:
    quoted = TABLE.replace("E1", '"F1"').replace("E2", "F2").replace("员工编号", '"员工编号"')
    joined = b"".join(codecs.BOM_UTF8 + text.encode() for text in (TABLE, quoted, '"F3",,,\n'))
    reading = read(joined)
    assert [row["员工编号"] for row in reading.rows.values()] == ["E1", "E2", "F1", "F2", "F3"]
    assert set(reading.reasons.values()) == {"the row is the header once more"}


@pytest.mark.parametrize("end", [b"\x1a", b"\r\n\x1a", b"\0" * 500, b"\n" + b"\0" * 500])
def test_what_only_ends_a_file_is_no_row(end: bytes) -> None:
    reading = read(TABLE.encode().rstrip() + end)
    assert (reading.rows, reading.broken) == (ROWS, ())


def test_zero_bytes_around_a_cell_are_padding_and_inside_it_damage() -> None:
    reading = read(b"employee_id,name\nE1,\0\nE2\0\0,Li\nE3,L\0i\n")
    assert reading.rows == {1: {"employee_id": "E1"}, 2: {"employee_id": "E2", "name": "Li"}}
    assert reading.codes == {3: "undecodable"}
