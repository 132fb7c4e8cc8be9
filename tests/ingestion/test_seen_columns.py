"""What a file's columns look like, for telling when an export changes."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest

from ingestion.contract import load_contracts
from ingestion.readers.batch import RowBatch
from ingestion.rows.headers import HeaderReader
from ingestion.rows.row_shapes import SeenColumn
from ingestion.rows.typed_rows import RowTyper, make_converters
from ingestion.values.kinds import kind_of


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (["1", "-2", " 3 "], "integer"),
        (["1", "2.5", "1,000.5"], "decimal"),
        (["2025-03-01", "1/2/2025", "2025年3月1日"], "date"),
        (["2025-03-01", "2025-03-01 08:00"], "timestamp"),
        (["是", "否", "N/A"], "yes_no"),
        (["a", "1"], "text"),
        (['["a"]', "[]"], "list"),
        ([None, "", " ", "NULL"], "empty"),
        ([1, 2], "integer"),
        ([1.5, None], "decimal"),
        ([True], "yes_no"),
        ([dt.date(2025, 3, 1)], "date"),
        ([dt.datetime(2025, 3, 1, 8)], "timestamp"),
        ([["a"]], "list"),
        (["45717", "45718"], "integer"),
    ],
)
def test_the_kind_that_all_values_share(values: list[object], kind: str) -> None:
    assert kind_of(pa.array(values)) == kind


def test_each_header_has_its_column_and_the_kind_of_its_first_values() -> None:
    contract = load_contracts()["employees"]
    typer = RowTyper(contract, HeaderReader(contract), make_converters(contract, ZoneInfo("UTC"), {}))
    first = {"工号": ["E1"], "入职日期": ["2025-03-01"], "备注": [None], "情绪": ["x"]}
    second = {"工号": ["E2"], "入职日期": ["45717"], "备注": ["7"], "情绪": ["x"]}
    for row, columns in enumerate((first, second), 1):
        arrays = {name: pa.array(values, pa.string()) for name, values in columns.items()}
        typer.read(RowBatch(arrays, np.array([row])))
    assert typer.columns == (
        SeenColumn("工号", "employee_id", "text"),
        SeenColumn("入职日期", "hired_on", "date"),
        SeenColumn("备注", None, "integer"),
    )
