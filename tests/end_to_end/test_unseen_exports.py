"""Exports that nobody has tuned anything to, against the second calculation of every number."""

from __future__ import annotations

import csv
import math
import random
import shutil
import statistics
from collections import Counter, defaultdict
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any
from unicodedata import normalize

import pytest

from ingestion import ingest
from tests.conftest import build_in_memory
from tests.end_to_end.oracle_answers import Answer, Rules
from tests.end_to_end.oracle_answers import normalise as normalised
from tests.end_to_end.oracle_landing import fraction, language
from tests.end_to_end.oracle_marts import Interview, Policies, Result, rank, score_interview, with_totals
from tests.end_to_end.unseen_exports import ROLES, ZONE, Row, deliveries, write
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import REPOSITORY, Settings

pytestmark = pytest.mark.slow

SEED = 20261122
FORMATS = ("zh.csv", "jsonl", "parquet", "en.csv")
KEYS = {
    "interviews": ("interview_id",),
    "answers": ("interview_id", "question_id", "attempt"),
    "vendor_scores": ("interview_id", "competency_id"),
}


class House:
    """The warehouse that took the deliveries, and what a stranger makes of the same rows."""

    def __init__(self, folder: Path) -> None:
        project = folder / "project"
        shutil.copytree(REPOSITORY / "dbt_project", project, ignore=shutil.ignore_patterns("target", "logs"))
        self.settings = Settings(home=folder / "home", dbt_project=project).ensure()
        self._mix_score_sources()
        self.policies = Policies(self.settings.seeds)
        self.latest: dict[str, dict[tuple[Any, ...], tuple[Any, Row]]] = defaultdict(dict)
        self._deliver()
        build_in_memory(self.settings)
        self.marts = Marts(self.settings)
        self.results = self._expect()

    def ask(self, query: str) -> list[Row]:
        """Rows of a query on the published marts."""
        return self.marts.query(query, viewer=OPERATOR, max_rows=None).to_pylist()

    def _mix_score_sources(self) -> None:
        path = self.settings.seeds / "roles.csv"
        rows = list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        sources = dict(zip(ROLES, ("rubric", "vendor", "mean"), strict=True))
        lines = [",".join([*row[:-1], sources.get(row[0], row[-1])]) for row in rows]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")

    def _deliver(self) -> None:
        rng = random.Random(SEED)
        weighted = {role: sorted(set().union(*self.policies.weights[role].values())) for role in ROLES}
        for number, delivery in enumerate(deliveries(Rules(self.settings.seeds), weighted, SEED)):
            for source, rows in delivery.items():
                name = f"{number}.{FORMATS[(number + len(source)) % len(FORMATS)]}"
                write(rng, self.settings.landing / source / name, rows)
                for place, row in enumerate(rows):
                    self._note(source, row, (number, place))
            assert all(report.quarantined == 0 for report in ingest.run(self.settings).files)

    def _note(self, source: str, row: Row, arrival: tuple[int, int]) -> None:
        """The latest version of a row: by the export's own time where it has one, else by arrival."""
        key = tuple(row[name] for name in KEYS[source])
        version = row.get("exported_at", datetime(2027, 1, 1, tzinfo=UTC)), arrival
        known = self.latest[source].get(key)
        if known is None or version > known[0]:
            self.latest[source][key] = version, row

    def rows(self, source: str) -> list[Row]:
        return [row for _, row in self.latest[source].values()]

    def counted_answers(self) -> dict[str, dict[str, Row]]:
        """interview → question → the highest attempt."""
        counted: dict[str, dict[str, Row]] = defaultdict(dict)
        for row in sorted(self.rows("answers"), key=lambda row: row["attempt"]):
            counted[row["interview_id"]][row["question_id"]] = row
        return counted

    def _expect(self) -> dict[str, Result]:
        vendor: dict[str, dict[str, Fraction]] = defaultdict(dict)
        for row in self.rows("vendor_scores"):
            vendor[row["interview_id"]][row["competency_id"]] = Fraction(str(row["score"]))
        counted = self.counted_answers()
        results = {}
        for row in self.rows("interviews"):
            if row["status"] != "completed" or row["role_id"] not in ROLES:
                continue
            name, scenario = row["interview_id"], row["scenario"] or "external"
            interview = Interview(name, row["role_id"], scenario, row["status"], row["completed_at"])
            answers = [as_answer(answer) for answer in counted[name].values()]
            results[name] = score_interview(interview, answers, vendor[name], self.policies, ZONE)
        rank(list(results.values()))
        return results


