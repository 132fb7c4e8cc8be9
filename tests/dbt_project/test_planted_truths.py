"""The marts of the demo say what was planted: every case to the letter, every count exactly.

Effects that are planted on what people can do, and not on what they happened to score, need an interval and
are met where their mart is tested; here stands what needs no inference.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Any

import pytest

from ingestion.demo.cast import read_cast
from warehouse.database_files import opened
from warehouse.settings import Settings

pytestmark = pytest.mark.slow

Row = dict[str, Any]
Ask = Callable[..., list[Row]]
CASES = [(name, at) for name, case in read_cast().cases.items() for at in range(len(case["expected"]))]


@pytest.fixture(scope="module")
def ask(demo_home: Settings) -> Iterator[Ask]:
    """Rows of a query on the published marts."""
    published = (demo_home.published / "current.duckdb").resolve()
    with opened(demo_home, published) as marts:

        def run(sql: str, *parameters: object) -> list[Row]:
            found = marts.execute(sql, list(parameters))
            names = [column[0] for column in found.description or ()]
            return [dict(zip(names, row, strict=True)) for row in found.fetchall()]

        yield run


@pytest.fixture(scope="module")
def truth(demo_home: Settings) -> Row:
    loaded: Row = json.loads((demo_home.home / "truth.json").read_text(encoding="utf-8"))
    return loaded


def rows_where(ask: Ask, mart: str, where: Mapping[str, object]) -> list[Row]:
    """Rows of a mart in which every column has its value."""
    conditions = " and ".join(f"{column} = ?" for column in where)
    return ask(f"select * from marts.{mart} where {conditions}", *where.values())


def is_same(found: object, wanted: object) -> bool:
    """Numbers to nine decimals, days as they are written, everything else exactly."""
    if isinstance(wanted, float) and isinstance(found, (int, float)):
        return abs(found - wanted) < 1e-9
    if isinstance(found, date):
        return found.isoformat() == wanted
    return found == wanted


# Cases


@pytest.mark.parametrize(("case", "at"), CASES, ids=[f"{case}-{at + 1}" for case, at in CASES])
def test_a_planted_case_is_in_the_marts(case: str, at: int, ask: Ask, truth: Row) -> None:
    expected = truth["cases"][case]["expected"][at]
    rows = rows_where(ask, expected["mart"], expected["where"])
    assert len(rows) == expected.get("rows", 1)
    for row in rows:
        wanted = expected.get("is", {})
        assert {name: row[name] for name in wanted if not is_same(row[name], wanted[name])} == {}
        assert all(item in row[name] for name, item in expected.get("has", {}).items())
        assert all(item not in row[name] for name, item in expected.get("lacks", {}).items())


def test_the_truth_names_every_case_and_all_its_people(truth: Row, ask: Ask) -> None:
    assert truth["cases"].keys() == read_cast().cases.keys()
    named = {person for case in truth["cases"].values() for person in case["candidate_ids"]}
    found = {
        row["candidate_id"]
        for row in ask("select candidate_id from marts.interview_results where candidate_id >= 'C8000000'")
    }
    assert found <= named
    assert len(found) > 100


def test_two_people_are_told_apart_though_they_have_one_name(ask: Ask, truth: Row) -> None:
    people = truth["cases"]["two_people_with_one_name"]["candidate_ids"]
    rows = ask("select candidate_id, name from people.candidates where candidate_id in (?, ?)", *people)
    assert len({row["candidate_id"] for row in rows}) == 2
    assert len({row["name"] for row in rows}) == 1


# Counts


def test_what_was_done_around_the_interviews_adds_up(ask: Ask, truth: Row) -> None:
    counts = truth["counts"]
    (total,) = ask(
        "select sum(invited_n) as invited, sum(completed_n) as completed, sum(declined_n) as declined, "
        "sum(pending_n) as pending, sum(abandoned_n) as abandoned, sum(anomalies_n) as interrupted, "
        "sum(created_n) as created, sum(booked_n) as booked, sum(notified_n) as notified, "
        "sum(notify_late_n) as notified_late, sum(archived_n) as archived "
        "from marts.batch_progress where channel = 'all'"
    )
    assert total["invited"] == total["created"] == truth["interviews"]
    for name in ("completed", "declined", "interrupted", "booked", "notified", "notified_late", "archived"):
        assert total[name] == counts[f"interviews/{name}"] > 0, name
    assert total["abandoned"] == counts["interviews/abandoned"] + counts["interviews/expired"]
    assert total["pending"] == sum(
        counts[f"interviews/{name}"] for name in ("invited", "accepted", "started")
    )


@pytest.mark.parametrize(
    ("column", "kind"), [("channel", "channel"), ("modality", "modality"), ("scenario", "scenario")]
)
def test_every_way_to_be_interviewed_is_there_as_often_as_written(
    column: str, kind: str, ask: Ask, truth: Row
) -> None:
    rows = ask(f"select {column} as name, count(*) as n from marts.interview_results group by all")
    head = f"interviews/{kind}/"
    written = {name.removeprefix(head): n for name, n in truth["counts"].items() if name.startswith(head)}
    assert {row["name"]: row["n"] for row in rows} == written


def test_means_and_spreads_are_those_of_the_scores_that_were_planned(ask: Ask, truth: Row) -> None:
    composites = truth["observed"]["composites"]
    by_role = ask(
        "select role_id, n, mean, sd from marts.role_score_summaries "
        "where competency_id = 'composite' and scenario = 'all' and role_id <> 'all'"
    )
    assert len(by_role) == 8
    for row in by_role:
        planned = composites[f"role/{row['role_id']}"]
        assert row["n"] == planned["n"]
        assert row["mean"] == pytest.approx(planned["mean"], abs=1e-4)
        assert row["sd"] == pytest.approx(planned["sd"], abs=1e-3)
    quarters = ask(
        "select quarter_start, n, mean from marts.quarterly_trends where role_id = 'all' and scenario = 'all'"
    )
    assert len(quarters) == 6
    for row in quarters:
        start = row["quarter_start"]
        planned = composites[f"quarter/{start.year}-Q{(start.month + 2) // 3}"]
        assert row["n"] == planned["n"]
        assert row["mean"] == pytest.approx(planned["mean"], abs=1e-4)


def test_offers_hires_and_leavers_are_as_many_as_were_written(ask: Ask, truth: Row) -> None:
    counts = truth["counts"]
    (found,) = ask(
        "select count(distinct application_id) filter (where outcome = 'hired') as hired, "
        "count(distinct application_id) filter (where offer_monthly_salary is not null) as offered "
        "from marts.interview_outcomes"
    )
    # One was hired for another role than the interview's in no case; one applied later and has no offer.
    assert found["hired"] == counts["applications/hired"]
    assert found["offered"] == counts["applications/offers"]
    (left,) = ask("select count(*) as n from marts.employee_history where is_current and status = 'left'")
    assert left["n"] == counts["employees/left"]


def test_the_useful_course_is_found_before_exactly_the_interviews_it_was_planted_before(
    ask: Ask, truth: Row
) -> None:
    useful = truth["effects"]["useful_course"]["of"]
    rows = ask(
        "select next_interview_id from marts.reapplications "
        "where list_contains(course_ids, ?) and not is_supplement",
        useful,
    )
    found = {row["next_interview_id"] for row in rows}
    planted = truth["interviews_after_the_useful_course"]
    # An interview without a score makes no pair: neither it nor the one before it.
    scored = {
        row["next_interview_id"]
        for row in ask("select next_interview_id from marts.reapplications where not is_supplement")
    }
    assert found == set(planted) & scored
    assert len(found) >= len(planted) - 2


def test_every_privacy_request_and_refusal_is_in_the_ledger(ask: Ask, truth: Row) -> None:
    rows = ask("select obligation, count(*) as n from marts.privacy_ledger group by all")
    found = {row["obligation"]: row["n"] for row in rows}
    counts = truth["counts"]
    assert found["erase"] == counts["privacy_requests/erase"]
    assert found["export"] == counts["privacy_requests/export"]
    assert found["refusal"] == counts["candidates/refused_ai"]
    assert found["consent"] == truth["rows"]["candidates/candidates.csv"]


def test_every_comment_and_supplement_is_there(ask: Ask, truth: Row) -> None:
    (comments,) = ask("select count(*) as n from marts.interview_comments")
    assert comments["n"] == truth["rows"]["comments/comments.jsonl"]
    rows = ask(
        "select state = 'requested' as is_waiting, count(*) as n from marts.supplementary_interviews "
        "group by all"
    )
    found = {row["is_waiting"]: row["n"] for row in rows}
    assert found == {False: truth["counts"]["interviews/supplement"], True: 1}


# Effects


def test_every_effect_is_written_down_with_its_size_and_unit(truth: Row) -> None:
    names = {
        *("validity", "mix_shift", "group_difference", "question_that_measures_nothing", "severe_rater"),
        *("useful_course", "question_bank", "second_attempt", "quarters", "exits", "assessment"),
    }
    assert names <= truth["effects"].keys()
    for name, effect in truth["effects"].items():
        assert effect.keys() >= {"size", "unit", "says", "marts"}, name
    planted = truth["planted"]
    assert truth["effects"]["validity"]["size"] == planted["validity"]
    assert truth["effects"]["severe_rater"]["of"] == planted["severe_rater"]
