"""A proposed set of weights: scored by the same rules as the marts, kept in a link, handed on as a file."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pytest
from hypothesis import given
from hypothesis import strategies as st

from dashboards import proposal
from dashboards.proposal import Weighted
from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.test_queries import ask
from warehouse.database_files import opened
from warehouse.settings import Settings

ROWS = [
    {
        "role_id": "rep",
        "competency_id": "logic",
        "weight": "60",
        "requirement": "70",
        "valid_from": "2024-01-01",
    },
    {
        "role_id": "rep",
        "competency_id": "team",
        "weight": "40",
        "requirement": None,
        "valid_from": "2024-01-01",
    },
    {
        "role_id": "dev",
        "competency_id": "logic",
        "weight": "1",
        "requirement": None,
        "valid_from": "2024-01-01",
    },
]
COLUMNS = ("role_id", "competency_id", "weight", "requirement", "valid_from")
NOW = {"logic": Weighted(60.0, 70.0), "team": Weighted(40.0, None), "talk": Weighted(0.0, None)}


def changes(
    home: Path, role: str, wanted: dict[str, Weighted] | None = None, **choice: str
) -> list[dict[str, Any]]:
    """What becomes of the interviews of a role; at unchanged weights without `wanted`."""
    found = []
    for held in ask(home, "weight_sets", of_role=role, **choice):
        rows = ask(home, "weight_rows", of_role=role, weight_set=held["id"], **choice)
        asked = wanted or proposal.of_rows(rows)
        answer = ask(
            home, "proposal", of_role=role, weight_set=held["id"], proposal=proposal.to_json(asked), **choice
        )
        found += [row for row in answer if row["kind"] == "change"]
    return found


def roles(home: Path) -> list[str]:
    return [row["id"] for row in ask(home, "roles")]


def completed(home: Path) -> Counter[str]:
    with opened(Settings(home=home), home / "published" / "current.duckdb") as connection:
        rows = connection.execute(
            "select role_id, count(*) from marts.interview_results"
            " where status in ('scored', 'insufficient') group by 1"
        ).fetchall()
    return Counter(dict(rows))


def assert_unchanged_weights_change_nothing(home: Path) -> None:
    counted: Counter[str] = Counter()
    for role in roles(home):
        for row in changes(home, role):
            counted[role] += row["n"]
            assert row["move"] == "same", row
            assert row["rescored_n"] == 0, row
            assert not row["is_advised_anew"], row
            assert row["people"] == []
    assert counted == completed(home)


def test_unchanged_weights_give_exactly_what_is_published(marts_home: Path) -> None:
    assert_unchanged_weights_change_nothing(marts_home)


@pytest.mark.slow
def test_unchanged_weights_give_exactly_what_a_real_build_published(demo_home: Settings) -> None:
    assert_unchanged_weights_change_nothing(demo_home.home)


def test_doubling_every_weight_changes_nothing(marts_home: Path) -> None:
    rows = ask(marts_home, "weight_rows", of_role="sales_rep", weight_set="2024-01-01")
    twice = {n: Weighted(2 * w.weight, w.requirement) for n, w in proposal.of_rows(rows).items()}
    assert {row["move"] for row in changes(marts_home, "sales_rep", twice)} == {"same"}


@pytest.fixture(scope="module")
def by_hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four sales interviews of one quarter, with two competencies that count half each."""
    home = tmp_path_factory.mktemp("by_hand")
    path = write_marts(home / "published", interviews=24)
    with duckdb.connect(str(path)) as connection:
        connection.execute("delete from marts.role_requirements where role_id = 'sales_rep'")
        connection.execute(
            "insert into marts.role_requirements values"
            " ('sales_rep', 'logic', 50, 0.5, 60, date '2024-01-01', true),"
            " ('sales_rep', 'teamwork', 50, 0.5, null, date '2024-01-01', true)"
        )
        ids = ", ".join(f"('I90000{number}')" for number in range(1, 5))
        connection.execute("delete from marts.interview_results where role_id = 'sales_rep'")
        connection.execute(
            "insert into marts.interview_results by name"
            " select r.* replace (t.id as interview_id, 'sales_rep' as role_id,"
            " date '2026-07-01' as quarter_start, date '2026-07-09' as completed_local_date)"
            f" from (values {ids}) t (id), (from marts.interview_results where status = 'scored' limit 1) r"
        )
        connection.execute("delete from marts.competency_scores where role_id = 'sales_rep'")
        for interview, logic, team, composite, grade, advice in (
            ("I900001", 80, 59.98, 69.99, "C", "supplement"),
            ("I900002", 50, 92, 71, "B", "supplement"),
            ("I900003", 100, None, None, None, None),
            ("I900004", 64, 72.5, 59.0, "D", "not_now"),
        ):
            connection.execute(
                "update marts.interview_results set composite_score = ?, grade = ?, recommendation = ?,"
                " status = if(? is null, 'insufficient', 'scored') where interview_id = ?",
                [composite, grade, advice, composite, interview],
            )
            for competency, score in (("logic", logic), ("teamwork", team)):
                connection.execute(
                    "insert into marts.competency_scores by name select r.* replace (? as interview_id,"
                    " ? as competency_id, 'sales_rep' as role_id, cast(? as double) as score)"
                    " from marts.competency_scores r limit 1",
                    [interview, competency, score],
                )
    return home


