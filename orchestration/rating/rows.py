"""Rows of a file in any format and encoding that ingestion reads, or one sentence why there are none."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from ingestion.readers.batch import UnreadableFileError
from ingestion.readers.registry import open_reader
from ingestion.state.fingerprint import fingerprint, is_endless
from ingestion.values.arrays import as_text, plain
from orchestration.rating.columns import AnswerColumns, Headers
from orchestration.rating.errors import RatingInputError


@dataclass
class Rows:
    """The columns that were asked for, one value a row; `numbers` are the rows of the file, from 1."""

    path: Path
    headers: Headers
    numbers: list[int] = field(default_factory=list)
    # column → texts; `lists` has the values of columns that may be lists, whatever their type.
    texts: dict[str, list[str | None]] = field(default_factory=dict)
    lists: dict[str, list[object]] = field(default_factory=dict)
    # Columns whose values are whole numbers in the file itself.
    integers: frozenset[str] = frozenset()

    def refusal(self, row: int, column: str | None, why: str) -> RatingInputError:
        """The sentence about one row (from 0)."""
        where = f", column {column}" if column else ""
        return RatingInputError(f"{self.path}, row {self.numbers[row]}{where}: {why}.")


def read_rows(
    path: Path,
    columns: AnswerColumns,
    required: Sequence[str],
    optional: Sequence[str] = (),
    extra: Sequence[str] = (),
) -> Rows:
    """Reads `required` and `optional` columns by every name they go by, and the headers in `extra`.

    `reference` may be a list, or several columns; every other value becomes a text. Raises
    `RatingInputError` for a file that cannot be read, a missing column, a broken row, or no row at all.
    """
    batches = _batches(path, columns)
    if not batches:
        raise RatingInputError(f"{path} has no rows: its headers stand alone.")
    headers = columns.read(list(dict.fromkeys(header for batch, _ in batches for header in batch)))
    rows = Rows(path, headers)
    for column in required:
        if headers.first(column) is None:
            seen = ", ".join(_shown(header) for batch, _ in batches[:1] for header in batch)
            raise RatingInputError(f"{path} has no column {column}: its columns are {seen}.")
    wanted = {name: headers.first(name) for name in (*required, *optional) if name != "reference"}
    for name in extra:
        wanted[name] = headers.named(name)
        if wanted[name] is None:
            raise RatingInputError(f"{path} has no column {name}.")
    _collect(rows, batches, {name: header for name, header in wanted.items() if header is not None})
    return rows


def _batches(path: Path, columns: AnswerColumns) -> list[tuple[dict[str, pa.Array], list[int]]]:
    try:
        if path.is_dir():
            raise RatingInputError(f"{path} is a folder: name a file.")
        if is_endless(path):
            raise RatingInputError(f"{path} is no ordinary file.")
        reader = open_reader(path, fingerprint(path).is_utf8, columns)
        found = []
        for batch in reader.batches():
            for broken in batch.broken:
                raise RatingInputError(f"{path}, row {broken.number}: {broken.reason}.")
            if len(batch.numbers):
                found.append((batch.columns, batch.numbers.tolist()))
    except UnreadableFileError as error:
        raise RatingInputError(f"{path} {str(error).rstrip('.')}.") from error
    except OSError as error:
        raise RatingInputError(f"{path} cannot be read: {error.strerror or 'the disk says no'}.") from error
    return found


def _collect(
    rows: Rows, batches: Sequence[tuple[dict[str, pa.Array], list[int]]], wanted: dict[str, str]
) -> None:
    """Fills in texts and lists; a column that a batch does not have is null there."""
    rows.texts = {name: [] for name in wanted}
    references = rows.headers.found.get("reference", ())
    rows.lists = {header: [] for header in references}
    whole = set(wanted)
    for columns, numbers in batches:
        rows.numbers.extend(numbers)
        nothing = pa.nulls(len(numbers), pa.string())
        for name, header in wanted.items():
            array = plain(columns.get(header, nothing))
            if not pa.types.is_integer(array.type):
                whole.discard(name)
            rows.texts[name].extend(as_text(array).to_pylist())
        for header in references:
            rows.lists[header].extend(plain(columns.get(header, nothing)).to_pylist())
    rows.integers = frozenset(whole)


def _shown(header: str) -> str:
    """A header for a message: of a file without headers it would be a person's data, so not much of it."""
    return repr(header if len(header) <= 20 else f"{header[:20]}…")
