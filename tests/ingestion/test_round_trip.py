"""Random tables come through every format and encoding the same."""

from __future__ import annotations

import csv
import datetime as dt
import io
import tempfile
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from ingestion.contract import load_contract
from ingestion.readers import registry
from ingestion.rows.headers import HeaderReader
from ingestion.rows.typed_rows import RowTyper, make_converters
from tests.ingestion.house import House, json_lines
from warehouse.settings import REPOSITORY, Settings

# Two encodings and CSV itself agree on these: no controls, no surrogates, no private use.
TEXT = st.text(st.characters(codec="gb18030", exclude_categories=("C", "Z")), max_size=12)
ROW = st.fixed_dictionaries(
    {
        "name": TEXT,
        "leaving_reason": st.text('a,"\n\r;\t| 原因', max_size=8),
        "hired_on": st.dates(dt.date(1950, 1, 1), dt.date(2099, 12, 31)),
        "monthly_salary": st.none() | st.floats(0, 1e6).map(lambda value: round(value, 2)),
    }
)
FORMATS = ("csv utf-8", "csv gb18030", "json lines", "parquet")


def written(rows: list[dict[str, Any]], kind: str) -> bytes:
    """The rows as an export."""
    if kind == "parquet":
        buffer = io.BytesIO()
        types = {"employee_id": pa.int64(), "hired_on": pa.date32(), "monthly_salary": pa.float64()}
        fields = [(name, types.get(name, pa.string())) for name in rows[0]]
        pq.write_table(pa.Table.from_pylist(rows, pa.schema(fields)), buffer, row_group_size=3)
        return buffer.getvalue()
    plain = [{**row, "hired_on": row["hired_on"].isoformat()} for row in rows]
    if kind == "json lines":
        return json_lines(*plain).encode()
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(plain)
    if kind == "csv gb18030":
        # A header that is known tells the encoding, whatever rare characters follow.
        return text.getvalue().replace("name", "姓名", 1).encode("gb18030")
    return text.getvalue().encode(kind.split()[1])


def has_one_reading(content: bytes) -> bool:
    """Whether no GB18030 line with more than ASCII happens to be UTF-8 as well: then nobody could tell."""
    for line in content.splitlines():
        try:
            line.decode()
        except UnicodeDecodeError:
            continue
        if not line.isascii():
            return False
    return True


def typed(content: bytes, path: Path) -> list[dict[str, Any]]:
    """What the reader and the contract make of an export."""
    path.write_bytes(content)
    contract = load_contract(REPOSITORY / "ingestion" / "contracts" / "employees.yml")
    headers = HeaderReader(contract)
    converters = make_converters(contract, Settings(Path()).timezone, {})
    typer = RowTyper(contract, headers, converters)
    is_utf8 = True
    try:
        content.decode()
    except UnicodeDecodeError:
        is_utf8 = False
    rows = []
    for batch in registry.open_reader(path, is_utf8, headers).batches():
        read = typer.read(batch)
        assert read.bad == ()
        for number, row in zip(read.numbers.tolist(), read.table.to_pylist(), strict=True):
            rows.append({"_number": number, **row})
    return rows


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(ROW, min_size=1, max_size=12))
def test_a_table_reads_the_same_from_every_format(rows: list[dict[str, Any]]) -> None:
    numbered = [{"employee_id": number, **row} for number, row in enumerate(rows, 1)]
    assume(has_one_reading(written(numbered, "csv gb18030")))
    with tempfile.TemporaryDirectory() as folder:
        results = [typed(written(numbered, kind), Path(folder) / "export") for kind in FORMATS]
    assert [row["_number"] for row in results[0]] == list(range(1, len(rows) + 1))
    assert [row["monthly_salary"] for row in results[0]] == [row["monthly_salary"] for row in rows]
    assert [row["hired_on"] for row in results[0]] == [row["hired_on"] for row in rows]
    for kind, result in zip(FORMATS[1:], results[1:], strict=True):
        assert result == results[0], kind


@pytest.mark.parametrize("kind", FORMATS)
def test_the_same_rows_in_another_format_are_duplicates(house: House, kind: str) -> None:
    rows = [
        {"employee_id": n, "name": f"甲{n}", "hired_on": dt.date(2020, 1, n), "monthly_salary": 100.5 * n}
        for n in range(1, 6)
    ]
    house.take("employees", "first", written(rows, "parquet" if kind != "parquet" else "csv utf-8"))
    report = house.take("employees", "second", written(rows, kind))
    assert (report.kept, report.duplicates) == (0, 5)


def test_real_employees_in_two_encodings(house: House, shared_data: Path) -> None:
    """`员工信息表.csv`, synthetic people of an open data set: all 10,000 rows, and the GBK copy of 500."""
    folder = shared_data / "zh_hr"
    full = house.take("employees", "full.csv", (folder / "员工信息表.csv").read_bytes())
    assert (full.rows_in, full.kept, full.quarantined) == (10_000, 10_000, 0)
    assert full.new_columns == ("员工电话", "员工邮箱", "备注")
    copy = (folder / "derived_gbk" / "员工信息表_500_gbk_crlf.csv").read_bytes()
    again = house.take("employees", "gbk.csv", copy)
    assert (again.rows_in, again.duplicates) == (500, 500)
    first = house.rows("employees")[0]
    assert (first["employee_id"], first["gender"], first["department_id"]) == ("1", "female", "technology")
    assert (str(first["hired_on"]), str(first["left_on"]), first["status"]) == (
        "2017-12-20",
        "2018-03-04",
        "left",
    )
