"""Texts in Parquet that are no texts: the row is set apart, the others go on."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.readers.parquet import ParquetReader


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.dictionary(pa.int32(), pa.string())])
def test_a_text_that_is_not_utf8_breaks_its_row_only(tmp_path: Path, kind: pa.DataType) -> None:
    path = tmp_path / "texts.parquet"
    pq.write_table(
        pa.table({"id": ["E1", "EX", "E3", None]}).cast(pa.schema([("id", kind)])), path, compression="none"
    )
    damaged = path.read_bytes().replace(b"EX", b"E\xff")
    path.write_bytes(damaged)
    (batch,) = ParquetReader(path).batches()
    assert batch.columns["id"].cast(pa.string()).to_pylist() == ["E1", "E3", None]
    assert batch.numbers.tolist() == [1, 3, 4]
    assert [(row.number, row.code) for row in batch.broken] == [(2, "undecodable")]
