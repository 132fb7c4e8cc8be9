"""What was taken in leaves landing: sealed for some days or for good, and known when it comes again."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from ingestion.arrivals.sweeping import sweep
from tests.ingestion.house import House
from warehouse.errors import VaultError
from warehouse.originals import content_of, destroy, originals
from warehouse.settings import REPOSITORY, Settings

SCORES = "interview_id,competency_id,score\nI1,sales_skill,70\n"


@pytest.fixture
def house(tmp_path: Path) -> House:
    """One file that was taken in."""
    ignored = shutil.ignore_patterns("target", "logs")
    project = shutil.copytree(REPOSITORY / "dbt_project", tmp_path / "dbt_project", ignore=ignored)
    house = House(Settings(home=tmp_path / "home", dbt_project=project).ensure())
    house.take("vendor_scores", "scores.csv", SCORES)
    return house


def landed(house: House) -> list[str]:
    return sorted(path.name for path in house.settings.landing.rglob("*") if path.is_file())


def test_a_file_that_was_taken_in_leaves_landing_and_is_kept_sealed(house: House) -> None:
    assert [path.name for path in sweep(house.settings).left] == ["scores.csv"]
    assert landed(house) == []
    (original,) = originals(house.settings)
    assert SCORES.encode() not in original.read_bytes()
    assert b"".join(content_of(house.settings, original.stem)) == SCORES.encode()
    destroy(house.settings, [original])
    with pytest.raises(VaultError, match="is gone"):
        content_of(house.settings, original.stem)


def test_the_same_content_that_comes_again_is_known_and_another_one_is_taken(house: House) -> None:
    sweep(house.settings)
    house.drop("vendor_scores", "under_another_name.csv", SCORES)
    assert (house.run().unchanged, house.run().files) == (1, ())
    assert len(sweep(house.settings).left) == 1
    newer = house.take("vendor_scores", "scores.csv", SCORES.replace("70", "75"))
    assert newer.kept == 1
    assert len(sweep(house.settings).left) == 1


def test_what_has_not_been_taken_in_stays(house: House) -> None:
    house.drop("vendor_scores", "new.csv", SCORES.replace("I1", "I2"))
    (house.settings.landing / "vendor_scores" / "half.csv.part").write_text("still writ", encoding="utf-8")
    sweep(house.settings)
    assert landed(house) == ["half.csv.part", "new.csv"]


def test_a_rejected_file_leaves_too_since_the_quarantine_has_a_sealed_copy(house: House) -> None:
    (report,) = [house.take("vendor_scores", "wrong.csv", "a,b\n1,2\n")]
    assert report.status == "rejected"
    sweep(house.settings)
    assert landed(house) == []
    assert [one.file for one in house.run(retry=True).files] == ["vendor_scores/wrong.csv"]


def test_with_no_days_nothing_is_kept(house: House) -> None:
    seed = house.settings.seeds / "retention_policy.csv"
    text = seed.read_text(encoding="utf-8")
    seed.write_text(text.replace("originals,company,taken_at,,30", "originals,company,taken_at,,0"), "utf-8")
    assert len(sweep(house.settings).left) == 1
    assert originals(house.settings) == []


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_landing_that_may_only_be_read_keeps_its_files_and_says_so(house: House) -> None:
    folder = house.settings.landing / "vendor_scores"
    folder.chmod(0o500)
    try:
        swept = sweep(house.settings)
    finally:
        folder.chmod(0o700)
    assert swept.left == () and landed(house) == ["scores.csv"]
    assert swept.message is not None and swept.message.startswith("1 file stays in ")


def test_a_file_that_cannot_be_taken_away_stays_and_is_told(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(path: Path, missing_ok: bool = False) -> None:
        raise OSError(30, "Read-only file system", str(path))

    monkeypatch.setattr(Path, "unlink", refused)
    swept = sweep(house.settings)
    assert swept.left == ()
    assert swept.message is not None and "Read-only file system" in swept.message
