"""What a driver delivers as Python values becomes one Arrow type a column, or text that keeps everything."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pyarrow as pa
import pytest

from ingestion.pull.columns import column, to_table

EAST = dt.timezone(dt.timedelta(hours=8))
MOMENT = dt.datetime(2025, 3, 1, 8, tzinfo=EAST)


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        ([1, None, 2**62], pa.int64()),
        ([1.5, None], pa.float64()),
        ([1, 1.5], pa.float64()),
        ([True, None, False], pa.bool_()),
        ([Decimal("1.10"), Decimal("-20"), None], pa.decimal128(4, 2)),
        ([Decimal("1.10"), 3], pa.decimal128(3, 2)),
        ([dt.date(2025, 3, 1), None], pa.date32()),
        ([MOMENT.replace(tzinfo=None)], pa.timestamp("us")),
        ([MOMENT, None], pa.timestamp("us", "UTC")),
        ([None, None], pa.string()),
    ],
)
def test_values_of_one_kind_keep_their_type(values: list[object], kind: pa.DataType) -> None:
    array = column(values)
    assert array.type == kind
    assert array.to_pylist() == values


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        ([2**70, 1], ["1180591620717411303424", "1"]),
        ([Decimal("NaN"), Decimal("1.10")], ["NaN", "1.10"]),
        ([MOMENT, MOMENT.replace(tzinfo=None)], ["2025-03-01T08:00:00+08:00", "2025-03-01T08:00:00"]),
        ([dt.date(2025, 3, 1), "infinity"], ["2025-03-01", "infinity"]),
        ([True, 1], ["true", "1"]),
        ([{"名": [1]}, None], ['{"名": [1]}', None]),
        ([["sql", None]], ['["sql", null]']),
        ([[dt.date(2025, 3, 1)]], ['["2025-03-01"]']),
        ([b"\xff\x00"], ["/wA="]),
        ([dt.time(8, 30)], ["08:30:00"]),
        ([dt.timedelta(days=3)], ["3 days, 0:00:00"]),
    ],
)
def test_everything_else_is_text(values: list[object], texts: list[str | None]) -> None:
    array = column(values)
    assert array.type == pa.string()
    assert array.to_pylist() == texts


def test_rows_that_lack_a_key_have_nothing_there() -> None:
    assert to_table([{"a": 1}, {"b": "x"}]).to_pylist() == [{"a": 1, "b": None}, {"a": None, "b": "x"}]
