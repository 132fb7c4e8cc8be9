"""Sums behind a score are the same to the last bit in whatever order threads hand in their rows."""

from __future__ import annotations

import math
import struct
from random import Random

import duckdb
import jinja2
import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.settings import REPOSITORY

MACROS = jinja2.Environment().from_string(
    (REPOSITORY / "dbt_project" / "macros" / "numbers.sql").read_text(encoding="utf-8")
)
SHARES = st.floats(min_value=0, max_value=100, allow_subnormal=False)


def total(expression: str, values: list[float]) -> float:
    with duckdb.connect() as connection:
        connection.register("given", pa.table({"x": pa.array(values, pa.float64())}))
        (row,) = connection.execute(f"select {expression} from given").fetchall()
    return float(row[0])


def bits(number: float) -> bytes:
    return struct.pack("d", number)


@settings(deadline=None)
@given(st.lists(SHARES, min_size=1, max_size=30), st.randoms(use_true_random=False))
def test_no_order_changes_a_bit(values: list[float], random: Random) -> None:
    shuffled = list(values)
    random.shuffle(shuffled)
    expression = MACROS.module.exact_sum("x")
    assert bits(total(expression, values)) == bits(total(expression, shuffled))
    assert math.isclose(total(expression, values), math.fsum(values), rel_tol=1e-14, abs_tol=1e-16)


def test_tenths_add_up_to_one() -> None:
    assert total(MACROS.module.exact_sum("x"), [0.1] * 10) == 1.0


def test_a_mean_leaves_out_what_is_null_and_what_is_not_asked_for() -> None:
    expression = MACROS.module.exact_mean("x", "x < 3")
    assert total(expression, [1.0, None, 2.0, 9.0]) == 1.5
