"""The signals find what the demo plants, and little else; and no score depends on any of them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.signals import Recovered, plant_interruptions, recovered
from ingestion.demo import write_demo
from tests.conftest import build_in_memory
from warehouse.settings import Settings

INTERVIEWS = 900


@pytest.fixture(scope="module")
def signals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Recovered]:
    settings = Settings(home=tmp_path_factory.mktemp("signals") / "home").ensure()
    write_demo(settings.landing, interviews=INTERVIEWS)
    interrupted = plant_interruptions(settings.landing)
    build_in_memory(settings)
    return {found.flag: found for found in recovered(settings, interrupted)}


@pytest.mark.slow
@pytest.mark.parametrize("flag", ["stuffing", "fast", "slow", "long_pauses"])
def test_what_was_planted_is_flagged_and_hardly_anything_else(
    flag: str, signals: dict[str, Recovered]
) -> None:
    found = signals[flag]
    assert len(found.planted) >= 10
    assert found.recall >= 0.95
    assert found.precision >= 0.9


@pytest.mark.slow
def test_copies_with_small_changes_are_recognised(signals: dict[str, Recovered]) -> None:
    found = signals["similar"]
    assert len(found.planted) >= 10
    assert found.recall >= 0.75
    # Sentences of the demo come from a store: now and then two people say nearly the same by chance.
    assert found.precision >= 0.75
    assert found.true_precision >= 0.95


@pytest.mark.slow
def test_short_is_exactly_what_is_below_seven_tenths_of_the_median(signals: dict[str, Recovered]) -> None:
    found = signals["short"]
    assert found.flagged == found.true
    assert found.recall >= 0.9


@pytest.mark.slow
def test_interviews_are_interrupted_that_were_so_thrice_and_no_others(signals: dict[str, Recovered]) -> None:
    found = signals["interrupted"]
    assert len(found.planted) >= 10
    assert found.flagged == found.planted


@pytest.mark.slow
def test_answers_that_count_name_their_kind_once_in_the_truth(tmp_path: Path) -> None:
    write_demo(tmp_path / "landing", interviews=200)
    truth = json.loads((tmp_path / "truth.json").read_text(encoding="utf-8"))["odd_answers"]
    keys = [(entry["interview_id"], entry["question_id"]) for kind in truth.values() for entry in kind]
    assert len(keys) == len(set(keys)) > 5
