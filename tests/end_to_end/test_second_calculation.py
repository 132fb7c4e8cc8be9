"""Every published number of the demo against a second calculation from the landing files alone."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from zoneinfo import ZoneInfo

import pytest

from tests.end_to_end.oracle_landing import read_answers, read_interviews, read_vendor
from tests.end_to_end.oracle_marts import Policies, Result, rank, score_interview, with_totals
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

ZONE = ZoneInfo("Asia/Shanghai")
Rows = list[dict[str, object]]


@pytest.fixture(scope="module")
def expected(demo_home: Settings) -> dict[str, Result]:
    policies = Policies(demo_home.seeds)
    answers = read_answers(demo_home.landing)
    vendor = read_vendor(demo_home.landing)
    results = [
        score_interview(interview, answers[name], vendor.get(name, {}), policies, ZONE)
        for name, interview in read_interviews(demo_home.landing, ZONE).items()
        if interview.status == "completed"
    ]
    rank(results)
    return {result.interview.interview_id: result for result in results}


@pytest.fixture(scope="module")
def marts(demo_home: Settings) -> Marts:
    return Marts(demo_home)


def ask(marts: Marts, query: str) -> Rows:
    return marts.query(query, viewer=OPERATOR, max_rows=None).to_pylist()


def near(ours: object, theirs: object) -> bool:
    return ours == theirs or math.isclose(float(ours), float(theirs), rel_tol=0, abs_tol=1e-8)


def test_composites_grades_and_coverage_are_exact(marts: Marts, expected: dict[str, Result]) -> None:
    rows = ask(
        marts,
        "select interview_id, composite_score, grade, coverage, quarter_start from interview_results "
        "where status in ('scored', 'insufficient')",
    )
    assert {row["interview_id"] for row in rows} == set(expected)
    assert len([row for row in rows if row["grade"]]) > 300
    for row in rows:
        result = expected[row["interview_id"]]
        assert row["composite_score"] == result.composite, row["interview_id"]
        assert row["grade"] == result.grade, row["interview_id"]
        assert row["quarter_start"] == result.quarter
        assert near(row["coverage"], result.coverage)


def test_percentiles_and_the_top_tenth_are_exact(marts: Marts, expected: dict[str, Result]) -> None:
    rows = ask(
        marts, "select interview_id, pct_rank, is_top10 from interview_results where status = 'scored'"
    )
    for row in rows:
        result = expected[row["interview_id"]]
        assert near(row["pct_rank"], result.pct_rank), row["interview_id"]
        assert row["is_top10"] == result.is_top10, row["interview_id"]


def test_competency_scores_are_exact(marts: Marts, expected: dict[str, Result]) -> None:
    rows = ask(
        marts, "select interview_id, competency_id, score from competency_scores where score is not null"
    )
    ours = {(row["interview_id"], row["competency_id"]): row["score"] for row in rows}
    theirs = {
        (name, competency): score
        for name, result in expected.items()
        for competency, score in result.competencies.items()
    }
    assert set(ours) == set(theirs)
    assert all(near(ours[key], theirs[key]) for key in ours)


def test_every_loss_point_is_exact(marts: Marts, expected: dict[str, Result]) -> None:
    rows = ask(marts, "select interview_id, question_id, criterion_id, points_lost from loss_points")
    ours = {
        (row["interview_id"], row["question_id"], row["criterion_id"]): row["points_lost"] for row in rows
    }
    theirs = {
        (name, *key): points
        for name, result in expected.items()
        if result.composite is not None
        for key, points in result.losses.items()
    }
    assert set(ours) == set(theirs)
    assert len(ours) > 2000
    assert all(near(ours[key], theirs[key]) for key in ours)


def test_band_counts_are_exact(marts: Marts, expected: dict[str, Result]) -> None:
    rows = ask(marts, "select role_id, scenario, quarter_start, grade, n, share from grade_bands")
    counts: Counter[tuple[object, ...]] = Counter()
    totals: Counter[tuple[object, ...]] = Counter()
    for (role, scenario), results in with_totals(list(expected.values())).items():
        for result in results:
            counts[role, scenario, result.quarter, result.grade] += 1
            totals[role, scenario, result.quarter] += 1
    assert len(rows) == 5 * len(totals)
    for row in rows:
        group = row["role_id"], row["scenario"], row["quarter_start"]
        assert row["n"] == counts[(*group, row["grade"])], row
        assert near(row["share"], counts[(*group, row["grade"])] / totals[group])


def test_quarter_statistics_are_exact(marts: Marts, expected: dict[str, Result]) -> None:
    rows = ask(marts, "select * from quarterly_trends")
    groups: dict[tuple[object, ...], list[float]] = defaultdict(list)
    for (role, scenario), results in with_totals(list(expected.values())).items():
        for result in results:
            groups[role, scenario, result.quarter].append(result.composite)
    assert len(rows) == len(groups)
    for row in rows:
        scores = groups[row["role_id"], row["scenario"], row["quarter_start"]]
        assert row["n"] == len(scores)
        assert near(row["mean"], statistics.fmean(scores))
        assert near(row["median"], statistics.median(scores))
        assert near(row["max"], max(scores))
        assert near(row["pass_rate"], sum(score >= 60 for score in scores) / len(scores))
        assert near(row["share_80"], sum(score >= 80 for score in scores) / len(scores))
        if len(scores) > 1:
            assert near(row["sd"], statistics.stdev(scores))


def test_bin_counts_are_exact(marts: Marts, expected: dict[str, Result]) -> None:
    rows = ask(marts, "select role_id, scenario, competency_id, bin_start, n from role_score_distributions")
    counts: Counter[tuple[object, ...]] = Counter()
    groups = set()
    for (role, scenario), results in with_totals(list(expected.values())).items():
        for result in results:
            named = {**result.competencies, "composite": result.composite}
            for competency, score in named.items():
                groups.add((role, scenario, competency))
                counts[role, scenario, competency, min(95, int(score // 5) * 5)] += 1
    assert len(rows) == 20 * len(groups)
    for row in rows:
        key = row["role_id"], row["scenario"], row["competency_id"], row["bin_start"]
        assert row["n"] == counts[key], key