def test_scores_grades_and_recommendations_are_recomputed_by_the_rules(by_hand: Path) -> None:
    found = changes(by_hand, "sales_rep", {"logic": Weighted(60, 60), "teamwork": Weighted(40, None)})
    people = {p["interview_id"]: (row, p) for row in found for p in row["people"]}
    # (60·80 + 40·59.98) / 100 = 71.992, half-up 71.99: C → B, and no requirement is missed.
    row, person = people["I900001"]
    assert (row["move"], row["grade_after"], person["score_after"]) == ("up", "B", 71.99)
    assert row["recommendation_after"] == "advance"
    # (60·50 + 40·92) / 100 = 66.8: B → C.
    row, person = people["I900002"]
    assert (row["move"], row["grade_after"], person["score_after"]) == ("down", "C", 66.8)
    # 60 of 100 is enough to be scored, logic alone is 100.
    row, person = people["I900003"]
    assert (row["move"], row["grade_after"], person["score_before"], person["score_after"]) == (
        "gained",
        "S",
        None,
        100,
    )


def test_half_a_hundredth_goes_up(by_hand: Path) -> None:
    """(99·64 + 1·72.5) / 100 = 64.085 becomes 64.09, although its double lies just below."""
    found = changes(by_hand, "sales_rep", {"logic": Weighted(99, None), "teamwork": Weighted(1, None)})
    (after,) = [p["score_after"] for row in found for p in row["people"] if p["interview_id"] == "I900004"]
    assert after == 64.09


def test_a_requirement_alone_changes_only_the_recommendation(by_hand: Path) -> None:
    found = changes(by_hand, "sales_rep", {"logic": Weighted(50, 50), "teamwork": Weighted(50, None)})
    changed = {p["interview_id"]: row for row in found for p in row["people"] if row["move"] == "same"}
    assert changed["I900002"]["recommendation_before"] == "supplement"
    assert changed["I900002"]["recommendation_after"] == "advance"
    assert changed["I900002"]["grade_before"] == changed["I900002"]["grade_after"] == "B"


def test_without_any_weight_nobody_has_a_grade(marts_home: Path) -> None:
    rows = ask(marts_home, "weight_rows", of_role="sales_rep", weight_set="2024-01-01")
    nothing = {name: Weighted(0.0, None) for name in proposal.of_rows(rows)}
    assert {row["grade_after"] for row in changes(marts_home, "sales_rep", nothing)} == {None}


