"""Raw files from before a column was sealed: they are sealed by the next pass, whatever else that finds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.contract import Contract
from ingestion.rows.sealing import RowSealer
from ingestion.state.raw_layer import ParquetFile

_KEY_ID = "_seal_key_id"


def files_in_clear(raw: Path, contracts: Mapping[str, Contract]) -> dict[Path, Contract]:
    """The raw files that hold a column in clear which its contract wants sealed."""
    return {
        path: contract
        for source, contract in contracts.items()
        if contract.sealed_columns
        for path in sorted((raw / source).glob("[!_.]*.parquet"))
        if set(contract.sealed_columns) & set(pq.read_schema(path).names)
    }


def seal_earlier(files: Mapping[Path, Contract], sealer: RowSealer) -> int:
    """Seals them under the keys of their people; how many rows. Rows, order and digests stay as they are.

    A file is replaced whole or not at all, so that the next pass goes on where one was killed.
    """
    return sum(_seal_file(path, contract, sealer) for path, contract in files.items())


def _seal_file(path: Path, contract: Contract, sealer: RowSealer) -> int:
    with pq.ParquetFile(path) as file:
        clear = [name for name in contract.sealed_columns if name in file.schema_arrow.names]
        sealed = ParquetFile(path, _sealed_schema(file.schema_arrow, clear))
        for number in range(file.num_row_groups):
            table = _completed(file.read_row_group(number), contract)
            keys = sealer.keys_for(contract, table)
            sealed.write(table if keys is None else sealer.seal_columns(contract, table, keys))
        sealed.publish()
        return int(file.metadata.num_rows)


def _completed(table: pa.Table, contract: Contract) -> pa.Table:
    """With a column of nulls for each that the contract has got since."""
    for name in contract.sealed_columns:
        if name not in table.column_names:
            table = table.append_column(name, pa.nulls(table.num_rows, pa.string()))
    return table


def _sealed_schema(schema: pa.Schema, clear: list[str]) -> pa.Schema:
    fields = [
        pa.field(f"{field.name}_sealed", pa.binary()) if field.name in clear else field for field in schema
    ]
    return pa.schema([*fields, pa.field(_KEY_ID, pa.string())])
