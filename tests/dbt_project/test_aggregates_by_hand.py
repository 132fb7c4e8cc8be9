"""Cohorts, bands, trends and distributions of the hand-checkable home.

The crowd's twelve scores: 100 · 90 90 90 · 85 82.5 80 · 75 71 70 · 65 · 59.99.
"""

from __future__ import annotations

from datetime import date

import pytest

from tests.dbt_project.conftest import Query

SPRING, SUMMER = date(2025, 4, 1), date(2025, 7, 1)


def test_the_top_tenth_of_twelve_takes_in_all_who_tie_for_second(query: Query) -> None:
    top = query(
        """
        select composite_score, cohort_rank, cohort_n, round(pct_rank, 6)
        from marts.interview_results
        where role_id = 'crowd' and is_top10
        order by composite_score desc
        """
    )
    assert top == [(100.0, 1, 12, 1.0), *[(90.0, 2, 12, round(8 / 11, 6))] * 3]


def test_every_grade_of_a_group_is_counted(query: Query) -> None:
    bands = query(
        """
        select grade, n, group_n, round(share, 6), pay_mid, offers, mean_offer, offers_out_of_band
        from marts.grade_bands
        where role_id = 'crowd' and scenario = 'external'
        order by grade_rank
        """
    )
    assert bands == [
        ("S", 4, 12, 0.333333, 19000.0, 3, round((20000 + 17500 + 18500) / 3, 9), 2),
        ("A", 3, 12, 0.25, 16000.0, 0, None, 0),
        ("B", 3, 12, 0.25, 13000.0, 0, None, 0),
        ("C", 1, 12, 0.083333, None, 1, 9000.0, 0),
        ("D", 1, 12, 0.083333, None, 0, None, 0),
    ]


def test_a_band_is_that_of_the_quarters_last_day(query: Query) -> None:
    """The S band of 30 September is that of the whole third quarter."""
    bands = query(
        """
        select quarter_start, pay_min
        from marts.grade_bands
        where role_id = 'all' and scenario = 'all' and grade = 'S'
        order by quarter_start
        """
    )
    assert bands == [(SPRING, 18000.0), (SUMMER, 19000.0)]


def test_a_grade_without_anybody_has_a_row(query: Query) -> None:
    assert query(
        "select n, share, ci_low from marts.grade_bands "
        "where role_id = 'clerk' and scenario = 'all' and quarter_start = ? and grade = 'S'",
        SPRING,
    ) == [(0, 0.0, 0.0)]


@pytest.mark.parametrize(
    ("role", "scenario", "quarter", "n", "mean", "delta"),
    [
        # 66.67 twice, 61.11, 56.67 twice, 40
        ("clerk", "external", SPRING, 6, 57.965, None),
        ("clerk", "all", SUMMER, 3, 65.0, 7.035),
        ("chief", "promotion", SPRING, 1, 77.92, None),
        ("chief", "all", SUMMER, 1, 70.83, -0.63),
        ("all", "promotion", SPRING, 1, 77.92, None),
        # 6 · 57.965 + (65 + 77.92) + 958.49, over 20
        ("all", "all", SPRING, 20, 72.46, None),
    ],
)
def test_a_quarter_is_compared_with_the_one_before(
    query: Query, role: str, scenario: str, quarter: date, n: int, mean: float, delta: float | None
) -> None:
    rows = query(
        """
        select n, round(mean, 6), round(delta_mean, 6)
        from marts.quarterly_trends
        where role_id = ? and scenario = ? and quarter_start = ?
        """,
        role,
        scenario,
        quarter,
    )
    assert rows == [(n, mean, delta)]


def test_pass_rate_and_share_of_80_count_the_edge(query: Query) -> None:
    rates = query(
        "select round(pass_rate, 6), round(share_80, 6) from marts.quarterly_trends "
        "where role_id = 'crowd' and scenario = 'external'"
    )
    assert rates == [(round(11 / 12, 6), round(7 / 12, 6))]


def test_a_hundred_falls_in_the_last_bin_and_empty_bins_are_there(query: Query) -> None:
    bins = query(
        """
        select bin_start, n
        from marts.role_score_distributions
        where role_id = 'crowd' and scenario = 'all' and competency_id = 'composite'
        order by bin_start
        """
    )
    filled = {55: 1, 65: 1, 70: 2, 75: 1, 80: 2, 85: 1, 90: 3, 95: 1}
    assert bins == [(start, filled.get(start, 0)) for start in range(0, 100, 5)]


def test_a_summary_carries_quantiles_and_the_top_tenths_cutoff(query: Query) -> None:
    summary = query(
        """
        select n, round(mean, 6), min, p25, p50, p90, max, top10_cutoff
        from marts.role_score_summaries
        where role_id = 'crowd' and scenario = 'all' and competency_id = 'composite'
        """
    )
    # Position 0.25 · 11 = 2.75 lies between 70 and 71, position 5.5 between 80 and 82.5, position 9.9 at 90.
    assert summary == [(12, round(958.49 / 12, 6), 59.99, 70.75, 81.25, 90.0, 100.0, 90.0)]


def test_insufficient_interviews_are_in_no_aggregate(query: Query) -> None:
    assert query(
        "select sum(n) from marts.quarterly_trends where role_id = 'all' and scenario = 'all'"
    ) == query("select count(*) from marts.interview_results where status = 'scored'")


def test_the_current_set_of_weights_is_marked(query: Query) -> None:
    current = query(
        "select competency_id, weight, weight_share from marts.role_requirements "
        "where role_id = 'clerk' and is_current order by 1"
    )
    assert current == [("communication", 20.0, 0.2), ("logic", 60.0, 0.6), ("teamwork", 20.0, 0.2)]


def test_grades_carry_the_pay_of_today_and_none_where_no_band_is_defined(query: Query) -> None:
    grades = query(
        "select grade, grade_rank, pay_min, pay_mid, currency from marts.grades order by grade_rank"
    )
    assert grades == [
        ("S", 1, 19000.0, 20000.0, "CNY"),
        ("A", 2, 15000.0, 16000.0, "CNY"),
        ("B", 3, 12000.0, 13000.0, "CNY"),
        ("C", 4, None, None, None),
        ("D", 5, None, None, None),
    ]


def test_gaps_between_pay_bands_are_named(query: Query) -> None:
    gaps = query(
        """
        select in_force_on, lower_grade, upper_grade, lower_ends_at, upper_begins_at, kind
        from audit.assert_pay_bands_neither_gap_nor_overlap
        order by all
        """
    )
    assert gaps == [
        (date(2024, 1, 1), "A", "S", 17000.0, 18000.0, "gap"),
        (date(2024, 1, 1), "B", "A", 14000.0, 15000.0, "gap"),
        (date(2025, 9, 30), "A", "S", 17000.0, 19000.0, "gap"),
        (date(2025, 9, 30), "B", "A", 14000.0, 15000.0, "gap"),
    ]
