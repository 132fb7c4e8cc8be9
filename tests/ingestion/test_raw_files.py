"""How raw files are written: every value comes back, and a column is laid out as suits it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.contract import UTC_TIME
from ingestion.state.raw_layer import ParquetFile, write_schema

COUNT = 20_000
START = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)


@pytest.fixture
def rows() -> pa.Table:
    numbers = range(COUNT)
    return pa.table(
        {
            "id": pa.array([f"I{number:05d}" for number in numbers]),
            "status": pa.array([("open", "closed", None)[number % 3] for number in numbers]),
            "salary": pa.array([None if number % 7 == 0 else number * 1.7 for number in numbers]),
            "at": pa.array([START + dt.timedelta(seconds=number**2) for number in numbers], UTC_TIME),
            "hired_on": pa.array([dt.date(1, 1, 1) + dt.timedelta(days=number) for number in numbers]),
            "nothing": pa.nulls(COUNT, pa.string()),
            "words": pa.array([["a", str(number)] for number in numbers]),
            "_row_number": pa.array(numbers, pa.int64()),
        }
    )


def written(rows: pa.Table, path: Path) -> Path:
    file = ParquetFile(path, rows.schema)
    file.write(rows)
    file.publish()
    return path


def test_every_value_comes_back_in_both_readers(rows: pa.Table, tmp_path: Path) -> None:
    path = written(rows, tmp_path / "some.parquet")
    assert pq.read_table(path).equals(rows)
    there = duckdb.read_parquet(str(path))
    assert there.to_arrow_table().cast(rows.schema).equals(rows)


def test_only_values_that_come_again_have_a_dictionary(rows: pa.Table, tmp_path: Path) -> None:
    group = pq.ParquetFile(written(rows, tmp_path / "some.parquet")).metadata.row_group(0)
    columns = (group.column(place) for place in range(group.num_columns))
    encodings = {column.path_in_schema: set(column.encodings) for column in columns}
    with_dictionary = {name for name, found in encodings.items() if "RLE_DICTIONARY" in found}
    assert with_dictionary == {"status", "nothing"}
    assert "DELTA_BINARY_PACKED" in encodings["at"] & encodings["hired_on"] & encodings["_row_number"]


def test_of_few_rows_nobody_knows_so_that_all_columns_have_one(rows: pa.Table, tmp_path: Path) -> None:
    group = pq.ParquetFile(written(rows.slice(0, 100), tmp_path / "some.parquet")).metadata.row_group(0)
    assert all("RLE_DICTIONARY" in group.column(place).encodings for place in range(4))


@pytest.mark.parametrize("damage", [b"", b"PAR1", bytes(400)])
def test_a_damaged_file_of_the_schema_is_written_again(damage: bytes, tmp_path: Path) -> None:
    path, schema = tmp_path / "source" / "_schema.parquet", pa.schema([("id", pa.string())])
    write_schema(path, schema)
    path.write_bytes(damage)
    write_schema(path, schema)
    assert pq.read_schema(path).names == ["id"]
    before = path.stat().st_mtime_ns
    write_schema(path, schema)
    assert path.stat().st_mtime_ns == before
