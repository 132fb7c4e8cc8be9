"""How people lay out a table in a text file: titles, separators, quoting, footers, joined files."""

from __future__ import annotations

import pytest

from ingestion.readers.batch import UnreadableFileError
from tests.ingestion.reading import read

HEADER = "员工编号,姓名,入职日期"
FIRST = {"员工编号": "E1", "姓名": "甲", "入职日期": "2020-01-01"}
SECOND = {"员工编号": "E2", "姓名": "乙", "入职日期": "2020-01-02"}
ROWS = "E1,甲,2020-01-01\nE2,乙,2020-01-02\n"


@pytest.mark.parametrize(
    "above",
    [
        "",
        "\n\n",
        "员工信息表\n",
        "员工信息表,,\n导出时间：2025-03-01 08:00,,\n,,\n",
        '"员工信息表\n2025 年"\n',
        "sep=,\n",
        "姓名 花名册\n制表人：张三\n\n",
        "基本信息,,任职信息\n",
    ],
)
def test_the_header_row_is_found_below_titles_and_no_row_is_lost(above: str) -> None:
    reading = read(above + HEADER + "\n" + ROWS)
    assert reading.rows == {1: FIRST, 2: SECOND}
    assert reading.layout.header_row == above.count("\n") + 1


def test_a_row_that_repeats_words_of_the_header_is_not_taken_for_it() -> None:
    reading = read(HEADER + "\n" + ROWS + "E3,姓名,2020-01-03\n")
    assert reading.layout.header_row == 1
    assert reading.rows[3]["姓名"] == "姓名"


def test_headers_nobody_knows_are_found_below_a_title_too() -> None:
    reading = read("Quarterly report\n\nfoo,bar,baz\n1,2,3\n4,5,6\n")
    assert reading.headers == ("foo", "bar", "baz")
    assert reading.rows[1] == {"foo": "1", "bar": "2", "baz": "3"}


@pytest.mark.parametrize("separator", [",", "\t", ";", "|", "^", "\x01"])
def test_every_separator_is_found(separator: str) -> None:
    reading = read((HEADER + "\n" + ROWS).replace(",", separator))
    assert reading.layout.separator == separator
    assert reading.rows == {1: FIRST, 2: SECOND}


def test_a_separator_that_is_named_above_the_table_counts() -> None:
    reading = read("sep=~\nemployee_id~name\nE1~a,b;c\n")
    assert reading.rows == {1: {"employee_id": "E1", "name": "a,b;c"}}


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ('E1,"甲, ""乙"""\nE2,"丙"\n', '甲, "乙"'),
        ('"E1","甲, \\"乙\\""\n"E2","丙"\n', '甲, "乙"'),
        ('"E1","a\\\\b"\n"E2","say \\"hi\\""\n', "a\\b"),
        ("'E1','甲, \"乙\"'\n'E2','丙'\n", '甲, "乙"'),
        ("'E1','甲, 乙'\n'E2','it''s'\n", "甲, 乙"),
        ('"E1", "甲, 乙"\n"E2", "丙"\n', "甲, 乙"),
        ('E1,"C:\\"\nE2,"丙"\n', "C:\\"),
        ("E1,O'Neil\nE2,'quoted'\n", "O'Neil"),
    ],
)
def test_ways_of_quoting(text: str, name: str) -> None:
    reading = read("employee_id,name\n" + text)
    assert reading.rows[1] == {"employee_id": "E1", "name": name}
    assert (set(reading.rows), reading.broken) == ({1, 2}, ())


def test_quotes_in_tab_separated_text_without_quoting_are_text() -> None:
    rows = [f'E{n}\t"{n} inch" screen' for n in range(5)]
    reading = read("employee_id\tname\n" + "\n".join(rows))
    assert reading.rows[1] == {"employee_id": "E0", "name": '"0 inch" screen'}
    assert not reading.broken


def test_a_separator_at_the_end_of_each_row_makes_no_column() -> None:
    assert read("employee_id,name,\nE1,甲\nE2,乙\n").headers == ("employee_id", "name")
    reading = read("employee_id,name\nE1,甲,\nE2,乙,\n")
    assert [row["name"] for row in reading.rows.values()] == ["甲", "乙"]


def test_one_field_too_many_in_one_row_is_never_guessed_away() -> None:
    reading = read("employee_id,name\nE1,甲\nE2,,乙\nE3,丙,\nE4\n")
    assert set(reading.rows) == {1}
    assert reading.codes == {2: "field_count", 3: "field_count", 4: "field_count"}


@pytest.mark.parametrize("between", [1, 3])
@pytest.mark.parametrize("end", ["", "x"])
def test_two_quotes_that_nobody_closed_do_not_swallow_the_rows_between(between: int, end: str) -> None:
    rows = "".join(f"E{n},乙,2020-01-02\n" for n in range(2, 2 + between))
    reading = read(HEADER + f'\nE1,甲,"2020\n{rows}E8,丙,"{end}\nE9,丁,2020-01-09\n')
    assert [row["员工编号"] for row in reading.rows.values()][-1] == "E9"
    assert len(reading.rows) + len(reading.broken) == between + 3
    assert [row["员工编号"] for row in reading.rows.values()][:between] == [
        f"E{n}" for n in range(2, 2 + between)
    ]


