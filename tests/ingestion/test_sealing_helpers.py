"""Texts sealed in other processes: the same values as here, and the same when a process dies."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from ingestion.rows import sealing_helpers
from ingestion.rows.sealing import seal_texts
from ingestion.rows.sealing_helpers import SealingHelpers
from tests.ingestion.house import House
from warehouse.cipher import Sealer
from warehouse.vault import Vault

KEYS = [bytes([number]) * 32 for number in range(3)]
pytestmark = pytest.mark.skipif(
    not hasattr(os, "memfd_create") or (os.cpu_count() or 1) < 2,
    reason="memory without a name is Linux's, and one processor seals alone",
)


@pytest.fixture
def helpers(monkeypatch: pytest.MonkeyPatch) -> Iterator[SealingHelpers]:
    monkeypatch.setattr(sealing_helpers, "_FEW", 0)
    helpers = SealingHelpers()
    yield helpers
    helpers.close()


def opened(helpers: SealingHelpers, texts: list[str | None]) -> list[str | None]:
    """The texts sealed beside this process, and opened here."""
    places = [f"answers|text|I{row}" for row in range(len(texts))]
    codes = np.array([-1 if text is None else row % 3 for row, text in enumerate(texts)])

    def work() -> pa.Array:
        return seal_texts(pa.array(texts, pa.string()), pa.array(places), KEYS, codes, helpers.seal)

    sealed = helpers.begin(len(texts), work)()
    rows = enumerate(zip(sealed.to_pylist(), places, strict=True))
    return [
        None if value is None else Sealer(KEYS[row % 3]).unseal(value, place) for row, (value, place) in rows
    ]


def pids(helpers: SealingHelpers) -> list[int]:
    return [helper._process.pid for helper in helpers._helpers]


def are_children(found: list[int]) -> list[bool]:
    return [Path("/proc", str(pid)).exists() for pid in found]


def test_every_value_opens_with_its_key_at_its_place(helpers: SealingHelpers) -> None:
    for texts in (["好", None, "", "a" * 70_000], ["b"], [None, "语" * 200_000]):
        assert opened(helpers, texts) == texts
    assert pids(helpers)


def test_they_end_with_the_pass(helpers: SealingHelpers) -> None:
    opened(helpers, ["a"])
    found = pids(helpers)
    assert all(are_children(found))
    helpers.close()
    assert not any(are_children(found))


def test_what_a_dead_process_does_not_seal_is_sealed_here(helpers: SealingHelpers) -> None:
    opened(helpers, ["a"])
    for pid in pids(helpers):
        os.kill(pid, signal.SIGKILL)
    for _ in range(4):
        assert opened(helpers, ["a", None, "好"]) == ["a", None, "好"]


def test_where_no_process_can_be_started_all_is_sealed_here(
    helpers: SealingHelpers, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> None:
        raise BlockingIOError

    monkeypatch.setattr("subprocess.Popen", refused)
    assert opened(helpers, ["a", "好"]) == ["a", "好"]
    assert pids(helpers) == []


def test_a_few_texts_are_no_reason_for_a_process() -> None:
    helpers = SealingHelpers()
    assert opened(helpers, ["a", "b"]) == ["a", "b"]
    assert pids(helpers) == []


def test_a_pass_leaves_no_process_and_its_rows_open(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[list[int]] = []
    close = SealingHelpers.close

    def closed(self: SealingHelpers) -> None:
        started.append(pids(self))
        close(self)

    monkeypatch.setattr(sealing_helpers, "_FEW", 0)
    monkeypatch.setattr(SealingHelpers, "close", closed)
    lines = "".join(f"I{row},q1,我说了第{row}句\n" for row in range(300))
    assert house.take("answers", "a.csv", "interview_id,question_id,text\n" + lines).kept == 300
    assert started[0] and not any(are_children(started[0]))
    rows = house.rows("answers")
    keys = Vault.open(house.settings).open_keys(row["_seal_key_id"] for row in rows)
    for row in rows:
        sealer, interview = Sealer(keys[row["_seal_key_id"]]), row["interview_id"]
        said = sealer.unseal(row["text_sealed"], f"answers|text|{interview}|q1|1")
        assert said == f"我说了第{interview[1:]}句"
