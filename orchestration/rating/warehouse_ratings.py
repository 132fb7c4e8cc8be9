"""The human ratings of this warehouse: of competencies, and of answers, whose texts are opened in memory."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from orchestration.rating.errors import CalibrationError, RatingInputError
from orchestration.rating.inputs import ANSWER_SCHEMA, RATING_SCHEMA, Answers
from warehouse.cipher import Sealer
from warehouse.database_files import opened
from warehouse.errors import NothingPublished, UsageError
from warehouse.locks import build_lock
from warehouse.settings import Settings
from warehouse.vault import Vault

# The attributes of an interview or an answer by which the error may be shown.
GROUP_COLUMNS = ("lang", "role_id", "department_id", "scenario")
_ANSWERS = """
    select
        answers.interview_id, answers.question_id, answers.attempt, answers._file_id, answers._row_number,
        interviews.candidate_id, answers.lang, interviews.role_id, interviews.department_id,
        interviews.scenario {more}
    from intermediate.int_answers_counted as answers
    inner join intermediate.int_interviews as interviews on answers.interview_id = interviews.interview_id
    {join}
    where not answers.is_missing and not answers.is_skipped
    order by answers.interview_id, answers.question_id {order}
"""
_RATED = """
    inner join staging.stg_human_ratings as ratings
        on answers.interview_id = ratings.interview_id and answers.question_id = ratings.question_id
"""
_POINTS = "select interview_id, question_id, points from marts.answer_scores"
_COMPETENCIES = """
    select ratings.competency_id, ratings.interview_id, any_value(scores.raw_score) as raw,
        avg(ratings.rating) as rating, count(*) as raters
    from staging.stg_human_ratings as ratings
    inner join intermediate.int_competency_scores as scores
        on ratings.interview_id = scores.interview_id and ratings.competency_id = scores.competency_id
    where scores.raw_score is not null
    group by ratings.competency_id, ratings.interview_id
    order by ratings.competency_id, ratings.interview_id
"""


def rated_answers_of(settings: Settings, groups: tuple[str, ...] = ()) -> Answers:
    """Every rated answer whose text can still be opened, one row a rating, for `rate fit`.

    Needs the master key. Texts stay in the memory of this process. Raises `RatingInputError` where nothing
    was rated, `NothingPublished` before the first build, `BuildRunningError` during one, `VaultError`.
    """
    unknown = [name for name in groups if name not in GROUP_COLUMNS]
    if unknown:
        raise UsageError(
            f"--group {unknown[0]}: of the warehouse's own, name one of {', '.join(GROUP_COLUMNS)}."
        )
    more = ", ratings.rating, ratings.rater_id"
    rows = _query(settings, _ANSWERS.format(more=more, join=_RATED, order=", ratings.rater_id"))
    texts = _texts(settings, rows)
    opened = [row for row, text in enumerate(texts) if text is not None]
    if not opened:
        raise RatingInputError(
            "No answer of this warehouse was rated by question: human_ratings must name question_id."
        )
    table = _answer_table(rows, texts).take(opened)
    taken = rows.take(opened)
    table = table.append_column("rating", taken["rating"]).append_column("rater_id", taken["rater_id"])
    found = {name: taken[name].to_pylist() for name in groups}
    return Answers(table.select(RATING_SCHEMA.names).cast(RATING_SCHEMA), found, origin="warehouse")


def answers_of(settings: Settings) -> Answers:
    """Every counted answer whose text can still be opened, for `rate predict`; errors as above."""
    rows = _query(settings, _ANSWERS.format(more="", join="", order=""))
    texts = _texts(settings, rows)
    opened = [row for row, text in enumerate(texts) if text is not None]
    return Answers(_answer_table(rows, texts).take(opened).cast(ANSWER_SCHEMA), origin="warehouse")


def beside_explained(settings: Settings, predicted: pa.Table) -> pa.Table:
    """Adds `explained` (points of the rules, 0–100) and `needs_human` (it lies outside the interval)."""
    points = _query(settings, _POINTS)
    pairs = zip(points["interview_id"].to_pylist(), points["question_id"].to_pylist(), strict=True)
    by_answer = dict(
        zip((f"{one}/{other}" for one, other in pairs), points["points"].to_pylist(), strict=True)
    )
    explained = pa.array([by_answer.get(name) for name in predicted["answer_id"].to_pylist()], pa.float64())
    outside = pc.or_(pc.less(explained, predicted["low"]), pc.greater(explained, predicted["high"]))
    return predicted.append_column("explained", explained).append_column("needs_human", outside)


def rated_competencies_of(settings: Settings) -> pa.Table:
    """One row a rated interview and competency: competency_id, raw (0–100), mean rating, raters."""
    table = _query(settings, _COMPETENCIES)
    if not table.num_rows:
        raise CalibrationError(
            "No competency of this warehouse was rated by people: human_ratings must name competency_id."
        )
    return table


def _answer_table(rows: pa.Table, texts: list[str | None]) -> pa.Table:
    """An answer's id is its interview and question, as marts.answer_scores has them."""
    pairs = zip(rows["interview_id"].to_pylist(), rows["question_id"].to_pylist(), strict=True)
    return pa.table(
        {
            "question_id": rows["question_id"],
            "answer_id": [f"{interview}/{question}" for interview, question in pairs],
            "text": texts,
            "reference": pa.nulls(rows.num_rows, ANSWER_SCHEMA.field("reference").type),
        }
    )