def test_shares_of_grades_add_up_before_and_after(marts_home: Path) -> None:
    wanted = {"logic": Weighted(1, None)}
    rows = ask(
        marts_home,
        "proposal",
        of_role="sales_rep",
        weight_set="2024-01-01",
        proposal=proposal.to_json(wanted),
    )
    for side in ("before", "after"):
        own = [row for row in rows if row["kind"] == "share" and row["side"] == side]
        assert sum(row["share"] for row in own) == pytest.approx(1)
        assert own[0]["share_before"] == 0
        assert sum(row["n"] for row in own) == own[0]["group_n"]


def test_only_interviews_of_the_set_and_of_the_choice_are_looked_at(marts_home: Path) -> None:
    everything = sum(row["n"] for row in changes(marts_home, "sales_rep"))
    quarter = sum(row["n"] for row in changes(marts_home, "sales_rep", quarter="2026-07-01"))
    elsewhere = changes(marts_home, "sales_rep", department="finance")
    assert 0 < quarter < everything
    assert elsewhere == []


numbers = st.floats(0, proposal.HIGHEST_WEIGHT).map(lambda x: round(x, 3))
requirements = st.one_of(st.none(), st.floats(0, 100).map(lambda x: round(x, 2)))
sets = st.fixed_dictionaries({name: st.builds(Weighted, numbers, requirements) for name in NOW})


@given(sets)
def test_a_link_brings_back_what_was_proposed(wanted: dict[str, Weighted]) -> None:
    link = proposal.to_link("rep", "2024-01-01", NOW, wanted)
    assert proposal.from_link(link, "rep", "2024-01-01", NOW) == wanted


@pytest.mark.parametrize(
    "link",
    [
        *("", "x", "dev~2024-01-01,logic:1:", "rep~2025-01-01,logic:1:", "rep~2024-01-01,logic:-1:"),
        *("rep~2024-01-01,magic:1:", "rep~2024-01-01,logic:nan:", "rep~2024-01-01,logic:1:101"),
        *("rep~2024-01-01,logic:1", "rep~2024-01-01,:::,,"),
    ],
)
def test_a_link_for_something_else_proposes_nothing(link: str) -> None:
    assert proposal.from_link(link, "rep", "2024-01-01", NOW) == NOW


def test_the_file_adds_a_set_and_leaves_every_other_row() -> None:
    wanted = {**NOW, "logic": Weighted(30.0, 75.0), "team": Weighted(0.0, None), "talk": Weighted(12.5, None)}
    file = proposal.changed_weights(COLUMNS, ROWS, "rep", date(2026, 10, 1), wanted).decode()
    assert file == (
        "role_id,competency_id,weight,requirement,valid_from\n"
        "rep,logic,60,70,2024-01-01\n"
        "rep,team,40,,2024-01-01\n"
        "rep,logic,30,75,2026-10-01\n"
        "rep,talk,12.5,,2026-10-01\n"
        "dev,logic,1,,2024-01-01\n"
    )


def test_a_set_that_begins_on_the_same_day_is_replaced() -> None:
    file = proposal.changed_weights(COLUMNS, ROWS, "rep", date(2024, 1, 1), {"logic": Weighted(1.0, None)})
    rows = list(csv.DictReader(io.StringIO(file.decode())))
    assert [(row["role_id"], row["competency_id"], row["weight"]) for row in rows] == [
        ("dev", "logic", "1"),
        ("rep", "logic", "1"),
    ]


@pytest.mark.parametrize(
    ("today", "days"),
    [
        (date(2026, 9, 30), [date(2026, 10, 1), date(2027, 1, 1)]),
        (date(2026, 11, 5), [date(2027, 1, 1), date(2027, 4, 1), date(2026, 11, 6)]),
        (date(2026, 1, 1), [date(2026, 4, 1), date(2026, 7, 1), date(2026, 1, 2)]),
    ],
)
def test_a_set_begins_after_today(today: date, days: list[date]) -> None:
    assert proposal.days_to_begin(today) == days
