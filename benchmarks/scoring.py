"""Scoring answers: the kernels on one core, and the whole step on all."""

from __future__ import annotations

import shutil

import duckdb
import pyarrow as pa
import pyarrow.json as pj

from benchmarks.measure import best, line
from orchestration.bulk_scoring import score_new
from scoring_udfs.rubric import compile_rubrics
from scoring_udfs.score import score_answers
from warehouse.seeds import read_seeds
from warehouse.settings import Settings


def phrases_of(seeds: dict[str, pa.Table], questions: list[str]) -> list[list[str]]:
    """For each answer the phrases of its question, as the naive baseline looks for them."""
    rubric_of = {row["question_id"]: row["rubric_id"] for row in seeds["questions"].to_pylist()}
    criterion_of = {row["criterion_id"]: row["rubric_id"] for row in seeds["criteria"].to_pylist()}
    phrases: dict[str, list[str]] = {}
    for row in seeds["phrases"].to_pylist():
        phrases.setdefault(criterion_of[row["criterion_id"]], []).append(row["phrase"])
    return [phrases.get(rubric_of.get(question, ""), []) for question in questions]


def scoring(settings: Settings) -> None:
    """The kernels on one core, against naive Python and against DuckDB's scan for one phrase."""
    seeds = read_seeds(settings.seeds)
    rubrics = compile_rubrics(seeds)
    tables = [pj.read_json(path) for path in sorted((settings.landing / "answers").iterdir())]
    answers = pa.concat_tables(tables, promote_options="permissive")
    answers = answers.select(["question_id", "text", "lang", "answer_seconds", "pause_seconds", "skipped"])
    texts = [text or "" for text in answers["text"].to_pylist()]
    wanted = phrases_of(seeds, answers["question_id"].to_pylist())

    def naive() -> int:
        return sum(any(p in text for p in phrases) for text, phrases in zip(texts, wanted, strict=True))

    connection = duckdb.connect(config={"threads": 1})
    connection.register("answers", pa.table({"text": pa.array(texts)}))
    scan = best(
        lambda: connection.execute("select count(*) from answers where contains(text, '客户')").fetchall()
    )
    ours = best(lambda: score_answers(answers, rubrics, b"benchmark"))
    line(
        "score_answers, 1 core (spans, negation, pace)",
        ours,
        "naive any(phrase in text), no spans",
        best(naive),
        len(texts),
    )
    line("score_answers, 1 core", ours, "DuckDB contains() of one phrase, 1 thread", scan, len(texts))


def bulk(settings: Settings) -> None:
    """The whole scoring step: read, open sealed texts, score, write."""

    def again() -> None:
        shutil.rmtree(settings.scores / "answers", ignore_errors=True)
        report = score_new(settings)
        rows.append(report.answers)

    rows: list[int] = []
    seconds = best(again).clock
    print(f"{'whole scoring step, all cores':<46} {rows[-1] / seconds:>10,.0f} rows/s", flush=True)
