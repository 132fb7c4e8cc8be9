"""The policy covers every mart and column, and says what to add where it does not."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from orchestration.dbt_manifest import ensure_manifest
from warehouse.mart_contracts import contracts_of
from warehouse.policy import FILE, Policy, PolicyError, gaps, policy, read_policy
from warehouse.settings import Settings

SMALL = """
fewest_people: 5
largest_share_of_pay: 0.6
classes: [public, pay]
roles:
  hr: {everything: true}
  analyst: {sees: [public]}
filters: {all: "true"}
cubes:
  people: {adds_up: [role_id], people: "select role_id, candidate_id as person from marts.results"}
marts:
  marts.results:
    rows: {analyst: all}
    columns: {public: [role_id, n, mean], pay: [salary]}
    cells:
      - {cube: people, at: [role_id], n: n, hide: [n, mean]}
"""


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> dict[str, list[str]]:
    """The columns of every mart of the project as it is."""
    settings = Settings(home=tmp_path_factory.mktemp("home")).ensure()
    manifest = json.loads(ensure_manifest(settings).read_text(encoding="utf-8"))
    return {name: list(contract.columns) for name, contract in contracts_of(manifest).items()}


def test_every_published_mart_and_column_has_a_class(published: dict[str, list[str]]) -> None:
    assert gaps(policy(), published) == []


def test_what_is_missing_is_told_with_what_to_add() -> None:
    given = read_policy(SMALL)
    known = ["role_id", "n", "mean", "salary"]
    assert gaps(given, {"marts.results": known}) == []
    (new_mart,) = gaps(given, {"marts.results": known, "marts.new": ["a", "b"]})
    assert "marts.new has no access policy" in new_mart and "`rows`" in new_mart and "a, b" in new_mart
    (new_column,) = gaps(given, {"marts.results": [*known, "bonus"]})
    assert "add bonus to one of public, pay under `marts.results: columns:`" in new_column
    (gone_column,) = gaps(given, {"marts.results": known[:-1]})
    assert "has no column salary any more" in gone_column
    (gone_mart,) = gaps(given, {})
    assert "marts.results is published no more" in gone_mart


@pytest.mark.parametrize(
    ("before", "after", "words"),
    [
        ("analyst: all", "analist: all", "there is no role analist"),
        ("analyst: all", "analyst: own", "there is no filter own"),
        ("sees: [public]", "sees: [publik]", "there is no class publik"),
        ("pay: [salary]", "pay: [salary, n]", "marts.results.n is in two classes"),
        ("pay: [salary]", "wages: [salary]", "there is no class wages"),
        ("hide: [n, mean]", "hide: [n, median]", "name median, which is no column"),
        ("cube: people, at", "cube: persons, at", "there is no cube persons"),
        ("at: [role_id]", "at: [role]", "has no dimension role"),
        ("fewest_people: 5", "fewest_people: 1", "greater than or equal to 2"),
        ("filters:", "filter:", "filters: Field required"),
        ("roles:", "roles: [", "cannot be used"),
    ],
)
def test_a_policy_that_does_not_hold_together_is_refused_in_a_sentence(
    before: str, after: str, words: str
) -> None:
    assert before in SMALL
    with pytest.raises(PolicyError, match=r"policy\.yml cannot be used") as caught:
        read_policy(SMALL.replace(before, after, 1))
    assert words in str(caught.value)
    assert "\n" not in str(caught.value)


def test_the_policy_survives_being_written_and_read_again() -> None:
    assert Policy.model_validate_json(policy().model_dump_json()) == policy()


def test_no_role_but_hr_and_the_operator_sees_everything_or_protected_attributes() -> None:
    roles = policy().roles
    assert {name for name, role in roles.items() if role.everything} == {"hr", "operator"}
    assert not any("protected" in role.sees for role in roles.values())
    assert not {"pay", "personal", "own"} & set(roles["analyst"].sees)
    assert not {"pay", "review"} & set(roles["candidate"].sees)


def test_candidates_see_only_what_has_their_id_or_is_about_nobody() -> None:
    about_nobody = {"all", "own", "they_answered"}
    for name, mart in policy().marts.items():
        chosen = mart.rows.get("candidate")
        assert chosen is None or chosen in about_nobody, name
        columns = {column for of_class in mart.columns.values() for column in of_class}
        if columns & {"candidate_id", "employee_id", "interview_id"}:
            assert chosen in (None, "own"), name


def test_every_mart_of_people_is_filtered_for_department_heads() -> None:
    for name, mart in policy().marts.items():
        columns = {column for of_class in mart.columns.values() for column in of_class}
        if columns & {"candidate_id", "employee_id", "interview_id", "department_id"} - {"department_id"}:
            assert mart.rows.get("department_head") != "all", name


def test_the_file_is_where_the_package_looks_for_it() -> None:
    assert Path(FILE).name == "policy.yml"
    assert FILE.exists()
