"""Queries of roles that see less: what they may read follows the policy, the grants and the publish."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from argon2 import PasswordHasher

from warehouse import accounts, grants
from warehouse.errors import QueryRefusedError
from warehouse.marts import Marts, Viewer
from warehouse.publish import publish
from warehouse.settings import Settings

Build = Callable[[str], Path]
HR = Viewer("hr", "hr")


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with the least of everything."""
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    monkeypatch.setattr(accounts, "_hasher", lambda: hasher)


@pytest.mark.parametrize("role", ["analyst", "department_head"])
def test_a_mart_that_the_policy_does_not_know_is_for_hr_and_the_operator_only(
    settings: Settings, build: Build, role: str
) -> None:
    build("create schema marts; create table marts.unheard_of as select 1 as n")
    publish(settings, "run1")
    marts = Marts(settings)
    assert marts.query("from unheard_of", viewer=HR).num_rows == 1
    with pytest.raises(QueryRefusedError, match=f"marts.unheard_of is not open to the role {role}"):
        marts.query("from unheard_of", viewer=Viewer("someone", role))


def test_a_column_that_the_policy_does_not_know_is_for_hr_and_the_operator_only(
    settings: Settings, build: Build
) -> None:
    build("create schema marts; create table marts.roles as select 'r' as role_id, 1 as unheard_of")
    publish(settings, "run1")
    marts = Marts(settings)
    analyst = Viewer("someone", "analyst")
    assert marts.query("from roles", viewer=HR).schema.names == ["role_id", "unheard_of"]
    assert marts.query("from roles", viewer=analyst).schema.names == ["role_id"]
    with pytest.raises(
        QueryRefusedError, match=r"unheard_of of marts\.roles \(without a class\) is not open"
    ):
        marts.query("select unheard_of from roles", viewer=analyst)


def test_a_grant_counts_from_the_next_query_on_and_a_revocation_too(settings: Settings, build: Build) -> None:
    columns = "select 'i1' as interview_id, 'sales' as department_id"
    build(f"create schema marts; create table marts.loss_points as {columns}")
    publish(settings, "run1")
    grants.add_user(settings, "dora", "department_head", "a long password")
    marts, dora = Marts(settings), Viewer("dora", "department_head")
    assert marts.query("from loss_points", viewer=dora).num_rows == 0
    grants.grant(settings, "dora", "sales", author="hr")
    assert marts.query("from loss_points", viewer=dora).num_rows == 1
    grants.revoke(settings, "dora", "sales", author="hr")
    assert marts.query("from loss_points", viewer=dora).num_rows == 0


def test_a_publish_in_mid_visit_is_seen_by_every_role(settings: Settings, build: Build) -> None:
    marts, analyst = Marts(settings), Viewer("someone", "analyst")
    for number in range(4):
        build(f"create schema marts; create table marts.roles as select '{number}' as role_id")
        publish(settings, f"run{number}")
        assert marts.query("from roles", viewer=analyst)["role_id"].to_pylist() == [str(number)]
    assert len(marts._opened) == 2


def test_the_effective_query_can_be_shown(marts: Marts) -> None:
    analyst = Viewer("someone", "analyst")
    assert marts.effective_sql("from roles", HR) == 'from "marts"."roles"'
    assert marts.effective_sql("from roles as r", analyst) == (
        'from (select m."role_id" from "marts"."roles" as m) as r'
    )


def test_a_file_without_what_a_filter_needs_shows_nothing(settings: Settings, marts: Marts) -> None:
    grants.add_user(settings, "dora", "department_head", "a long password")
    with pytest.raises(QueryRefusedError, match="lacks a column that its row filter needs"):
        marts.query("from interview_results", viewer=Viewer("dora", "department_head"))


def test_many_threads_ask_as_many_viewers(settings: Settings, build: Build) -> None:
    columns = "select 'i1' as interview_id, 'sales' as department_id"
    build(f"create schema marts; create table marts.loss_points as {columns}")
    publish(settings, "run1")
    marts = Marts(settings, threads=1)
    names = [f"dora{number}" for number in range(6)]
    for name in names:
        grants.add_user(settings, name, "department_head", "a long password")
        grants.grant(settings, name, f"of {name}", author="hr")

    def visit(name: str) -> list[str]:
        viewer = Viewer(name, "department_head")
        return [marts.effective_sql("from loss_points", viewer) for _ in range(20)]

    with ThreadPoolExecutor(6) as pool:
        for name, texts in zip(names, pool.map(visit, names), strict=True):
            assert all(f"('of {name}')" in text for text in texts)
