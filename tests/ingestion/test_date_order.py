"""1/2/2025 is read in the order that the whole column decides, or its row goes to the quarantine."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from zoneinfo import ZoneInfo

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contract import Contract, load_contracts
from ingestion.readers.batch import Layout, RowBatch
from ingestion.rows.headers import HeaderReader
from ingestion.rows.row_shapes import TypedRows
from ingestion.rows.typed_rows import RowTyper, make_converters
from ingestion.values import date_order
from ingestion.values.date_order import Decision, OrderNeededError
from tests.ingestion.house import House, json_lines

EMPLOYEES = load_contracts()["employees"]
SHANGHAI = ZoneInfo("Asia/Shanghai")
Column = Sequence[object]


class Rows:
    """A file of employees in batches of a given size."""

    layout = Layout("rows")
    headers = None

    def __init__(self, columns: Mapping[str, Column], size: int = 2) -> None:
        self._columns = {
            "employee_id": [f"E{n}" for n in range(len(next(iter(columns.values()))))],
            **columns,
        }
        self._size = size

    def batches(self) -> Iterator[RowBatch]:
        count = len(self._columns["employee_id"])
        for start in range(0, count, self._size):
            part = {name: list(values[start : start + self._size]) for name, values in self._columns.items()}
            numbers = np.arange(start + 1, start + 1 + len(part["employee_id"]), dtype=np.int64)
            yield RowBatch({name: pa.array(values) for name, values in part.items()}, numbers)


def taken(rows: Rows, contract: Contract = EMPLOYEES) -> tuple[list[TypedRows], Mapping[str, Decision]]:
    """The rows as an ingestion takes them: from the start again when an order is needed."""
    typer = RowTyper(contract, HeaderReader(contract), make_converters(contract, SHANGHAI, {}))
    try:
        return [typer.read(batch) for batch in rows.batches()], {}
    except OrderNeededError:
        decisions = date_order.scan(rows, typer)
        typer.use_orders(decisions)
        return [typer.read(batch) for batch in rows.batches()], decisions


def hired(hired_on: Column, size: int = 2) -> tuple[dict[int, dt.date], set[str]]:
    """The days of the kept rows by row number, and the codes of the others."""
    batches, _ = taken(Rows({"hired_on": hired_on}, size))
    kept = {
        int(number): day
        for rows in batches
        for number, day in zip(rows.numbers, rows.table.column("hired_on").to_pylist(), strict=True)
    }
    return kept, {row.code for rows in batches for row in rows.bad}


def test_one_value_that_is_a_date_in_one_order_only_decides_the_column_also_from_its_end() -> None:
    kept, codes = hired(["1/2/2025", "2025-03-01", "3/4/2025", "13/2/2025"])
    assert codes == set()
    assert list(kept.values()) == [
        dt.date(2025, 2, 1),
        dt.date(2025, 3, 1),
        dt.date(2025, 4, 3),
        dt.date(2025, 2, 13),
    ]
    assert list(hired(["1/2/2025", "2/13/2025"])[0].values()) == [dt.date(2025, 1, 2), dt.date(2025, 2, 13)]


def test_nothing_decides_and_only_those_rows_are_set_apart() -> None:
    kept, codes = hired(["1/2/2025", "2025-03-01", "3/3/2025", "45717"])
    assert sorted(kept) == [2, 4]
    assert codes == {"date_order_unknown"}


def test_a_column_that_contradicts_itself_is_set_apart() -> None:
    kept, codes = hired(["13/2/2025", "2/13/2025", "1/2/2025", "2025-03-01"])
    assert sorted(kept) == [4]
    assert codes == {"date_order_contradictory"}


def test_a_date_that_exists_in_neither_order_decides_nothing() -> None:
    kept, codes = hired(["1/2/2025", "31/2/2025", "30/30/2025"])
    assert kept == {}
    assert codes == {"date_order_unknown"}


def test_a_date_that_does_not_exist_in_the_decided_order_is_never_read_in_the_other() -> None:
    contract = with_order("dmy")
    batches, decisions = taken(Rows({"hired_on": ["2/13/2025", "1/2/2025"]}), contract)
    assert decisions == {}
    assert [row.code for rows in batches for row in rows.bad] == ["no_such_date"]
    assert batches[0].table.column("hired_on").to_pylist() == [dt.date(2025, 2, 1)]


def test_the_contracts_order_wins_over_what_the_file_seems_to_say() -> None:
    rows = Rows({"hired_on": ["1/2/2025", "2/13/2025"]})
    batches, _ = taken(rows, with_order("dmy"))
    assert batches[0].table.column("hired_on").to_pylist() == [dt.date(2025, 2, 1)]


def test_the_contracts_order_wins_over_what_was_decided_before_it_named_one() -> None:
    contract = with_order("mdy")
    typer = RowTyper(contract, HeaderReader(contract), make_converters(contract, SHANGHAI, {}))
    typer.use_orders({"hired_on": Decision("dmy", "contradictory", half_converted=True)})
    (rows,) = (typer.read(batch) for batch in Rows({"hired_on": ["1/2/2025", "2025-03-01"]}).batches())
    assert rows.table.column("hired_on").to_pylist() == [dt.date(2025, 1, 2), dt.date(2025, 3, 1)]


def test_two_headers_of_one_column_decide_each_for_itself() -> None:
    _, decisions = taken(Rows({"hired_on": ["13/2/2025", None], "入职日期": [None, "1/2/2025"]}))
    assert decisions["hired_on"].why == "unknown"
    _, decisions = taken(Rows({"hired_on": ["13/2/2025", None], "入职日期": [None, "2/13/2025"]}))
    assert decisions["hired_on"].why == "contradictory"


def test_columns_decide_apart_from_each_other() -> None:
    _, decisions = taken(Rows({"hired_on": ["13/2/2025", "1/2/2025"], "left_on": ["2/13/2025", "1/2/2025"]}))
    assert {name: decision.order for name, decision in decisions.items()} == {
        "hired_on": "dmy",
        "left_on": "mdy",
    }


def test_half_of_a_column_swapped_by_a_spreadsheet_is_not_trusted_at_all() -> None:
    days = [dt.date(2025, 1, 1) + dt.timedelta(days=9 * n) for n in range(40)]
    cells = [
        # What a spreadsheet set to month first makes of 1/2/2025 and of 13/2/2025.
        dt.date(day.year, day.day, day.month).isoformat()
        if day.day <= 12
        else f"{day.day}/{day.month}/{day.year}"
        for day in days
    ]
    kept, codes = hired(cells)
    assert kept == {}
    assert codes == {"date_order_contradictory"}


def test_a_column_with_the_day_before_the_month_behind_the_year_is_not_trusted() -> None:
    kept, codes = hired(["2025-13-02", "2025-03-02", "2025-30-01", "2025-01-02"])
    assert kept == {}
    assert codes == {"date_order_contradictory"}


def test_a_slip_among_iso_dates_costs_its_own_row_only() -> None:
    kept, codes = hired(["2025-13-02", "2025-03-02", "2025-04-01"])
    assert sorted(kept) == [2, 3]
    assert codes == {"no_such_date"}
    kept, codes = hired(["2025-13-02", "2025-03-02", "2025-14-01", "2025-01-31", "3/4/2025", "25/4/2025"])
    assert kept[5] == dt.date(2025, 4, 3)
    assert sorted(kept) == [2, 4, 5, 6]


def test_a_few_iso_dates_of_early_days_beside_decided_ones_are_fine() -> None:
    kept, codes = hired(["13/2/2025", "2025-03-02", "2025-01-05", "14/2/2025"])
    assert len(kept) == 4
    assert codes == set()


def test_decisions_survive_in_the_ledger() -> None:
    decisions = {
        "hired_on": Decision("dmy", "decided", 5, 0),
        "left_on": Decision(None, "unknown"),
        "a": Decision(None, "contradictory", 1, 1),
        "b": Decision(None, "contradictory", 1, 0, half_converted=True),
    }
    notes = date_order.noted(decisions)
    assert notes == ["a=contradictory", "b=half-converted", "hired_on=dmy", "left_on=unknown"]
    recalled = date_order.recalled(notes)
    assert {name: (one.order, one.why, one.half_converted) for name, one in recalled.items()} == {
        name: (one.order, one.why, one.half_converted) for name, one in decisions.items()
    }


DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2060, 12, 31))
OTHERS: tuple[Callable[[dt.date], str], ...] = (
    dt.date.isoformat,
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: day.strftime("%d-%b-%Y"),
    lambda day: day.strftime("%B %d, %Y"),
    lambda day: day.strftime("%Y%m%d"),
    lambda day: str((day - dt.date(1899, 12, 30)).days),
    lambda day: f"{day.isoformat()} 00:00:00",
)


@given(st.data())
def test_a_kept_date_is_the_true_one_whatever_stands_beside_it(data: st.DataObject) -> None:
    day_first = data.draw(st.booleans())
    mark = data.draw(st.sampled_from("/-."))
    padded = data.draw(st.booleans())
    clock = data.draw(st.sampled_from(["", " 8:00", " 00:00:00", " 3:00 PM"]))

    def ordered(day: dt.date) -> str:
        first, second = (day.day, day.month) if day_first else (day.month, day.day)
        width = 2 if padded else 1
        return f"{first:0{width}}{mark}{second:0{width}}{mark}{day.year}{clock}"

    truth = data.draw(st.lists(DAYS, min_size=1, max_size=30))
    share = data.draw(st.sampled_from([0, 2, 7]))
    forms = [data.draw(st.sampled_from((ordered,) * share + OTHERS)) for _ in truth]
    cells = [form(day) for form, day in zip(forms, truth, strict=True)]
    kept, codes = hired(cells, data.draw(st.integers(1, 10)))
    assert all(kept[number] == truth[number - 1] for number in kept)
    is_decided = any(form is ordered and day.day > 12 for form, day in zip(forms, truth, strict=True))
    is_needed = any(form is ordered for form in forms)
    if is_decided and any(
        day.day > 12 for form, day in zip(forms, truth, strict=True) if form is not ordered
    ):
        assert len(kept) == len(truth)
    assert codes <= {"date_order_unknown", "date_order_contradictory"}
    assert is_needed or not codes


@pytest.mark.parametrize("kind", ["csv", "jsonl"])
def test_a_file_is_read_again_from_its_start_when_its_end_decides(house: House, kind: str) -> None:
    days = ["2025-01-31", "1/2/2025"] * 50 + ["13/2/2025"]
    rows = [{"工号": f"E{n}", "入职日期": day} for n, day in enumerate(days)]
    lines = "".join(f"{row['工号']},{row['入职日期']}\n" for row in rows)
    content = "工号,入职日期\n" + lines if kind == "csv" else json_lines(*rows)
    report = house.take("employees", f"e.{kind}", content)
    assert (report.rows_in, report.kept, report.quarantined) == (101, 101, 0)
    found = {row["employee_id"]: str(row["hired_on"]) for row in house.rows("employees")}
    assert (found["E1"], found["E100"]) == ("2025-02-01", "2025-02-13")
    (entry,) = house.ledger()
    assert entry["date_orders"] == ["hired_on=dmy"]


def with_order(order: str) -> Contract:
    """Employees whose contract names the order of hired_on."""
    given_ = EMPLOYEES.model_dump()
    given_["columns"]["hired_on"]["date_order"] = order
    return Contract.model_validate(given_)