def as_answer(row: Row) -> Answer:
    text = None if row["text"] is None else row["text"].strip()
    return Answer(
        *(row["interview_id"], row["question_id"], row["attempt"], text),
        row["lang"] or language(normalised(text or "")),
        fraction(row["answer_seconds"]),
        fraction(row["pause_seconds"]) or Fraction(0),
        bool(row["skipped"]),
    )


def near(ours: float, theirs: Fraction | float) -> bool:
    return math.isclose(ours, theirs, rel_tol=0, abs_tol=1e-8)


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> House:
    return House(tmp_path_factory.mktemp("unseen"))


def test_the_exports_reach_what_they_are_meant_to_reach(house: House) -> None:
    grades = Counter(result.grade for result in house.results.values())
    assert set(grades) == {"S", "A", "B", "C", "D", None}
    assert 60 in {result.composite for result in house.results.values()}
    rows = house.ask("select flags from answer_scores")
    assert {flag for row in rows for flag in row["flags"]} >= {
        "short",
        "skipped",
        "repeated",
        "missing",
        "unknown_question",
    }


def test_every_interview_is_judged_alike(house: House) -> None:
    rows = house.ask("select * from interview_results")
    assert len(rows) == len(house.rows("interviews"))
    for row in rows:
        result = house.results.get(row["interview_id"])
        if result is None:
            assert row["status"] != "scored", row["interview_id"]
            continue
        expected = (result.composite, result.grade, result.quarter, result.is_top10)
        ours = (row["composite_score"], row["grade"], row["quarter_start"], row["is_top10"])
        assert ours == expected, row["interview_id"]
        assert near(row["coverage"], result.coverage)
        assert row["pct_rank"] == result.pct_rank or near(row["pct_rank"], result.pct_rank)


def test_every_competency_and_every_lost_point_is_alike(house: House) -> None:
    scores = house.ask("select * from competency_scores where score is not null")
    ours = {
        (row["interview_id"], row["competency_id"]): row["score"]
        for row in scores
        if row["interview_id"] in house.results
    }
    theirs = {
        (name, competency): score
        for name, result in house.results.items()
        for competency, score in result.competencies.items()
    }
    assert set(ours) == set(theirs)
    assert all(near(ours[key], theirs[key]) for key in ours)
    assert "competency_of_nobody" in {competency for _, competency in theirs}
    losses = {
        (row["interview_id"], row["question_id"], row["criterion_id"]): row["points_lost"]
        for row in house.ask("select * from loss_points")
    }
    expected = {
        (name, *key): points
        for name, result in house.results.items()
        if result.composite is not None
        for key, points in result.losses.items()
    }
    assert set(losses) == set(expected)
    assert all(near(losses[key], expected[key]) for key in losses)


def test_evidence_slices_back_to_its_phrase(house: House) -> None:
    counted = house.counted_answers()
    spans = 0
    for row in house.ask("select interview_id, question_id, evidence, negated from answer_scores"):
        said = normalize("NFC", counted[row["interview_id"]][row["question_id"]]["text"] or "").strip()
        for span in (*row["evidence"], *row["negated"]):
            assert normalised(span["phrase"]) in normalised(said[span["start"] : span["end"]]), row
            spans += 1
    assert spans > 1000


def test_bands_quarters_and_bins_are_alike(house: House) -> None:
    bands: Counter[tuple[object, ...]] = Counter()
    bins: Counter[tuple[object, ...]] = Counter()
    quarters: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for group, results in with_totals(list(house.results.values())).items():
        for result in results:
            bands[*group, result.quarter, result.grade] += 1
            quarters[*group, result.quarter].append(result.composite)
            for name, score in {**result.competencies, "composite": result.composite}.items():
                bins[*group, name, min(95, int(score // 5) * 5)] += 1
    for row in house.ask("select * from grade_bands"):
        assert row["n"] == bands[row["role_id"], row["scenario"], row["quarter_start"], row["grade"]], row
    for row in house.ask("select * from role_score_distributions"):
        assert row["n"] == bins[row["role_id"], row["scenario"], row["competency_id"], row["bin_start"]], row
    trends = house.ask("select * from quarterly_trends")
    assert len(trends) == len(quarters)
    for row in trends:
        scores = quarters[row["role_id"], row["scenario"], row["quarter_start"]]
        assert row["n"] == len(scores)
        assert near(row["mean"], statistics.fmean(scores))
        assert near(row["median"], statistics.median(scores))
        assert len(scores) == 1 or near(row["sd"], statistics.stdev(scores))
