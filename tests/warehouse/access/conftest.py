"""Worlds and the roles that look at them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from pathlib import Path

import duckdb
import pytest

from tests.warehouse.access import worlds
from warehouse import accounts, grants
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import Viewer

VIEWERS = {role: Viewer(f"a {role}".replace(" ", "_"), role) for role in worlds.ROLES}


def with_accounts(settings: Settings) -> Settings:
    """The three people who look, in a home."""
    for role, viewer in VIEWERS.items():
        person = worlds.CANDIDATE if role == "candidate" else None
        grants.add_user(settings, viewer.name, role, "a long password", candidate_id=person)
    name = VIEWERS["department_head"].name
    grants.grant(settings, name, worlds.DEPARTMENT, author="hr")
    return settings


@pytest.fixture(scope="session")
def quick_hashes() -> object:
    """Argon2id with the least of everything: passwords are not what is tested here."""
    from argon2 import PasswordHasher

    patch = pytest.MonkeyPatch()
    patch.setattr(accounts, "_hasher", lambda: PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    yield
    patch.undo()


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory, quick_hashes: object) -> Settings:
    """The one world that all roles look at."""
    return with_accounts(worlds.publish_world(tmp_path_factory.mktemp("world")))


@pytest.fixture(scope="session")
def world_marts(world: Settings) -> Marts:
    """Its marts, read on one thread: rows come in the same order each time."""
    return Marts(world, threads=1)


@pytest.fixture(scope="session")
def other_world(tmp_path_factory: pytest.TempPathFactory, quick_hashes: object) -> Callable[[str], Marts]:
    """By role: a world that is another one in all that the role must not see."""

    @cache
    def make(role: str) -> Marts:
        home = tmp_path_factory.mktemp(f"not_for_{role}")
        return Marts(with_accounts(worlds.publish_world(home, hidden_from=role)), threads=1)

    return make


@pytest.fixture(scope="session")
def copy_for(
    world: Settings, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[str], duckdb.DuckDBPyConnection]:
    """By role: a database that holds nothing but what the role may see."""

    @cache
    def make(role: str) -> duckdb.DuckDBPyConnection:
        path: Path = tmp_path_factory.mktemp(f"copy_{role}") / "copy.duckdb"
        return worlds.copy_for(role, world, path)

    return make
