"""How much memory a build may use."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration import memory
from orchestration.dbt_manifest import dbt_environment
from warehouse.settings import Settings

GIB = 1024**3


def machine_of(monkeypatch: pytest.MonkeyPatch, gibibytes: int) -> None:
    monkeypatch.delenv(memory.LIMIT_VARIABLE, raising=False)
    monkeypatch.setattr(
        memory.os,
        "sysconf",
        lambda name: {"SC_PAGE_SIZE": 4096, "SC_PHYS_PAGES": gibibytes * GIB // 4096}[name],
    )


@pytest.mark.parametrize(
    ("gibibytes", "limit"),
    [pytest.param(16, "8192MiB", id="half"), pytest.param(4, "3072MiB", id="never-below-3")],
)
def test_a_build_may_use_half_of_the_memory(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, gibibytes: int, limit: str
) -> None:
    machine_of(monkeypatch, gibibytes)
    monkeypatch.setattr(memory, "_OF_THE_CONTAINER", tmp_path / "no-container")
    assert memory.memory_limit() == limit


@pytest.mark.parametrize(
    ("written", "limit"),
    [
        pytest.param(f"{10 * GIB}\n", "5120MiB", id="smaller"),
        pytest.param("max\n", "32768MiB", id="without-a-limit"),
    ],
)
def test_a_container_counts_as_the_machine_it_is(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, written: str, limit: str
) -> None:
    machine_of(monkeypatch, 64)
    container = tmp_path / "memory.max"
    container.write_text(written, encoding="ascii")
    monkeypatch.setattr(memory, "_OF_THE_CONTAINER", container)
    assert memory.memory_limit() == limit


def test_who_says_a_limit_gets_it(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv(memory.LIMIT_VARIABLE, "5GB")
    assert dbt_environment(Settings(home=tmp_path))[memory.LIMIT_VARIABLE] == "5GB"
