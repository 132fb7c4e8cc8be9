"""Answers and ratings out of a file, checked: what `rate fit` and `rate predict` work on."""

from __future__ import annotations

import hashlib
import json
import math
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from ingestion.values.numbers import parse_number
from ingestion.values.unreadable import UnreadableError, showable
from orchestration.rating.columns import rated_answers
from orchestration.rating.errors import RatingInputError
from orchestration.rating.rows import Rows, read_rows

REFERENCES = pa.list_(pa.string())
ANSWER_SCHEMA = pa.schema(
    [
        pa.field("question_id", pa.string(), nullable=False),
        pa.field("answer_id", pa.string(), nullable=False),
        pa.field("text", pa.string(), nullable=False),
        pa.field("reference", REFERENCES),
    ]
)
RATING_SCHEMA = pa.schema(
    [*ANSWER_SCHEMA, pa.field("rating", pa.float64(), nullable=False), pa.field("rater_id", pa.string())]
)


@dataclass(frozen=True)
class Answers:
    """N rows of `table` (ANSWER_SCHEMA, or RATING_SCHEMA: one a rating) in the file's order.

    `groups`: column → the group of each row, for the card. `integers`: the id columns that are numbers in
    the file, so that predictions can go back as such. `origin` says in a word where the rows came from.
    """

    table: pa.Table
    groups: dict[str, list[str | None]] = field(default_factory=dict)
    integers: frozenset[str] = frozenset()
    origin: str = "file"

    @property
    def data_hash(self) -> str:
        """`d-` and 16 hex characters over the rows, whatever their order, format or encoding."""
        names = self.table.column_names
        columns = [self.table.column(name).to_pylist() for name in names]
        rows = sorted(json.dumps(row, ensure_ascii=True) for row in zip(*columns, strict=True))
        digest = hashlib.sha256(json.dumps(names).encode())
        for row in rows:
            digest.update(row.encode() + b"\n")
        return f"d-{digest.hexdigest()[:16]}"


def read_ratings(path: Path, groups: Sequence[str] = ()) -> Answers:
    """Rated answers for `rate fit`; `RatingInputError` for the first thing that is wrong.

    An answer is known by question_id and answer_id together. A rater rates it once; without rater_id it
    stands once.
    """
    required = ("question_id", "answer_id", "text", "rating")
    rows = read_rows(path, rated_answers(), required, ("rater_id", "reference"), groups)
    columns = _answers(rows)
    columns["rating"] = list(numbers_of(rows, "rating"))
    columns["rater_id"] = [_tidy(value) for value in rows.texts.get("rater_id") or [None] * len(rows.numbers)]
    _check_repetitions(rows, columns)
    return Answers(
        pa.table(columns, RATING_SCHEMA),
        {name: [_tidy(value) for value in rows.texts[name]] for name in groups},
    )


def read_answers(path: Path) -> Answers:
    """Answers for `rate predict`, in the file's order; `RatingInputError` for what cannot be read."""
    rows = read_rows(path, rated_answers(), ("question_id", "answer_id", "text"), ("reference",))
    return Answers(pa.table(_answers(rows), ANSWER_SCHEMA), integers=rows.integers)


def numbers_of(rows: Rows, column: str) -> list[float]:
    """A column of finite numbers, however a person writes them; `RatingInputError` for any other value."""
    found = []
    for row, text in enumerate(rows.texts[column]):
        if text is None or not text.strip():
            raise rows.refusal(row, column, "is empty; give a number or leave the row out")
        try:
            number = parse_number(text, "score")
        except UnreadableError as error:
            shown = showable(text, private=False)
            raise rows.refusal(row, column, error.sentence(shown, private=shown is None)) from None
        if not math.isfinite(number):
            raise rows.refusal(row, column, "is not a finite number")
        found.append(number)
    return found


def names_of(rows: Rows, column: str) -> list[str]:
    """A column of ids, trimmed and in normal form C; `RatingInputError` where one is empty."""
    found = []
    for row, value in enumerate(rows.texts[column]):
        name = _tidy(value)
        if name is None:
            raise rows.refusal(row, column, "is empty")
        found.append(name)
    return found


def _answers(rows: Rows) -> dict[str, list[object]]:
    return {
        "question_id": list(names_of(rows, "question_id")),
        "answer_id": list(names_of(rows, "answer_id")),
        # Nothing said is an answer too, and has been rated as one.
        "text": [value or "" for value in rows.texts["text"]],
        "reference": list(_references(rows)),
    }


def _references(rows: Rows) -> list[list[str] | None]:
    """The reference answers of each row: a text, a list, the JSON of a list, or several columns."""
    if not rows.lists:
        return [None] * len(rows.numbers)
    return [
        [text for value in values for text in _texts(value)] or None
        for values in zip(*rows.lists.values(), strict=True)
    ]


def _texts(value: object) -> list[str]:
    if value is None:
        return []
    if isinstance(value, str) and value.lstrip().startswith("["):
        try:
            loaded = json.loads(value)
        except ValueError:
            loaded = value  # A text that begins with a bracket.
        if isinstance(loaded, list):
            value = loaded
    if isinstance(value, list):
        return [str(item) for item in value if item is not None and str(item).strip()]
    return [str(value)] if str(value).strip() else []


def _check_repetitions(rows: Rows, columns: dict[str, list[object]]) -> None:
    """`RatingInputError` when an answer has two texts, or two ratings by one rater."""
    first: dict[tuple[object, object], int] = {}
    rated: dict[tuple[object, object, object], int] = {}
    ids = zip(columns["question_id"], columns["answer_id"], columns["rater_id"], strict=True)
    for row, (question, answer, rater) in enumerate(ids):
        before = first.setdefault((question, answer), row)
        if columns["text"][before] != columns["text"][row]:
            raise rows.refusal(
                row,
                "text",
                f"another text than in row {rows.numbers[before]}, which has the "
                "same question_id and answer_id",
            )
        again = rated.setdefault((question, answer, rater), row)
        if again != row:
            who = "without a rater_id" if rater is None else "by the same rater_id"
            raise rows.refusal(row, "rating", f"the answer is rated in row {rows.numbers[again]} too, {who}")


def _tidy(value: str | None) -> str | None:
    return unicodedata.normalize("NFC", value).strip() or None if value is not None else None


def check_enough(answers: Answers, least: int) -> None:
    """`RatingInputError` when there are fewer rated answers than any model could be learnt from."""
    distinct = len(
        set(
            zip(
                *(answers.table.column(name).to_pylist() for name in ("question_id", "answer_id")),
                strict=True,
            )
        )
    )
    if distinct < least:
        raise RatingInputError(f"There are {distinct:,} rated answers; at least {least:,} are needed.")
