"""Ingestion takes the demo whole, and the messy demo exactly as its truth says."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion import ingest
from ingestion.demo import write_demo
from ingestion.report import FileReport
from warehouse.settings import Settings


def ingested(home: Path, *, messy: bool) -> tuple[dict[str, FileReport], int, dict[str, Any]]:
    settings = Settings(home=home).ensure()
    write_demo(settings.landing, interviews=150, messy=messy)
    report = ingest.run(settings)
    truth = json.loads((home / "truth.json").read_text(encoding="utf-8"))
    return {found.file: found for found in report.files}, report.unchanged, truth


@pytest.fixture(scope="module")
def messy(tmp_path_factory: pytest.TempPathFactory) -> tuple[dict[str, FileReport], int, dict[str, Any]]:
    return ingested(tmp_path_factory.mktemp("messy"), messy=True)


def test_every_row_and_column_of_the_demo_is_understood(tmp_path: Path) -> None:
    files, unchanged, truth = ingested(tmp_path, messy=False)
    assert {file: found.rows_in for file, found in files.items()} == truth["rows"]
    assert unchanged == 0
    for found in files.values():
        assert found.status == "ingested"
        assert (found.quarantined, found.new_columns, found.missing_columns) == (0, (), ())
        assert found.rows_in == found.kept + found.duplicates
        assert not found.duplicates or found.source in ("applications", "employees")


def test_the_messy_demo_is_sorted_out_as_its_truth_expects(messy: Any) -> None:
    files, _, truth = messy
    expected = {file: facts for file, facts in truth["messy"]["files"].items() if "rows_in" in facts}
    assert len(expected) == 2
    for file, facts in expected.items():
        found = files[file]
        got = (found.rows_in, found.kept, found.duplicates, found.quarantined, list(found.new_columns))
        names = ("rows_in", "kept", "duplicates", "quarantined", "new_columns")
        assert got == tuple(facts[name] for name in names), file
        for row, column in facts["quarantined_rows"].items():
            assert any(reason.startswith(f"row {row}, column {column}:") for reason in found.reasons)


def test_a_file_that_was_sent_again_changes_nothing(messy: Any) -> None:
    files, unchanged, truth = messy
    resent = [file for file, facts in truth["messy"]["files"].items() if facts.get("is_unchanged")]
    assert unchanged == len(resent) == 1
    assert not set(resent) & files.keys()


def test_the_clean_part_of_a_messy_demo_is_the_clean_demo(messy: Any) -> None:
    files, _, truth = messy
    for file, found in files.items():
        if file not in truth["messy"]["files"]:
            assert (found.quarantined, found.rows_in) == (0, truth["rows"][file])
