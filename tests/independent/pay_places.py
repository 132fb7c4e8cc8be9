"""pay_positions worked out a second time."""

from __future__ import annotations

import statistics
from typing import Any

from tests.independent.world import Row, World


def pay_positions(world: World, reviews: list[Row], offers: list[Row]) -> list[Row]:
    """Every role that somebody works in or got an offer for, and all of them, by grade."""
    cells = {(role, row["grade"] or "none") for row in reviews for role in ("all", row["role_id"] or "none")}
    cells |= {(role, row["grade"]) for row in offers for role in ("all", row["role_id"])}
    ranks: dict[str, int] = {row["grade"]: rank for rank, row in enumerate(world.policy.grades, start=1)}
    roles = {role for role, _ in cells}
    cells |= {(role, grade) for role in roles for grade in ranks}
    rows = []
    for role, grade in cells:
        mine = [
            row
            for row in reviews
            if role in ("all", row["role_id"] or "none") and (row["grade"] or "none") == grade
        ]
        made = [row for row in offers if role in ("all", row["role_id"]) and row["grade"] == grade]
        band: Row = {"pay_min": None, "pay_max": None, "currency": None}
        if grade in ranks:
            band = world.policy.pay(grade, world.today)
        has_band = band["pay_min"] is not None
        salaries = [row["monthly_salary"] for row in mine if row["monthly_salary"] is not None]
        places = [row["pay_position"] for row in mine]
        rows.append(
            {
                "role_id": role,
                "grade": grade,
                "grade_rank": ranks.get(grade),
                "pay_min": band["pay_min"],
                "pay_mid": (band["pay_min"] + band["pay_max"]) / 2 if has_band else None,
                "pay_max": band["pay_max"],
                "currency": band["currency"],
                "has_band": has_band,
                "employees_n": len(mine),
                "paid_n": len(salaries),
                **{f"{place}_n": places.count(place) for place in ("below", "within", "above", "no_band")},
                "mean_compa_ratio": middle(statistics.fmean, mine, "compa_ratio"),
                "median_compa_ratio": middle(statistics.median, mine, "compa_ratio"),
                "median_penetration": middle(statistics.median, mine, "penetration"),
                "salary_min": min(salaries, default=None),
                "median_salary": statistics.median(salaries) if salaries else None,
                "salary_max": max(salaries, default=None),
                "offers_n": len(made),
                "offers_out_of_band_n": sum(row["is_out_of_band"] is True for row in made),
                "offers_no_band_n": sum(row["is_out_of_band"] is None for row in made),
            }
        )
    return rows


def middle(average: Any, rows: list[Row], column: str) -> float | None:
    values = [row[column] for row in rows if row[column] is not None]
    return average(values) if values else None
