"""What a person is shown of a replay: values side by side, or a sentence where nothing can be compared."""

from __future__ import annotations

import io

import duckdb
import pytest
from rich.console import Console

from orchestration.replay.compare import Outcome, Replay, Verdict
from orchestration.replay.show import print_replay
from warehouse.archive import ArchivedRun

PUBLISHED = {"status": "scored", "composite_score": 71.84, "grade": "B"}
WITHOUT_TEXTS = {"status": "insufficient", "composite_score": None, "grade": None}


def outcome(name: str, verdict: Verdict) -> Outcome:
    replayed = PUBLISHED if verdict in ("equal", "altered") else WITHOUT_TEXTS
    return Outcome(name, verdict, PUBLISHED, replayed, {}, {}, {}, {}, ())


def shown(*outcomes: Outcome, language: str = "en") -> str:
    run = ArchivedRun(
        *(1, "r1", "2026-11-22T17:45:00", "r", "w", "k+c-1", f"duckdb {duckdb.__version__}"),
        *({}, "", 1, {}, {}),
    )
    out = Console(file=io.StringIO(), width=120)
    print_replay(Replay(run, outcomes, True, "c-1", {}), 0, language, out)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_what_differs_stands_side_by_side() -> None:
    said = shown(outcome("i1", "differs"))
    assert "insufficient" in said
    assert "71.84" in said
    assert "1 of 1 results of run r1 do not come out as they were published." in said


@pytest.mark.parametrize("verdict", ["erased", "damaged", "unknown"])
@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "1 of 1 results of run r1 cannot be replayed."),
        ("zh", "运行 r1 的 1 个结果中，有 1 个无法重算。"),
    ],
)
def test_without_texts_nothing_is_put_beside_what_was_published(
    verdict: Verdict, language: str, sentence: str
) -> None:
    said = shown(outcome("i1", verdict), language=language)
    assert "insufficient" not in said
    assert "NO" not in said.split()
    assert sentence in said


def test_in_a_list_the_replayed_side_of_an_erased_result_is_empty() -> None:
    said = shown(*(outcome(f"i{number}", "erased" if number == 2 else "equal") for number in range(5)))
    (line,) = [line for line in said.splitlines() if "i2" in line and "71.84" in line]
    assert "insufficient" not in line
    assert "1 of 5 results of run r1 cannot be replayed." in said
