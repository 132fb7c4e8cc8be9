"""Files in the formats of the exports, written piece by piece."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.demo.plan import Bools

ROW_GROUP = 65_536


def maybe(values: Sequence[Any], present: Bools, absent: object = "") -> list[Any]:
    """The values where present, else `absent` (an empty cell)."""
    return [value if there else absent for value, there in zip(values, present.tolist(), strict=True)]


class Exports:
    """The open files of a demo by path relative to landing; `rows` counts the data rows of each.

    Text is written in blocks; Parquet in row groups of about ROW_GROUP rows. Nothing is kept in memory.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._texts: dict[str, TextIO] = {}
        self._tables: dict[str, tuple[pq.ParquetWriter, list[pa.Table]]] = {}
        self.rows: dict[str, int] = {}

    def __enter__(self) -> Exports:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def csv(
        self,
        path: str,
        headers: Sequence[str],
        rows: Sequence[Sequence[object]],
        *,
        encoding: str = "utf-8",
        newline: str = "\n",
    ) -> None:
        """Appends rows to a CSV file; the first call writes the header."""
        if path not in self._texts and not rows:
            return
        is_new = path not in self._texts
        writer = csv.writer(self._text(path, encoding), lineterminator=newline)
        if is_new:
            writer.writerow(headers)
        writer.writerows(rows)
        self.rows[path] += len(rows)

    def lines(self, path: str, lines: Sequence[str]) -> None:
        """Appends lines (without their ends) to a JSON Lines file."""
        if lines:
            self._text(path, "utf-8").write("\n".join(lines) + "\n")
            self.rows[path] += len(lines)

    def parquet(self, path: str, table: pa.Table) -> None:
        """Appends a table to a Parquet file."""
        if not table.num_rows:
            return
        if path not in self._tables:
            target = self._target(path)
            self._tables[path] = (pq.ParquetWriter(target, table.schema, compression="zstd"), [])
            self.rows[path] = 0
        writer, waiting = self._tables[path]
        waiting.append(table)
        self.rows[path] += table.num_rows
        if sum(piece.num_rows for piece in waiting) >= ROW_GROUP:
            writer.write_table(pa.concat_tables(waiting).combine_chunks())
            waiting.clear()

    def close(self) -> None:
        """Writes what waits and closes every file."""
        for file in self._texts.values():
            file.close()
        for writer, waiting in self._tables.values():
            if waiting:
                writer.write_table(pa.concat_tables(waiting).combine_chunks())
            writer.close()
        self._texts.clear()
        self._tables.clear()

    def paths(self) -> Iterable[str]:
        """Paths of all files, sorted."""
        return sorted(self.rows)

    def _text(self, path: str, encoding: str) -> TextIO:
        if path not in self._texts:
            self._texts[path] = self._target(path).open("w", encoding=encoding, newline="")
            self.rows[path] = 0
        return self._texts[path]

    def _target(self, path: str) -> Path:
        target = self._folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        return target