def _texts(settings: Settings, rows: pa.Table) -> list[str | None]:
    """The text of each row; None where its key was erased or nothing was said."""
    vault = Vault.open(settings)
    wanted: dict[str, dict[int, list[int]]] = defaultdict(lambda: defaultdict(list))
    places = zip(rows["_file_id"].to_pylist(), rows["_row_number"].to_pylist(), strict=True)
    for place, (file_id, number) in enumerate(places):
        wanted[file_id][number].append(place)
    texts: list[str | None] = [None] * rows.num_rows
    for file_id, numbers in wanted.items():
        for number, text in _opened(settings, vault, file_id, set(numbers)):
            for place in numbers[number]:
                texts[place] = text
    return texts


def _opened(
    settings: Settings, vault: Vault, file_id: str, numbers: set[int]
) -> Iterator[tuple[int, str | None]]:
    names = ["_row_number", "interview_id", "question_id", "attempt", "text_sealed", "_seal_key_id"]
    path = settings.raw / "answers" / f"{file_id}.parquet"
    kept = pq.read_table(path, columns=names, filters=[("_row_number", "in", numbers)])
    columns = {name: kept[name].to_pylist() for name in names}
    keys = vault.open_keys(key for key in columns["_seal_key_id"] if key is not None)
    sealers = {key_id: Sealer(key) for key_id, key in keys.items()}
    for number, *row_key, sealed, key_id in zip(*columns.values(), strict=True):
        sealer = sealers.get(key_id)
        if sealer is None or sealed is None:
            yield number, None
        else:
            text = sealer.unseal(sealed, f"answers|text|{'|'.join(map(str, row_key))}")
            # Half a character, as a program may have cut it: no Arrow text holds one.
            yield number, text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _query(settings: Settings, sql: str) -> pa.Table:
    """Over what the last build made of raw files; nothing may change them meanwhile."""
    database = settings.build / "build.duckdb"
    if not database.exists():
        raise NothingPublished("Nothing is built yet: run `scorehouse build` first.")
    with build_lock(settings), _connection(settings) as connection:
        return connection.execute(sql).to_arrow_table()


@contextmanager
def _connection(settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    try:
        with opened(settings, settings.build / "build.duckdb") as connection:
            connection.execute("set TimeZone = 'UTC'")
            yield connection
    except duckdb.Error as error:
        raise NothingPublished("The last build cannot be read: run `scorehouse build` again.") from error
