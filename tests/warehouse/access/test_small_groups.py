"""Aggregates of small groups are null and marked, for every role that does not see every row."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.access.conftest import VIEWERS, with_accounts
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import Viewer

HR = Viewer("hr", "hr")
ANALYST, HEAD = VIEWERS["analyst"], VIEWERS["department_head"]
# role: (people per quarter, of whom in the granted department).
GROUPS = {"big": (20, 20), "other": (9, 0), "mixed": (10, 8), "small": (3, 3), "late": (30, 30)}

RESULTS = """
create table marts.interview_results as
    select 'I' || person || quarter as interview_id, 'c' || person as candidate_id, role_id, department_id,
        'external' as scenario, quarter_start, 'scored' as status, 60.0 + person % 30 as composite_score,
        case when person % 4 = 0 then 'A' else 'B' end as grade, 'b1' as batch_id, 'email' as channel,
        count(*) over (partition by role_id, quarter_start)::integer as cohort_n,
        rank() over (partition by role_id, quarter_start order by person)::integer as cohort_rank,
        0.5 as pct_rank, false as is_top10
    from people_of_quarters;
create table marts.competency_scores as
    select interview_id, 'logic' as competency_id, candidate_id, role_id, department_id, scenario, quarter_start,
        composite_score as score, cohort_n, 70.0 as cohort_mean, 0.5 as pct_rank from marts.interview_results;
create table marts.quarterly_trends as
    select case when grouping(role_id) = 1 then 'all' else role_id end as role_id,
        case when grouping(scenario) = 1 then 'all' else scenario end as scenario, quarter_start,
        count(*)::integer as n, avg(composite_score) as mean, 1.0 as delta_mean
    from marts.interview_results group by cube (role_id, scenario), quarter_start;
create table marts.grade_bands as
    with groups as (
        select role_id, scenario, quarter_start, n as group_n from marts.quarterly_trends
    ), counted as (
        select case when grouping(role_id) = 1 then 'all' else role_id end as role_id,
            case when grouping(scenario) = 1 then 'all' else scenario end as scenario, quarter_start, grade,
            count(*)::integer as n
        from marts.interview_results group by cube (role_id, scenario), quarter_start, grade
    )
    select groups.*, counted.grade, counted.n, counted.n / groups.group_n as share, 6 as offers, 9000.0 as mean_offer
    from groups join counted using (role_id, scenario, quarter_start);
create table marts.roles as select distinct role_id, case when role_id = 'other' then 'technology' else 'sales' end
    as department_id from marts.interview_results;
create table marts.offers as
    select interview_id, candidate_id, role_id, department_id, scenario, quarter_start, grade,
        case when role_id = 'big' and grade = 'A' and candidate_id = 'c100' then 90000.0 else 5000.0 end
            as offer_monthly_salary
    from marts.interview_results;
