"""A small home with two runs: as exported; then with a corrected answer and other rules."""

from __future__ import annotations

import csv
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from ingestion.demo import write_demo
from orchestration.replay.compare import Outcome, replay
from tests.conftest import build_in_memory
from warehouse.archive import find_run, stems
from warehouse.result_archive import results_of
from warehouse.settings import REPOSITORY, Settings

INTERVIEWS = 60


@dataclass(frozen=True)
class TwoRuns:
    """A home, its runs in their order, and the interview whose answer the second one saw corrected."""

    settings: Settings
    first: str
    second: str
    corrected: str

    def copied(self, to: Path) -> TwoRuns:
        """The same elsewhere, to be damaged."""
        shutil.copytree(self.settings.home, to / "home", symlinks=True)
        copy = Settings(home=to / "home", dbt_project=self.settings.dbt_project)
        return TwoRuns(copy, self.first, self.second, self.corrected)

    def replayed(self, interview_id: str, run_id: str | None = None) -> Outcome:
        """The outcome of one interview."""
        (outcome,) = replay(self.settings, [interview_id], run_id=run_id).outcomes
        return outcome


def make_two_runs(folder: Path) -> TwoRuns:
    """Builds both runs in `folder`."""
    ignored = shutil.ignore_patterns("target", "logs")
    project = shutil.copytree(REPOSITORY / "dbt_project", folder / "dbt_project", ignore=ignored)
    settings = Settings(home=folder / "home", dbt_project=project).ensure()
    write_demo(settings.landing, interviews=INTERVIEWS)
    first = build_in_memory(settings).run_id
    corrected = correct_an_answer(settings)
    change_seed(settings, "role_weights", "weight", lambda row: row["competency_id"] == "communication")
    change_seed(settings, "criteria", "min_phrases", lambda row: row["kind"] == "phrases")
    second = build_in_memory(settings).run_id
    assert first is not None and second is not None
    return TwoRuns(settings, first, second, corrected)


def correct_an_answer(settings: Settings) -> str:
    """A later export says that one answer of somebody with a good score was a few words only."""
    (run_id,) = stems(settings)
    results = results_of(settings, find_run(settings, run_id.partition("_")[2]))
    (best,) = results.sort_by([("composite_score", "descending")]).slice(0, 1)["interview_id"].to_pylist()
    lines = [
        json.loads(line)
        for path in sorted((settings.landing / "answers").iterdir())
        for line in path.read_text(encoding="utf-8").splitlines()
    ]
    answer = next(line for line in lines if line["interview_id"] == best and line["text"])
    later = json.dumps({**answer, "text": "这道题我没有想好。"}, ensure_ascii=False)
    (settings.landing / "answers" / "answers_corrected.jsonl").write_text(f"{later}\n", encoding="utf-8")
    return best


def change_seed(settings: Settings, seed: str, column: str, where: Callable[[dict[str, str]], bool]) -> None:
    """Doubles a column of some rows."""
    path = settings.seeds / f"{seed}.csv"
    rows = list(csv.DictReader(path.read_text(encoding="utf-8").splitlines()))
    for row in filter(where, rows):
        row[column] = f"{2 * float(row[column]):g}"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
