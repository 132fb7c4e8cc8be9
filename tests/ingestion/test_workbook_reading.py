"""Workbooks as people fill them: the right sheet, the header below titles, cells as they are meant."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from typing import Any

import pytest
import xlsxwriter
from xlsxwriter.worksheet import Worksheet

from ingestion.readers.batch import UnreadableFileError
from tests.ingestion.house import House
from tests.ingestion.reading import read
from tests.ingestion.workbooks import changed, date_cell, ods, table, text_cell, workbook

HEADER = ("工号", "姓名", "入职日期", "备注")
E1 = ("0012", "张伟", "2020-01-01", "第一行\n第二行")
E2 = ("0013", "李娜", "2020-01-02", None)
SHEET = "xl/worksheets/sheet1.xml"


def cells(*values: Any, number_format: str | None = None) -> dict[int, dict[str, Any]]:
    """What is read of one column 备注 with these values, all in one number format."""

    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        form = book.add_format({"num_format": number_format}) if number_format else None
        sheet.write_row(0, 0, ["工号", "备注"])
        for row, value in enumerate(values, 1):
            sheet.write_string(row, 0, f"E{row}")
            sheet.write(row, 1, value, form)

    return read(workbook(("s", fill))).rows


def test_a_plain_sheet() -> None:
    reading = read(workbook(("花名册", table(HEADER, E1, E2))))
    assert (reading.layout.format, reading.layout.sheet, reading.layout.header_row) == ("XLSX", "花名册", 1)
    assert reading.rows == {
        1: dict(zip(HEADER, E1, strict=True)),
        2: {"工号": "0013", "姓名": "李娜", "入职日期": "2020-01-02"},
    }


def test_the_sheet_of_the_source_comes_before_the_first_one() -> None:
    book = workbook(("说明", table(("请填写",))), ("Employees", table(HEADER, E1)), ("x", table(HEADER, E2)))
    assert read(book, sheet="employees").rows[1]["工号"] == "0012"


def test_hidden_and_empty_sheets_are_passed_over() -> None:
    def hidden(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        table(HEADER, E2)(book, sheet)
        sheet.hide()

    def shown(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        table(HEADER, E1)(book, sheet)
        sheet.activate()
        sheet.set_first_sheet()

    reading = read(workbook(("字典", hidden), ("空", table()), ("数据", shown)))
    assert (reading.layout.sheet, reading.rows[1]["工号"]) == ("数据", "0012")


def test_titles_blank_rows_and_blank_columns_are_no_data() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(0, 1, 0, 5, "员工信息表")
        sheet.write(1, 1, "导出时间：2025-03-01")
        table(HEADER, E1, (), (None,), E2, (), ("合计", None, None, 2), at=(3, 2))(book, sheet)

    reading = read(workbook(("s", fill)))
    assert reading.layout.header_row == 4
    assert [row["工号"] for row in reading.rows.values()] == ["0012", "0013"]
    assert list(reading.rows) == [1, 2]
    assert reading.reasons == {3: "the row is a total, not one of the rows it sums up"}


def test_headers_over_two_rows_with_merged_groups() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.merge_range(0, 0, 1, 0, "工号")
        sheet.merge_range(0, 1, 0, 2, "基本信息")
        table(("姓名", "入职日期"), at=(1, 1))(book, sheet)
        table(E1[:3], E2[:3], at=(2, 0))(book, sheet)

    reading = read(workbook(("s", fill)))
    assert reading.headers == ("工号", "姓名", "入职日期")
    assert [row["工号"] for row in reading.rows.values()] == ["0012", "0013"]


def test_a_cell_merged_over_rows_counts_for_each_of_them() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        table(("工号", "部门"), ("E1",), ("E2",), ("E3", "行政部"))(book, sheet)
        sheet.merge_range(1, 1, 2, 1, "销售部")

    rows = read(workbook(("s", fill))).rows
    assert [row["部门"] for row in rows.values()] == ["销售部", "销售部", "行政部"]


@pytest.mark.parametrize("is_1904", [False, True])
def test_dates_and_times(is_1904: bool) -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["工号", "入职日期"])
        for row, (value, form) in enumerate(
            [
                (dt.date(2024, 2, 29), "yyyy-mm-dd"),
                (dt.datetime(2024, 2, 29, 13, 5, 9), "m/d/yy h:mm"),
                (dt.date(2024, 2, 29), 'yyyy"年"m"月"d"日"'),
                (dt.time(13, 5), "h:mm"),
                (dt.timedelta(hours=30, minutes=5), "[h]:mm"),
            ],
            1,
        ):
            sheet.write_string(row, 0, f"E{row}")
            sheet.write_datetime(row, 1, value, book.add_format({"num_format": form}))

    rows = read(workbook(("s", fill), date_1904=is_1904)).rows
    assert [row["入职日期"] for row in rows.values()] == [
        "2024-02-29",
        "2024-02-29 13:05:09",
        "2024-02-29",
        "13:05:00",
        "30:05:00",
    ]


def test_numbers_keep_their_digits() -> None:
    assert cells(1001.0, 0.1, 2.5, -3)[1]["备注"] == 1001
    rows = read(workbook(("s", table(("工号", "姓名"), (1001.0, "a"), ("0012", "b"), (1.5, "c"))))).rows
    assert [row["工号"] for row in rows.values()] == ["1001", "0012", "1.5"]


def test_formats_that_change_what_a_number_says() -> None:
    assert cells(0.855, 1, 0.57, number_format="0.0%") == {
        n: {"工号": f"E{n}", "备注": text} for n, text in ((1, "85.5%"), (2, "100%"), (3, "57%"))
    }
    assert [row["备注"] for row in cells(12, 123456, number_format="00000").values()] == ["00012", "123456"]
    assert [row["备注"] for row in cells(12, 3, number_format="0.00").values()] == [12, 3]
    assert [row["备注"] for row in cells(12, 3, number_format='0"%"').values()] == [12, 3]


def test_booleans_formulas_and_rich_text() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        table(("工号", "备注"), ("E1",), ("E2",), ("E3",))(book, sheet)
        sheet.write_boolean(1, 1, True)
        sheet.write_formula(2, 1, '="家"&"庭"', None, "家庭")
        sheet.write_rich_string(3, 1, "家", book.add_format({"bold": True}), "庭", "原因")

    assert [row["备注"] for row in read(workbook(("s", fill))).rows.values()] == ["true", "家庭", "家庭原因"]


def test_an_error_breaks_its_row_where_the_column_matters_and_is_kept_aside_elsewhere() -> None:
    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        table(("工号", "部门", "星座"), *((f"E{n}", "销售部", "狮子") for n in range(1, 5)))(book, sheet)
        sheet.write_formula(1, 1, "=Z!A1", None, "#REF!")
        sheet.write_formula(2, 1, "=NA()", None, "#N/A")
        sheet.write_formula(3, 2, "=1/0", None, "#DIV/0!")

    reading = read(workbook(("s", fill)))
    assert reading.codes == {1: "cell_error"}
    assert (reading.broken[0].column, reading.reasons[1]) == ("部门", "the cell shows the error #REF!")
    assert reading.rows[2] == {"工号": "E2", "星座": "狮子"}
    assert reading.rows[3]["星座"] == "#DIV/0!"


def test_a_text_that_reads_like_an_error_is_a_text() -> None:
    assert read(workbook(("s", table(("工号", "姓名"), ("E1", "#REF!"))))).rows[1]["姓名"] == "#REF!"


def test_an_id_of_more_digits_than_excel_keeps_is_never_taken_for_another_one() -> None:
    lossy = read(workbook(("s", table(("工号", "姓名"), (1.23456789012345e17, "a"), ("E2", "b")))))
    assert (set(lossy.rows), lossy.codes) == ({2}, {1: "cell_error"})
    exact = changed(
        workbook(("s", table(("工号", "姓名"), (7, "a")))),
        {SHEET: lambda xml: xml.replace(b"<v>7</v>", b"<v>110101199003071234</v>")},
    )
    assert read(exact).rows[1]["工号"] == "110101199003071234"


def test_a_column_without_a_header_is_named_by_its_place_and_a_stray_cell_breaks_its_row() -> None:
    reading = read(workbook(("s", table(("工号", None, "姓名"), ("E1", "x", "甲"), ("E2", None, "乙")))))
    assert reading.headers == ("工号", "column 2", "姓名")
    many = [(f"E{n}", "甲", None) for n in range(60_000)]
    many[-1] = ("E59999", "甲", "stray")
    reading = read(workbook(("s", table(("工号", "姓名"), *many))))
    assert reading.headers == ("工号", "姓名")
    assert reading.codes == {60_000: "field_count"}


def test_open_document_sheets() -> None:
    content = ods([text_cell("工号"), text_cell("入职日期")], [text_cell("0012"), date_cell("2024-02-29")])
    reading = read(content)
    assert (reading.layout.format, reading.rows) == ("ODS", {1: {"工号": "0012", "入职日期": "2024-02-29"}})


@pytest.mark.parametrize("day", [dt.date(2025, 10, 3), dt.date(2025, 2, 1)])
def test_dates_that_a_spreadsheet_may_have_swapped_are_not_taken(house: House, day: dt.date) -> None:
    rows = (("E1", day.isoformat()), ("E2", "23/12/2025"))
    report = house.take("employees", "a.xlsx", workbook(("s", table(("employee_id", "hired_on"), *rows))))
    assert (report.kept, report.quarantined) == (0, 2), "3 October may have been 10 March"


def test_the_whole_way_into_the_warehouse(house: House) -> None:
    rows = [(f"E{n}", f"甲{n}", dt.date(2020, 1, n), n * 1000.5) for n in range(1, 6)]

    def fill(book: xlsxwriter.Workbook, sheet: Worksheet) -> None:
        sheet.write_row(0, 0, ["工号", "姓名", "入职日期", "月薪"])
        day = book.add_format({"num_format": "yyyy/m/d"})
        for number, (key, name, hired, salary) in enumerate(rows, 1):
            sheet.write_row(number, 0, [key, name])
            sheet.write_datetime(number, 2, hired, day)
            sheet.write_number(number, 3, salary)

    report = house.take("employees", "花名册.csv", workbook(("Sheet1", fill)))
    assert (report.rows_in, report.kept) == (5, 5)
    text = "工号,姓名,入职日期,月薪\n" + "".join(f"{k},{n},{d},{s}\n" for k, n, d, s in rows)
    assert house.take("employees", "again.csv", text).duplicates == 5


def far() -> bytes:
    """One cell at the other end of the sheet: 17 billion cells between."""
    return changed(
        workbook(("s", table(("工号", "姓名"), ("E1", "甲")))),
        {
            SHEET: lambda xml: xml.replace(b'r="B2"', b'r="XFD1048576"').replace(
                b'<row r="2"', b'<row r="1048576"'
            )
        },
    )


def bomb() -> bytes:
    """A sheet of which 3 GB unpack from 3 MB."""
    buffer = io.BytesIO(workbook(("s", table(("工号",)))))
    with (
        zipfile.ZipFile(buffer, "a", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet2.xml", "w", force_zip64=True) as member,
    ):
        for _ in range(300):
            member.write(b" " * (10 * 1024 * 1024))
    return buffer.getvalue()


def liar(content: bytes) -> bytes:
    """The same archive, of which every member says that it has one byte."""
    data = bytearray(content)
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 24 : at + 28] = (1).to_bytes(4, "little")
        at = data.find(b"PK\x01\x02", at + 4)
    return bytes(data)


def compound(stream: str) -> bytes:
    """The beginning of an old Office file with a stream of some name."""
    return b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600) + (stream + "\0").encode("utf-16-le") + bytes(600)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (workbook(("s", table(HEADER, E1)))[:-400], "is an XLSX workbook but damaged"),
        (workbook(("s", table(HEADER, E1)))[:500], "is an XLSX workbook but damaged"),
        (workbook(("s", table())), "is a workbook without any filled sheet"),
        (far(), "damaged, or too large to be read at once; save its sheet as CSV"),
        (liar(workbook(("s", table(HEADER, E1)))), "is an XLSX workbook but damaged"),
        (compound("Workbook"), "is an XLS workbook but damaged"),
        (compound("EncryptedPackage"), "is protected by a password; save it without one"),
        (compound("WordDocument"), "is an old Word, PowerPoint or Outlook file"),
        (workbook(("s", table(("a", "a"), ("1", "2")))), "has the same header over columns 1 and 2"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_rejected_in_one_sentence(content: bytes, sentence: str) -> None:
    with pytest.raises(UnreadableFileError, match=sentence):
        read(content)


@pytest.mark.slow
def test_a_bomb_is_told_before_it_unpacks() -> None:
    with pytest.raises(UnreadableFileError, match="unpacks to more than 2 GB; save its sheet as CSV"):
        read(bomb())


def test_a_byte_that_is_wrong_inside_a_sheet_rejects_it() -> None:
    content = bytearray(workbook(("s", table(HEADER, *([E1] * 200)))))
    with zipfile.ZipFile(io.BytesIO(bytes(content))) as archive:
        member = archive.getinfo(SHEET)
    content[member.header_offset + 80] ^= 0x55
    with pytest.raises(UnreadableFileError, match="damaged"):
        read(bytes(content))
