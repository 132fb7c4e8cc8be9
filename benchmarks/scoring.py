"""Scoring answers in memory, against naive Python and against DuckDB's scan for one phrase.

*Matching* is normalising, every phrase and stage cue of the question's rubric with its span in the original
text, and negation; *scoring* adds fingerprints, pace, h and the result as Arrow columns. The naive baselines
look for phrases in the text as it stands, on one core, and find no spans: `any` asks whether the answer holds
any phrase of the rubric and stops at the first, so that it tells nothing of a criterion; `per criterion` asks
it of each criterion and stops there; `every phrase` looks for all of them, as h needs where several count.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.json as pj

from benchmarks.measure import best, line
from scoring_udfs.code_points import decode, text_chunks
from scoring_udfs.columns import categories
from scoring_udfs.normalised_texts import normalise_column
from scoring_udfs.rubric import RubricSet, compile_rubrics
from scoring_udfs.score import INPUT_COLUMNS, score_answers
from scoring_udfs.search import ANSWERED, MISSING, Rows, search
from warehouse.seeds import read_seeds
from warehouse.settings import Settings

_BATCH_ROWS, _BATCH_BYTES = 8_192, 16_000_000
# The generated answers so many times over: four cores would be done before they have begun.
_TIMES = 4
_PHRASE = "客户"


def scoring(settings: Settings) -> None:
    """Prints matching and scoring on one core and on all, against each baseline."""
    seeds = read_seeds(settings.seeds)
    rubrics = compile_rubrics(seeds)
    tables = [pj.read_json(path) for path in sorted((settings.landing / "answers").iterdir())] * _TIMES
    answers = (
        pa.concat_tables(tables, promote_options="permissive").select(list(INPUT_COLUMNS)).combine_chunks()
    )
    texts = [text or "" for text in answers["text"].to_pylist()]
    wanted = phrases_of(seeds, answers["question_id"].to_pylist())
    everything = [[phrase for phrases in criteria for phrase in phrases] for criteria in wanted]
    naive = {
        "naive any(phrase in text), 1 core": best(partial(naive_any, texts, everything)),
        "naive any() per criterion, 1 core": best(partial(naive_per_criterion, texts, wanted)),
        "naive, every phrase, 1 core": best(partial(naive_every_phrase, texts, everything)),
    }
    batches = [answers.slice(row, _BATCH_ROWS) for row in range(0, answers.num_rows, _BATCH_ROWS)]
    pa.set_cpu_count(1)
    for cores in sorted({1, os.cpu_count() or 1}):
        works: dict[str, Callable[[pa.Table], object]] = {
            "matching, with spans": partial(match, rubrics=rubrics),
            "score_answers": partial(score_answers, rubrics=rubrics, fingerprint_key=b"benchmark"),
        }
        with duckdb.connect(config={"threads": cores}) as connection:
            # In as many pieces as our batches: DuckDB's threads take one each.
            pieces = [batch["text"].combine_chunks() for batch in batches]
            connection.register("answers", pa.table({"text": pa.chunked_array(pieces)}))
            scan = best(partial(scan_for_one_phrase, connection))
        for what, work in works.items():
            with ThreadPoolExecutor(cores) as pool:
                ours = best(lambda work=work, pool=pool: list(pool.map(work, batches)))  # type: ignore[misc]
            for baseline, theirs in (*naive.items(), (f"DuckDB contains(), {cores} threads", scan)):
                line(f"{what}, {cores} cores", ours, baseline, theirs, len(texts))


def match(answers: pa.Table, rubrics: RubricSet) -> int:
    """Spans of a batch, those that counted and those that were negated; gives how many."""
    codes, questions = categories(answers["question_id"], "question_id")
    asked = np.array([*(rubrics.questions.get(question or "", -1) for question in questions), -1], np.int32)[
        codes
    ]
    row = spans = 0
    for chunk in text_chunks(answers["text"], "text", _BATCH_ROWS, _BATCH_BYTES):
        texts = normalise_column(decode(chunk))
        state = np.where(texts.is_null, MISSING, ANSWERED).astype(np.uint8)
        rows = Rows(asked[row : row + len(texts)], state, np.zeros(len(texts)))
        _, *found = search(texts.points, texts.offsets, rows, rubrics.search_tables)
        for kind in found:
            texts.lead_back(kind.begin, kind.lines)
            spans += len(kind.lines)
        row += len(texts)
    return spans


def naive_any(texts: Sequence[str], wanted: Sequence[Sequence[str]]) -> int:
    """How many answers hold any phrase of their rubric."""
    return sum(any(phrase in text for phrase in phrases) for text, phrases in zip(texts, wanted, strict=True))


def naive_per_criterion(texts: Sequence[str], wanted: Sequence[Sequence[Sequence[str]]]) -> list[list[bool]]:
    """For each answer whether it holds any phrase of each criterion."""
    return [
        [any(phrase in text for phrase in phrases) for phrases in criteria]
        for text, criteria in zip(texts, wanted, strict=True)
    ]


def naive_every_phrase(texts: Sequence[str], wanted: Sequence[Sequence[str]]) -> list[list[bool]]:
    """For each answer which phrases of its rubric it holds."""
    return [[phrase in text for phrase in phrases] for text, phrases in zip(texts, wanted, strict=True)]


def scan_for_one_phrase(connection: duckdb.DuckDBPyConnection) -> None:
    """DuckDB's look at every text for one phrase."""
    connection.execute(f"select count(*) from answers where contains(text, '{_PHRASE}')").fetchall()


def phrases_of(seeds: dict[str, pa.Table], questions: Sequence[str]) -> list[list[list[str]]]:
    """For each answer the phrases of each criterion of its question."""
    rubric_of = {row["question_id"]: row["rubric_id"] for row in seeds["questions"].to_pylist()}
    phrases: dict[str, list[str]] = {}
    for row in seeds["phrases"].to_pylist():
        phrases.setdefault(row["criterion_id"], []).append(row["phrase"])
    criteria: dict[str, list[list[str]]] = {}
    for row in seeds["criteria"].to_pylist():
        if row["criterion_id"] in phrases:
            criteria.setdefault(row["rubric_id"], []).append(phrases[row["criterion_id"]])
    return [criteria.get(rubric_of.get(question, ""), []) for question in questions]
