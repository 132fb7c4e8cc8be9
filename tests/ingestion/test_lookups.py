"""Look-up tables: what they are known by, and what is done about one that cannot be read."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pytest

from ingestion.contract import Contract
from ingestion.foreign.lookups import Lookups
from ingestion.foreign.profile import Profile, load_profile

ACME = """
profile: acme
version: "1"
title: {zh: 某系统, en: Acme}
tables:
  staff:
    recognise: [No, Joined]
    outputs:
      - source: employees
        columns: {employee_id: No, hired_on: Joined, name: {lookup: names, on: {Of: No}, take: Name}}
  names: {recognise: [Of, Name], reference: true, latest_by: [Since]}
"""


@pytest.fixture
def acme(tmp_path: Path, contracts: dict[str, Contract]) -> Profile:
    path = tmp_path / "acme.yml"
    path.write_text(ACME, encoding="utf-8")
    return load_profile(path, contracts)


def load(acme: Profile, folder: Path, *contents: str) -> Lookups:
    table = acme.tables["names"]
    files = []
    for at, content in enumerate(contents):
        path = folder / f"names-{at}.csv"
        path.write_text(content, encoding="utf-8")
        files.append((table, path, True))
    return Lookups.load(acme, files)


def name_of(lookups: Lookups, acme: Profile, key: str) -> str | None:
    mapping = acme.tables["staff"].outputs[0].columns["name"]
    found: str | None = lookups.find(mapping, [pa.array([key])]).values[0].as_py()
    return found


def test_the_digest_is_of_what_is_looked_up_and_not_of_the_order(acme: Profile, tmp_path: Path) -> None:
    one = load(acme, tmp_path, "Of,Name,Since\n1,Ann,2024\n2,Bob,2023\n")
    same = load(acme, tmp_path, "Since,Of,Extra,Name\n2023,2,x,Bob\n2024,1,y,Ann\n")
    other = load(acme, tmp_path, "Of,Name,Since\n1,Anna,2024\n2,Bob,2023\n")
    assert one.digest == same.digest != other.digest
    assert load(acme, tmp_path).digest != one.digest


def test_the_latest_row_counts_over_several_files_in_any_order(acme: Profile, tmp_path: Path) -> None:
    newer, older = "Of,Name,Since\n1,New,2024-02-01\n", "Of,Name,Since\n1,Old,2023-12-31 23:59:59\n"
    assert name_of(load(acme, tmp_path, newer, older), acme, "1") == "New"
    assert name_of(load(acme, tmp_path, older, newer), acme, "1") == "New"


def test_a_row_without_a_time_never_wins(acme: Profile, tmp_path: Path) -> None:
    lookups = load(acme, tmp_path, "Of,Name,Since\n1,Ann,2024-01-01\n1,Nobody,\n1,Never,soon\n")
    assert name_of(lookups, acme, "1") == "Ann"


def test_an_unreadable_table_is_told_and_the_others_are_read(acme: Profile, tmp_path: Path) -> None:
    damaged = tmp_path / "damaged.csv"
    damaged.write_bytes(b"")
    good = tmp_path / "good.csv"
    good.write_text("Of,Name,Since\n1,Ann,2024\n")
    table = acme.tables["names"]
    lookups = Lookups.load(acme, [(table, damaged, True), (table, good, True)])
    assert set(lookups.unreadable) == {damaged}
    assert name_of(lookups, acme, "1") == "Ann"
