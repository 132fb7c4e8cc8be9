"""What the readers make of some bytes, for a contract that is named."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.contract import load_contract
from ingestion.readers.batch import BrokenRow, Layout, Reader
from ingestion.readers.registry import open_reader
from ingestion.rows.headers import HeaderReader
from warehouse.settings import REPOSITORY


@dataclass(frozen=True)
class Reading:
    """The rows by number (absent values left out), the broken ones, and how the file is laid out."""

    layout: Layout
    headers: tuple[str, ...] | None
    rows: dict[int, dict[str, Any]]
    broken: tuple[BrokenRow, ...]

    @property
    def reasons(self) -> dict[int, str]:
        """Row number → why it is broken."""
        return {row.number: row.reason for row in self.broken}

    @property
    def codes(self) -> dict[int, str]:
        """Row number → the code of the rule that it breaks."""
        return {row.number: row.code for row in self.broken}


def read(content: str | bytes, source: str = "employees", **options: Any) -> Reading:
    """Reads a file of these bytes; text is written as UTF-8. Raises `UnreadableFileError`."""
    data = content.encode() if isinstance(content, str) else content
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "export"
        path.write_bytes(data)
        return taken(opened(path, data, source, **options))


def opened(path: Path, data: bytes, source: str = "employees", **options: Any) -> Reader:
    """The reader for a file; `data` are its bytes."""
    headers = HeaderReader(load_contract(REPOSITORY / "ingestion" / "contracts" / f"{source}.yml"))
    return open_reader(path, is_utf8(data), headers, **options)


def taken(reader: Reader) -> Reading:
    """All that a reader gives; fails when the numbers of a batch are out of order or come twice."""
    rows: dict[int, dict[str, Any]] = {}
    broken: list[BrokenRow] = []
    last = 0
    for batch in reader.batches():
        numbers = sorted([*batch.numbers.tolist(), *(row.number for row in batch.broken)])
        assert not numbers or (numbers[0] > last and len(set(numbers)) == len(numbers))
        last = numbers[-1] if numbers else last
        columns = {header: array.to_pylist() for header, array in batch.columns.items()}
        for place, number in enumerate(batch.numbers.tolist()):
            values = {header: column[place] for header, column in columns.items()}
            rows[number] = {header: value for header, value in values.items() if value is not None}
        broken += batch.broken
    return Reading(reader.layout, reader.headers, rows, tuple(broken))


def is_utf8(data: bytes) -> bool:
    """Whether all of the bytes are UTF-8."""
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
