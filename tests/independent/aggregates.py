"""Bands, quarters, bins and summaries worked out a second time from the results."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from datetime import date, timedelta
from typing import Any

import numpy as np

from tests.independent.results import Results
from tests.independent.scoring import Judged
from tests.independent.world import Row, World

Z = 1.96
Key = tuple[Any, ...]


def with_totals(judged: Results) -> dict[Key, list[Judged]]:
    """Scored interviews by role and scenario, all of each alone and of both."""
    groups: dict[Key, list[Judged]] = defaultdict(list)
    for found in judged.values():
        if found.composite is not None:
            for role in (found.row["role_id"], "all"):
                for scenario in (found.row["scenario"], "all"):
                    groups[role, scenario].append(found)
    return groups


def by_quarter(judged: Results) -> dict[Key, list[Judged]]:
    groups: dict[Key, list[Judged]] = defaultdict(list)
    for (role, scenario), members in with_totals(judged).items():
        for found in members:
            groups[role, scenario, found.quarter].append(found)
    return groups


def next_quarter(start: date) -> date:
    return date(start.year + start.month // 10, (start.month + 2) % 12 + 1, 1)


def wilson(count: int, n: int) -> tuple[float, float]:
    """95 % interval of a share (Wilson 1927)."""
    share, square = count / n, Z * Z
    middle = (share + square / (2 * n)) / (1 + square / n)
    half = Z * math.sqrt(share * (1 - share) / n + square / (4 * n * n)) / (1 + square / n)
    return middle - half, middle + half


def grade_bands(world: World, judged: Results, offers: list[Row]) -> list[Row]:
    """Every grade of every role × scenario × quarter that has a scored interview."""
    made: dict[Key, list[Row]] = defaultdict(list)
    for offer in offers:
        for role in (offer["role_id"], "all"):
            for scenario in (offer["scenario"], "all"):
                made[role, scenario, offer["quarter_start"], offer["grade"]].append(offer)
    rows = []
    for (role, scenario, quarter), members in by_quarter(judged).items():
        last_day = next_quarter(quarter) - timedelta(days=1)
        for rank, grade in enumerate(world.policy.grades, start=1):
            name = grade["grade"]
            count = sum(found.grade == name for found in members)
            low, high = wilson(count, len(members))
            band = world.policy.pay(name, last_day)
            cell = made[role, scenario, quarter, name]
            salaries = [
                offer["offer_monthly_salary"] for offer in cell if offer["offer_monthly_salary"] is not None
            ]
            has_band = band["pay_min"] is not None
            rows.append(
                {
                    "role_id": role,
                    "scenario": scenario,
                    "quarter_start": quarter,
                    "grade": name,
                    "grade_rank": rank,
                    "n": count,
                    "group_n": len(members),
                    "share": count / len(members),
                    "ci_low": low,
                    "ci_high": high,
                    "pay_min": band["pay_min"],
                    "pay_mid": (band["pay_min"] + band["pay_max"]) / 2 if has_band else None,
                    "pay_max": band["pay_max"],
                    "currency": band["currency"],
                    "offers": len(cell),
                    "mean_offer": statistics.fmean(salaries) if salaries else None,
                    "offers_out_of_band": sum(bool(offer["is_out_of_band"]) for offer in cell),
                }
            )
    return rows


def mean_interval(scores: list[float]) -> tuple[float | None, float | None]:
    if len(scores) < 2:
        return None, None
    half = Z * statistics.stdev(scores) / math.sqrt(len(scores))
    return statistics.fmean(scores) - half, statistics.fmean(scores) + half


def quarterly_trends(world: World, judged: Results) -> list[Row]:
    """Every quarter with a scored interview, beside the calendar quarter before."""
    groups = {
        key: [found.composite or 0.0 for found in members] for key, members in by_quarter(judged).items()
    }
    before = {
        (role, scenario, next_quarter(start)): found for (role, scenario, start), found in groups.items()
    }
    variables = world.policy.variables
    rows = []
    for (role, scenario, start), scores in groups.items():
        low, high = mean_interval(scores)
        rows.append(
            {
                "role_id": role,
                "scenario": scenario,
                "quarter_start": start,
                "n": len(scores),
                "mean": statistics.fmean(scores),
                "ci_low": low,
                "ci_high": high,
                "median": statistics.median(scores),
                "sd": statistics.stdev(scores) if len(scores) > 1 else None,
                "p10": float(np.quantile(scores, 0.1)),
                "p90": float(np.quantile(scores, 0.9)),
                "min": min(scores),
                "max": max(scores),
                "pass_rate": sum(score >= variables["pass_mark"] for score in scores) / len(scores),
                "share_80": sum(score >= variables["high_mark"] for score in scores) / len(scores),
                **change(scores, before.get((role, scenario, start))),
            }
        )
    return rows


def change(scores: list[float], earlier: list[float] | None) -> Row:
    """Mean against the calendar quarter before, with the interval of the difference of two means."""
    row: Row = dict.fromkeys(("delta_mean", "delta_ci_low", "delta_ci_high"))
    if earlier:
        row["delta_mean"] = delta = statistics.fmean(scores) - statistics.fmean(earlier)
        if len(scores) > 1 and len(earlier) > 1:
            spread = statistics.variance(scores) / len(scores) + statistics.variance(earlier) / len(earlier)
            row |= {
                "delta_ci_low": delta - Z * math.sqrt(spread),
                "delta_ci_high": delta + Z * math.sqrt(spread),
            }
    return row


def named_scores(judged: Results) -> dict[Key, list[float]]:
    """Scores by role, scenario and competency, the composite too."""
    groups: dict[Key, list[float]] = defaultdict(list)
    for (role, scenario), members in with_totals(judged).items():
        for found in members:
            groups[role, scenario, "composite"].append(found.composite or 0.0)
            for name, competency in found.competencies.items():
                if competency.score is not None:
                    groups[role, scenario, name].append(competency.score)
    return groups


def distributions(judged: Results) -> list[Row]:
    """Twenty bins of five points each; 100 falls in the bin 95."""
    rows = []
    for (role, scenario, name), scores in named_scores(judged).items():
        places = [min(95, math.floor(score / 5) * 5) for score in scores]
        for start in range(0, 100, 5):
            rows.append(
                {
                    "role_id": role,
                    "scenario": scenario,
                    "competency_id": name,
                    "bin_start": start,
                    "bin_end": start + 5,
                    "n": places.count(start),
                    "group_n": len(scores),
                    "share": places.count(start) / len(scores),
                }
            )
    return rows


def summaries(world: World, judged: Results) -> list[Row]:
    """Mean, spread, quantiles and the cut of the best tenth, over all quarters."""
    rows = []
    for (role, scenario, name), scores in named_scores(judged).items():
        low, high = mean_interval(scores)
        best = sorted(scores, reverse=True)
        steps = (10, 20, 25, 30, 40, 50, 60, 70, 75, 80, 90)
        rows.append(
            {
                "role_id": role,
                "scenario": scenario,
                "competency_id": name,
                "n": len(scores),
                "mean": statistics.fmean(scores),
                "ci_low": low,
                "ci_high": high,
                "sd": statistics.stdev(scores) if len(scores) > 1 else None,
                "min": min(scores),
                "max": max(scores),
                **{f"p{step}": float(np.quantile(scores, step / 100)) for step in steps},
                "share_80": sum(score >= world.policy.variables["high_mark"] for score in scores)
                / len(scores),
                "top10_cutoff": best[math.ceil(len(scores) / 10) - 1],
            }
        )
    return rows
