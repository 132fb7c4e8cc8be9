"""CSV as people export it: encodings, separators, quotes; a broken row never takes others with it."""

from __future__ import annotations

import pytest

from ingestion.readers import records
from tests.ingestion.house import House

HEADER = "employee_id,name,hired_on,leaving_reason\n"


def reasons_of(house: House, content: str | bytes) -> dict[str, str | None]:
    """employee_id → leaving_reason of what is kept of one export."""
    house.take("employees", "export.csv", content)
    return {row["employee_id"]: row["leaving_reason"] for row in house.rows("employees")}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_encodings_and_line_ends(house: House, encoding: str, line_end: str) -> None:
    text = "员工编号,姓名,入职日期,离职原因\nE1,甲,2020-01-01,家庭原因\n".replace("\n", line_end)
    assert reasons_of(house, text.encode(encoding)) == {"E1": "家庭原因"}


@pytest.mark.parametrize("separator", [",", "\t", ";", "|"])
def test_separators(house: House, separator: str) -> None:
    text = (HEADER + "E1,甲,2020-01-01,family\n").replace(",", separator)
    assert reasons_of(house, text) == {"E1": "family"}


def test_quotes_hold_separators_quotes_and_line_breaks(house: House) -> None:
    text = HEADER + 'E1,甲,2020-01-01,"one, ""two""\nthree"\nE2,乙,2020-01-02,x\n'
    assert reasons_of(house, text) == {"E1": 'one, "two"\nthree', "E2": "x"}
    assert [row["_row_number"] for row in house.rows("employees")] == [1, 2]


def test_a_row_with_another_number_of_fields_is_set_apart(house: House) -> None:
    report = house.take(
        "employees",
        "export.csv",
        HEADER + "E1,甲,2020-01-01,x\nE2,乙\nE3,丙,2020-01-03,y,z\nE4,丁,2020-01-04,\n",
    )
    assert (report.rows_in, report.kept, report.quarantined) == (4, 2, 2)
    assert report.reasons == (
        "row 2: the row has 2 fields, the header has 4",
        "row 3: the row has 5 fields, the header has 4",
    )


@pytest.mark.parametrize(
    "broken",
    [
        'E2,"乙,2020-01-02,x\n',
        'E2,乙,2020-01-02,"x\n',
        'E2,"乙"丙,2020-01-02,x\n',
        '"E2,乙,2020-01-02,x\n',
    ],
)
@pytest.mark.parametrize(
    "after", ["E3,丙,2020-01-03,y\n", 'E3,丙,2020-01-03,"y, z"\nE4,"丁",2020-01-04,"q\nr"\n']
)
def test_a_quote_that_never_closes_costs_its_own_row_only(house: House, broken: str, after: str) -> None:
    report = house.take("employees", "export.csv", HEADER + "E1,甲,2020-01-01,x\n" + broken + after)
    rows = 2 + after.count("E")
    assert (report.rows_in, report.kept, report.quarantined) == (rows, rows - 1, 1)
    assert report.reasons[0].startswith("row 2: a quote ")
    assert {row["employee_id"] for row in house.rows("employees")} == {
        "E1",
        *(f"E{n}" for n in range(3, rows + 1)),
    }


def test_a_record_over_the_edge_of_a_block_stays_whole(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.readers.delimited._READ_CHARACTERS", 40)
    rows = "".join(f'E{n},甲,2020-01-01,"line one\nline {n}"\n' for n in range(50))
    assert reasons_of(house, HEADER + rows) == {f"E{n}": f"line one\nline {n}" for n in range(50)}


def test_a_field_of_very_many_lines_is_an_unclosed_quote(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(records, "_LONGEST_FIELD_LINES", 10)
    rows = "".join(f"E{n},甲,2020-01-01,x\n" for n in range(2, 30))
    report = house.take("employees", "export.csv", HEADER + 'E1,"甲,2020-01-01,x\n' + rows)
    assert (report.kept, report.quarantined) == (28, 1)


def test_blank_lines_are_no_rows(house: House) -> None:
    report = house.take(
        "employees", "export.csv", "\n" + HEADER + "\nE1,甲,2020-01-01,x\n\n\nE2,乙,2020-01-02,\n\n"
    )
    assert (report.rows_in, report.kept) == (2, 2)


def test_a_damaged_row_does_not_turn_the_file_into_another_encoding(house: House) -> None:
    lines = [f"E{n},甲,2020-01-01,家庭原因\n".encode() for n in range(1, 8)]
    lines[3] = lines[3][:-4] + b"\xff\n"
    report = house.take("employees", "export.csv", HEADER.encode() + b"".join(lines))
    assert (report.kept, report.quarantined) == (6, 1)
    assert report.reasons == ("row 4: the row has bytes that are not UTF-8",)
    assert house.rows("employees")[0]["leaving_reason"] == "家庭原因"


def test_a_damaged_row_in_gb18030(house: House) -> None:
    lines = [f"E{n},甲,2020-01-01,家庭原因\n".encode("gb18030") for n in range(1, 8)]
    lines[3] = lines[3][:-1] + b"\xff\xff\n"
    report = house.take("employees", "export.csv", HEADER.encode() + b"".join(lines))
    assert (report.kept, report.quarantined) == (6, 1)
    assert report.reasons == ("row 4: the row has bytes that are not GB18030",)


def test_columns_nobody_knows_are_kept_aside_and_named(house: House) -> None:
    report = house.take("employees", "export.csv", "工号,入职日期,星座,\nE1,2020-01-01,狮子,\n")
    assert report.new_columns == ("星座", "column 4")
    assert house.rows("employees")[0]["_extra_sealed"] is not None
