"""Whose file it is: told by its folder, else by its headers, else said in a sentence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from ingestion.arrivals.landing import Found
from ingestion.arrivals.routing import Router, Routing
from ingestion.contract import SOURCES, Contract
from ingestion.foreign.profile import Profile, load_profiles
from tests.ingestion.house import json_lines


@pytest.fixture(scope="module")
def profiles(contracts: dict[str, Contract]) -> dict[str, Profile]:
    """The profiles of the project."""
    return load_profiles(None, contracts)


@pytest.fixture(scope="module")
def router(contracts: dict[str, Contract], profiles: dict[str, Profile]) -> Router:
    """Knows all contracts and profiles."""
    return Router(contracts, profiles)


@pytest.fixture
def way(router: Router, tmp_path: Path) -> object:
    """Tells where a content would go."""

    def told(content: str, file: str = "export.csv", **said: str) -> Routing:
        path = tmp_path / "content"
        path.write_text(content, encoding="utf-8")
        return router.routes(Found(said.get("source"), path, file, said.get("profile")), path, True)

    return told


def header(names: list[str]) -> str:
    return ",".join(names) + "\n" + ",".join("1" for _ in names) + "\n"


@pytest.mark.parametrize("source", SOURCES)
@pytest.mark.parametrize("language", ["English", "Chinese"])
def test_the_headers_of_every_contract_lead_to_its_source(
    way: object, contracts: dict[str, Contract], source: str, language: str
) -> None:
    columns = contracts[source].columns.values()
    names = [column.name if language == "English" else column.aliases[0] for column in columns]
    (route,) = way(header(names)).routes
    assert (route.source, route.profile) == (source, None)
    keys = way(json.dumps(dict.fromkeys(names, "1"), ensure_ascii=False) + "\n")
    assert [route.source for route in keys.routes] == [source]


@pytest.mark.parametrize("source", SOURCES)
def test_what_every_contract_requires_is_enough_to_tell_it(
    way: object, contracts: dict[str, Contract], source: str
) -> None:
    (route,) = way(header(list(contracts[source].required_columns))).routes
    assert route.source == source


def test_an_export_that_lacks_a_required_column_is_not_taken_for_another_sources(way: object) -> None:
    routing = way("interview_id,candidate_id,status,invited_at\nI1,C1,invited,2025-01-01\n")
    assert routing.routes == ()
    assert routing.message == "looks most like interviews, but lacks the required column role_id"
    assert [candidate.source for candidate in routing.candidates][:2] == ["candidates", "interviews"]
    assert routing.candidates[1].missing == ("role_id",)


@pytest.mark.parametrize("content", ["a,b\n1,2\n", "80\n", "甲,乙,丙\n1,2,3\n", '{"x": 1}\n'])
def test_what_nobody_knows_goes_nowhere(way: object, content: str) -> None:
    routing = way(content)
    assert (routing.routes, routing.candidates) == ((), ())
    assert "has headers that no source and no profile knows" in str(routing.message)


def test_what_could_be_two_sources_is_asked_about_and_a_name_answers(way: object) -> None:
    both = "candidate_id,name,email,assessed_at,score\nC1,甲,a@b.cn,2025-01-01,80\n"
    asked = way(both)
    assert asked.routes == ()
    assert asked.message == "could be candidates or assessments; move it into the folder of its source"
    for file in ("all.zip › assessments/1.csv", "inbox/assessments.csv", "assessments.zip › 1.csv"):
        assert [route.source for route in way(both, file).routes] == ["assessments"]


def test_empty_and_unreadable_files_say_so(way: object) -> None:
    assert str(way("").message).startswith("is empty")
    assert str(way("%PDF-1.7").message).startswith("is a PDF file")


def test_the_folder_of_a_source_decides_when_its_contract_can_read_the_file(way: object) -> None:
    both = "interview_id,competency_id,score,vendor,employee_id,hired_on\nI1,logic,80,v,E1,2020-01-01\n"
    assert [route.source for route in way(both, source="employees").routes] == ["employees"]


def test_in_a_wrong_folder_the_right_one_is_named(way: object) -> None:
    routing = way("工号,姓名,入职日期\nE1,甲,2020-01-01\n", source="vendor_scores")
    assert [route.source for route in routing.routes] == ["vendor_scores"]
    assert routing.message == "it looks like employees: move it to landing/employees"


def test_keys_count_where_no_row_has_all_of_them(way: object) -> None:
    rows = json_lines({"interview_id": "I1"}, {"competency_id": "logic", "score": 1})
    assert [route.source for route in way(rows).routes] == ["vendor_scores"]


def test_a_table_of_another_system_goes_through_its_profile(way: object, shared_data: Path) -> None:
    content = (shared_data / "greenhouse" / "scorecard.csv").read_text(encoding="utf-8")
    (route,) = way(content, "inbox/scorecard.csv").routes
    assert (route.source, route.name) == ("human_ratings", "greenhouse/scorecard")
    (route,) = way(content, "human_ratings/scorecard.csv", source="human_ratings").routes
    assert route.name == "greenhouse/scorecard"
    (route,) = way(content, "greenhouse/x.csv", profile="greenhouse").routes
    assert route.name == "greenhouse/scorecard"
    other = way(content, "lever/scorecard.csv", profile="lever")
    assert other.routes == ()
    assert "is none of the tables that the profile lever knows" in str(other.message)


def test_a_table_without_headers_is_told_by_its_name_and_its_fields(way: object, shared_data: Path) -> None:
    content = (shared_data / "adventureworks_hr" / "EmployeePayHistory.csv").read_text(encoding="utf-8")
    (route,) = way(content, "inbox/EmployeePayHistory.csv").routes
    assert route.name == "adventureworks/EmployeePayHistory"
    assert way(content, "inbox/other name.csv").routes == ()
    assert way("1\t2\n3\t4\n", "inbox/EmployeePayHistory.csv").routes == ()


def test_every_real_table_of_other_systems_is_known_by_its_headers_alone(
    router: Router, shared_data: Path
) -> None:
    for system in ("greenhouse", "lever", "workday"):
        for path in sorted((shared_data / system).glob("*.csv")):
            routes = router.routes(Found(None, path, path.name), path, True).routes
            assert {route.profile.name for route in routes if route.profile} == {system}, path.name