def test_a_text_over_lines_with_commas_is_one_cell() -> None:
    reading = read(HEADER + '\nE1,"a, b, c\nd, e",2020-01-01\nE2,乙,2020-01-02\n')
    assert reading.rows[1]["姓名"] == "a, b, c\nd, e"


def test_line_ends_may_be_mixed() -> None:
    assert read(HEADER + "\r\nE1,甲,2020-01-01\rE2,乙,2020-01-02\n").rows == {1: FIRST, 2: SECOND}


@pytest.mark.parametrize(
    ("cell", "text"),
    [('="0012"', "0012"), ('"=""0012"""', "0012"), ("'0012", "0012"), ("'110101199003071234", None)],
)
def test_marks_that_keep_zeros_are_no_text(cell: str, text: str | None) -> None:
    reading = read(f"employee_id,name\n{cell},O'Neil\nE2,乙\n")
    assert reading.rows[1] == {"employee_id": text or cell[1:], "name": "O'Neil"}


@pytest.mark.parametrize(
    "footer",
    [
        "合计,,\n",
        "总计：,2,\n",
        ",合计,2\n",
        "Total,2,\n",
        "共 2 条记录,,\n",
        "制表人：张三,,\n",
        "2 rows,,\n",
    ],
)
def test_totals_and_remarks_below_a_table_are_set_apart(footer: str) -> None:
    reading = read(HEADER + "\n" + ROWS + footer)
    assert reading.rows == {1: FIRST, 2: SECOND}
    assert set(reading.codes) == {3}


def test_a_total_behind_an_id_is_what_somebody_said() -> None:
    assert read(HEADER + "\nE1,总计,2020-01-01\n").rows == {1: {**FIRST, "姓名": "总计"}}


def test_a_person_with_one_value_only_is_a_row() -> None:
    assert read(HEADER + "\nE1,,\n注册会计师,,\n").rows == {
        1: {"员工编号": "E1"},
        2: {"员工编号": "注册会计师"},
    }


@pytest.mark.parametrize("again", [HEADER, "工号,姓名,入职日期", "employee_id,name,hired_on"])
def test_a_header_that_comes_again_is_set_apart(again: str) -> None:
    reading = read(HEADER + "\nE1,甲,2020-01-01\n" + again + "\nE2,乙,2020-01-02\n")
    assert reading.rows == {1: FIRST, 3: SECOND}
    assert reading.reasons == {2: "the row is the header once more"}


def test_below_another_header_nothing_is_read_under_the_first_one() -> None:
    swapped = "员工编号,入职日期,姓名\nE2,2020-01-02,乙\nE3,2020-01-03,丙\n"
    reading = read(HEADER + "\nE1,甲,2020-01-01\n" + swapped + HEADER + "\nE2,乙,2020-01-02\n")
    assert reading.rows == {1: FIRST, 6: SECOND}
    assert set(reading.reasons) == {2, 3, 4, 5}
    assert reading.reasons[3] == "the row stands below a second header row with other columns (row 2)"


def test_given_headers_take_the_first_line_as_a_row() -> None:
    headers = ("employee_id", "name", "hired_on")
    reading = read("E1\t甲\t2020-01-01\nE2\t乙\t2020-01-02\n", given_headers=headers)
    assert (reading.layout.header_row, reading.headers) == (None, headers)
    assert [row["employee_id"] for row in reading.rows.values()] == ["E1", "E2"]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("a" * 3_000_000, "begins with a line of more than a million characters"),
        (",".join(f"c{n}" for n in range(40_000)) + "\n1\n", "has 40,000 columns; at most 16,384 are read"),
        (
            ",".join(f"column_{n}" for n in range(1_000_000)) + "\n",
            "a line of more than a million characters",
        ),
        (b"\x00\x01\x02\x03" * 10, "is a binary file of an unknown kind"),
        (bytes(range(256)) * 100, "is a binary file of an unknown kind"),
        (bytes(5_000), "is a binary file of an unknown kind"),
        ("sep=;\n", "has no header row"),
        ("<table><tr><td>工号</td></tr></table>", "is an HTML or XML file"),
        ("{\\rtf1 text}", "is an RTF document"),
    ],
)
def test_what_is_no_table_is_rejected_in_one_sentence(content: str | bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFileError, match=sentence):
        read(content)


def test_a_cell_beyond_the_limit_costs_its_row(monkeypatch: pytest.MonkeyPatch) -> None:
    huge = "x" * (17 * 1024 * 1024)
    reading = read(f"employee_id,name\nE1,甲\nE2,{huge}\nE3,丙\n")
    assert set(reading.rows) == {1, 3}
    assert reading.codes == {2: "too_large_cell"}