"""  # noqa: E501


def _people() -> Iterator[str]:
    person = 0
    for role, (people, of_sales) in GROUPS.items():
        for number in range(people):
            for quarter in ("2026-01-01", "2026-04-01", "2026-07-01"):
                # Two groups are small in the first quarter only.
                if role in ("other", "late") and quarter == "2026-01-01" and number >= 4:
                    continue
                # The third is there so that the first of `late` need not hide the second.
                if quarter == "2026-07-01" and (role != "late" or number >= 10):
                    continue
                department = "sales" if number < of_sales else "technology"
                yield f"({100 + person}, '{role}', '{department}', date '{quarter}', '{quarter[6]}')"
            person += 1


@pytest.fixture(scope="module")
def marts(tmp_path_factory: pytest.TempPathFactory, quick_hashes: object) -> Marts:
    """Four roles in two quarters; who is asked about stands in GROUPS."""
    settings = Settings(home=tmp_path_factory.mktemp("groups")).ensure()
    path: Path = settings.published / "marts_groups.duckdb"
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "create schema marts; create schema people; create temp table people_of_quarters as"
            f" from (values {', '.join(_people())}) t(person, role_id, department_id, quarter_start, quarter)"
        )
        connection.execute(RESULTS)
    (settings.published / "current.duckdb").symlink_to(path.name)
    return Marts(with_accounts(settings), threads=1)


@pytest.fixture
def trend(marts: Marts) -> Callable[..., dict[str, object]]:
    """`trend(viewer, role, quarter)`: the one row."""

    def ask(viewer: Viewer, role: str, quarter: str = "2026-04-01") -> dict[str, object]:
        sql = """
            select * from quarterly_trends
            where role_id = $role and quarter_start = $quarter and scenario = 'all'
        """
        (row,) = marts.query(sql, {"role": role, "quarter": quarter}, viewer=viewer).to_pylist()
        return dict(row)

    return ask


def test_hr_sees_small_groups_and_no_mark(trend: Callable[..., dict[str, object]]) -> None:
    row = trend(HR, "small")
    assert row["n"] == 3
    assert "suppressed" not in row


def test_a_group_of_three_is_null_and_marked_for_an_analyst(trend: Callable[..., dict[str, object]]) -> None:
    row = trend(ANALYST, "small")
    assert (row["n"], row["mean"], row["suppressed"]) == (None, None, True)


def test_so_is_the_next_smallest_which_would_give_it_away(trend: Callable[..., dict[str, object]]) -> None:
    shown = {role: trend(ANALYST, role)["n"] for role in (*GROUPS, "all")}
    assert shown == {"small": None, "other": None, "mixed": 10, "big": 20, "late": 30, "all": 72}


def test_a_difference_to_a_hidden_quarter_is_hidden_with_it(trend: Callable[..., dict[str, object]]) -> None:
    assert trend(ANALYST, "mixed")["delta_mean"] == 1.0
    assert trend(HEAD, "big", "2026-01-01")["mean"] is not None
    # Four people in the first quarter, thirty in the second.
    for viewer in (ANALYST, HEAD):
        assert trend(viewer, "late", "2026-01-01")["mean"] is None
        assert trend(viewer, "late")["mean"] is not None
        assert trend(viewer, "late")["delta_mean"] is None


def test_a_group_of_which_a_head_sees_all_but_two_is_hidden_from_that_head_only(
    trend: Callable[..., dict[str, object]],
) -> None:
    assert trend(ANALYST, "mixed")["n"] == 10
    assert trend(HEAD, "mixed")["n"] is None
    assert trend(HEAD, "big")["n"] == 20


def test_totals_over_all_departments_are_not_for_heads(marts: Marts) -> None:
    table = marts.query("select distinct role_id from quarterly_trends order by 1", viewer=HEAD)
    assert table.column(0).to_pylist() == ["big", "late", "mixed", "small"]


def test_two_marts_hide_the_same_groups(marts: Marts) -> None:
    sql = """
        select count(*) from quarterly_trends t join grade_bands g using (role_id, scenario, quarter_start)
        where (t.n is null) <> (g.group_n is null)
    """
    for viewer in (ANALYST, HEAD):
        assert marts.query(sql, viewer=viewer).column(0).to_pylist() == [0]


def test_no_small_group_can_be_worked_out_from_what_an_analyst_is_shown(marts: Marts) -> None:
    """Every hidden count of a line is at least two counts, which together are enough people."""
    sql = """
        select quarter_start, grade, count(*) filter (where n is null) as hidden,
            max(n) filter (where role_id = 'all') - sum(n) filter (where role_id <> 'all') as rest
        from grade_bands where scenario = 'all' group by all
    """
    for row in marts.query(sql, viewer=ANALYST).to_pylist():
        if row["hidden"]:
            assert row["hidden"] >= 2
            assert row["rest"] is None or row["rest"] >= 5


def test_pay_of_which_one_person_has_most_is_hidden(marts: Marts) -> None:
    sql = (
        "select grade, offers, mean_offer from grade_bands where role_id = 'big' and scenario = 'all'"
        " and quarter_start = date '2026-04-01' order by 1"
    )
    assert marts.query(sql, viewer=HEAD).to_pylist() == [
        {"grade": "A", "offers": None, "mean_offer": None},
        {"grade": "B", "offers": None, "mean_offer": None},
    ]
    assert {row["mean_offer"] for row in marts.query(sql, viewer=HR).to_pylist()} == {9000.0}


def test_a_person_of_a_small_cohort_sees_no_rank_in_it(marts: Marts) -> None:
    sql = "select role_id, cohort_n, cohort_rank, suppressed from interview_results order by all"
    ranks = {row["role_id"]: row for row in marts.query(sql, viewer=HEAD).to_pylist()}
    assert ranks["small"] == {"role_id": "small", "cohort_n": None, "cohort_rank": None, "suppressed": True}
    assert ranks["big"]["cohort_n"] == 20


def test_a_condition_cannot_ask_about_a_hidden_figure(marts: Marts) -> None:
    for condition in (
        "n = 3",
        "n < 5",
        "mean > 0",
        "not (mean > 0)",
        "n + 0 = 3",
        "cast(n as varchar) = '3'",
    ):
        sql = f"select count(*) from quarterly_trends where role_id = 'small' and {condition}"
        assert marts.query(sql, viewer=ANALYST).column(0).to_pylist() == [0], condition
