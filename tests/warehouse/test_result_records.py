"""The canonical text of a result: which columns are in it, and that it is as exact as the bits."""

from __future__ import annotations

import json
import struct

import duckdb
import pyarrow as pa
import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from warehouse.result_records import (
    PARTS,
    Part,
    digests_sql,
    fitted,
    from_plain,
    marks_sql,
    rows_sql,
    to_plain,
)
from warehouse.settings import REPOSITORY

MODELS = REPOSITORY / "dbt_project" / "models" / "marts" / "results"
TINY = Part("tiny", "mart", ("key",), ("value", "flags"), ("word",), ("rank",))
TYPES = {
    "interview_id": "VARCHAR",
    "key": "VARCHAR",
    "value": "DOUBLE",
    "flags": "VARCHAR[]",
    "word": "VARCHAR",
}


def of_rows(*rows: tuple[str, str, float | None, list[str], str]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("create schema marts")
    columns = ", ".join(f"{name} {kind}" for name, kind in TYPES.items())
    connection.execute(f"create table marts.mart ({columns})")
    for row in rows:
        connection.execute("insert into marts.mart values (?, ?, ?, ?, ?)", row)
    return connection


def digest(*rows: tuple[str, str, float | None, list[str], str]) -> dict[str, bytes]:
    with of_rows(*rows) as connection:
        return dict(connection.execute(digests_sql(fitted(TINY, TYPES), "marts")).fetchall())


@pytest.mark.parametrize("part", PARTS, ids=lambda part: part.mart)
def test_of_every_column_it_is_said_whether_it_is_compared(part: Part) -> None:
    """A new column of a mart belongs to the scores, to the attributes, or to what rests on others."""
    model = yaml.safe_load((MODELS / f"{part.mart}.yml").read_text(encoding="utf-8"))["models"][0]
    columns = [column["name"] for column in model["columns"]]
    said = ["interview_id", *part.keys, *part.scores, *part.attributes, *part.others]
    assert sorted(columns) == sorted(said)


@settings(deadline=None)
@given(st.lists(st.floats(allow_nan=False, allow_infinity=False), min_size=1, max_size=50))
def test_a_number_comes_back_from_its_text_in_every_bit(values: list[float]) -> None:
    with of_rows() as connection:
        numbers = pa.table({"key": [str(place) for place in range(len(values))], "value": values})
        connection.register("numbers", numbers)
        connection.execute("insert into marts.mart by name select 'i' as interview_id, * from numbers")
        rows = connection.execute(rows_sql(fitted(TINY, TYPES), "marts")).fetchall()
    back = {int(key): json.loads(row)["value"] for _, _, key, row in rows}
    assert [struct.pack("d", back[place]) for place in range(len(values))] == [
        struct.pack("d", value) for value in values
    ]


def test_a_row_is_one_text_with_sorted_names() -> None:
    with of_rows(("i", "k", 0.1, ["short", "skipped"], '"词"')) as connection:
        rows = connection.execute(rows_sql(fitted(TINY, TYPES), "marts")).fetchall()
    assert rows == [("i", "tiny", "k", '{"flags":["skipped"],"key":"k","value":0.1,"word":"\\"词\\""}')]


def test_a_digest_knows_no_order_of_rows_and_every_bit_of_a_score() -> None:
    a, b = ("i", "a", 1.0, [], "x"), ("i", "b", 2.0, [], "x")
    assert digest(a, b) == digest(b, a)
    assert len(digest(a)["i"]) == 16
    assert digest(a, b) != digest(a)
    assert digest(a, b) != digest(a, ("i", "b", 2.0000000000000004, [], "x"))
    assert digest(("i", "a", 2.0, [], "x"), ("i", "b", 1.0, [], "x")) != digest(a, b)


def test_a_digest_leaves_out_words_and_flags_that_compare_people() -> None:
    assert digest(("i", "a", 1.0, [], "x")) == digest(("i", "a", 1.0, ["short", "similar"], "y"))
    assert digest(("i", "a", 1.0, [], "x")) != digest(("i", "a", 1.0, ["skipped"], "x"))
    assert digest(("i", "a", None, [], "x")) != digest(("i", "a", 0.0, [], "x"))


VALUES = st.sampled_from([None, 0.0, -0.0, 1.0, 1.0000000000000002, 5e-324])
FLAGS = st.lists(st.sampled_from(["skipped", "repeated", "short"]), max_size=2)
ROWS = st.lists(st.tuples(st.just("i"), st.sampled_from("ab"), VALUES, FLAGS, st.just("x")), max_size=2)


@settings(deadline=None, max_examples=60)
@given(ROWS, ROWS)
@example([("i", "a", None, [], "x")] * 2, [("i", "a", 0.0, [], "x")] * 2)
def test_marks_are_equal_exactly_where_digests_are(
    some: list[tuple[str, str, float | None, list[str], str]],
    others: list[tuple[str, str, float | None, list[str], str]],
) -> None:
    with of_rows(*some) as one, of_rows(*others) as other:
        marks = [dict(at.execute(marks_sql(fitted(TINY, TYPES), "marts")).fetchall()) for at in (one, other)]
    assert (marks[0] == marks[1]) is (digest(*some) == digest(*others))


def test_a_part_survives_as_plain_values_and_tells_what_it_leaves_out() -> None:
    part = fitted(TINY, {**TYPES, "rank": "BIGINT", "later": "DOUBLE"})
    assert from_plain(json.loads(json.dumps(to_plain(part)))) == part
    assert part.others == ("rank", "later")
    assert fitted(TINY, {"interview_id": "VARCHAR", "key": "VARCHAR", "value": "DOUBLE"}).scores == ("value",)
