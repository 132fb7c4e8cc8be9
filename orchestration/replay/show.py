"""A replay for a person (a table and sentences) and for an auditor (canonical JSON)."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table
from rich.text import Text

from orchestration.replay.compare import Outcome, Record, Replay
from orchestration.replay.words import say
from warehouse.result_archive import VALUES

# So many interviews are shown in full, and so many in a line each; of more, only those that are not equal.
_IN_FULL = 3
_IN_LINES = 40
_SHOWN_DIFFERENCES = 20
_COMPLETED = ("scored", "insufficient")
# Without a text, or without a result, there is nothing to put side by side: a sentence says why.
_NOT_COMPARED = ("unknown", "erased", "damaged")
# The number of each row that a person knows it by.
_NUMBERS = {"competencies": ("competency_id", "score"), "answers": ("question_id", "points")}


def to_json(replay: Replay) -> bytes:
    """UTF-8, sorted names, no spaces; floats as the shortest decimals that lead back to the same double."""
    document = {
        "run": {**asdict(replay.run), "is_published_file_there": replay.is_file_there},
        "kernel_code_now": replay.code_now,
        "engine_now": _engine(),
        "is_equal": replay.is_equal,
        "not_compared": replay.not_compared,
        "seed": replay.seed,
        "results": [asdict(outcome) for outcome in replay.outcomes],
    }
    text = json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return text.encode() + b"\n"


def print_replay(replay: Replay, asked: int, language: str, out: Console) -> None:
    """Versions, what was published beside what the replay gives, and the verdict; `asked` at random."""

    def line(name: str, style: str = "", **values: object) -> None:
        out.print(Text(say(name, language, **values), style))

    run, outcomes = replay.run, replay.outcomes
    started = f"{run.started_at[:16].replace('T', ' ')} UTC"
    line(
        *("versions", "bold"),
        run=run.run_id,
        started=started,
        rubric=run.rubric_version,
        weights=run.weights_version,
        kernel=run.scored_by,
    )
    if len(outcomes) <= _IN_FULL:
        for outcome in outcomes:
            if outcome.verdict not in _NOT_COMPARED:
                out.print(_in_full(outcome, language))
    elif shown := outcomes if len(outcomes) <= _IN_LINES else _not_equal(replay):
        out.print(_in_lines(shown[:_IN_LINES], language))
    for outcome in _not_equal(replay)[:_SHOWN_DIFFERENCES]:
        line(outcome.verdict, "red", id=outcome.interview_id, run=run.run_id)
    if len(_not_equal(replay)) > _SHOWN_DIFFERENCES:
        line("more", n=len(_not_equal(replay)) - _SHOWN_DIFFERENCES)
    for sentence in _notes(replay, asked, language):
        out.print(Text(sentence, "dim"))
    if replay.is_equal:
        name = "one_equal" if len(outcomes) == 1 else "equal"
        line(name, "bold green", n=f"{len(outcomes):,}", run=run.run_id)
    else:
        bad = _not_equal(replay)
        name = "not_replayed" if all(o.verdict in _NOT_COMPARED for o in bad) else "not_equal"
        line(name, "bold red", n=f"{len(outcomes):,}", bad=f"{len(bad):,}", run=run.run_id)


def _not_equal(replay: Replay) -> list[Outcome]:
    return [outcome for outcome in replay.outcomes if outcome.verdict != "equal"]


def _notes(replay: Replay, asked: int, language: str) -> Iterator[str]:
    """What a reader must know to judge the verdict."""
    for outcome in replay.outcomes[:_IN_FULL]:
        if outcome.verdict == "equal" and outcome.replayed.get("status") not in _COMPLETED:
            yield say("status_only", language, id=outcome.interview_id)
    if not replay.is_same_code:
        yield say("other_code", language, now=replay.code_now)
    if replay.run.engine != _engine():
        yield say("other_engine", language, then=replay.run.engine, now=_engine())
    if not replay.is_file_there:
        yield say("file_gone", language)
    columns = sorted({name for names in replay.not_compared.values() for name in names})
    if columns:
        yield say("not_compared", language, columns=", ".join(columns))
    if replay.seed is not None:
        if len(replay.outcomes) < asked:
            yield say("fewer", language, n=f"{len(replay.outcomes):,}")
        yield say("sample", language, seed=replay.seed)


def _in_full(outcome: Outcome, language: str) -> Table:
    """The values of the result, the number of each competency and answer, and the digest of each part."""
    table = _table(outcome.interview_id, "what", language)
    for name in VALUES:
        _add(table, name, outcome.published.get(name), outcome.replayed.get(name), language)
    before, now = outcome.published_record, outcome.replayed_record
    # Of a published file that is gone only digests are left.
    for part in _NUMBERS if before is not None else ():
        old, new = _numbers(before or {}, part), _numbers(now, part)
        for key in sorted({*old, *new}):
            _add(table, f"{say(part, language)} · {key}", old.get(key), new.get(key), language)
    for part in now:
        old_digest, new_digest = outcome.archived.get(part), outcome.replayed_digests.get(part)
        _add(table, f"{say(part, language)} #", _short(old_digest), _short(new_digest), language)
    for difference in outcome.differences[:_SHOWN_DIFFERENCES]:
        if difference.column is not None and difference.column not in VALUES:
            name = " · ".join(
                filter(None, [say(difference.part, language), difference.key, difference.column])
            )
            _add(table, name, _cell(difference.published), _cell(difference.replayed), language)
    return table


def _in_lines(outcomes: tuple[Outcome, ...] | list[Outcome], language: str) -> Table:
    table = _table(None, "interview", language)
    for outcome in outcomes:
        is_equal = outcome.verdict == "equal"
        _row(
            table,
            outcome.interview_id,
            _summary(outcome.published),
            _cell(None) if outcome.verdict in _NOT_COMPARED else _summary(outcome.replayed),
            is_equal,
            language,
        )
    return table


def _table(title: str | None, first: str, language: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold")
    table.add_column(say(first, language))
    for name in ("published", "replayed", "is_equal"):
        table.add_column(say(name, language), justify="right" if name != "is_equal" else "left")
    return table


def _add(table: Table, name: str, published: Any, replayed: Any, language: str) -> None:
    _row(table, name, _cell(published), _cell(replayed), repr(published) == repr(replayed), language)


def _row(table: Table, name: str, published: str, replayed: str, is_equal: bool, language: str) -> None:
    verdict = Text(say("yes" if is_equal else "no", language), "green" if is_equal else "bold red")
    table.add_row(Text(name), Text(published), Text(replayed), verdict)


def _numbers(record: Record | Mapping[str, Any], part: str) -> dict[str, Any]:
    key, number = _NUMBERS[part]
    return {row[key]: row.get(number) for row in record.get(part, ())}


def _summary(values: Mapping[str, Any]) -> str:
    shown = [values.get("composite_score"), values.get("grade")]
    return " ".join(_cell(value) for value in shown if value is not None) or _cell(values.get("status"))


def _short(digest: str | None) -> str:
    return digest[:12] if digest else ""


def _cell(value: Any) -> str:
    if value is None:
        return "–"
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:59]}…"


def _engine() -> str:
    return f"duckdb {duckdb.__version__}"
