"""What runs were made of: written once, verified whenever it is read."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.warehouse.archived_runs import run_of, settings_with_seeds
from warehouse import archive
from warehouse.archive import ArchiveError
from warehouse.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return settings_with_seeds(tmp_path)


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def test_a_run_is_found_again_as_it_was_kept(settings: Settings) -> None:
    run = run_of(settings, 1, "first")
    archive.keep_run(settings, run)
    assert archive.find_run(settings, "first") == run
    assert archive.stems(settings) == ["00000001_first"]


def test_runs_are_numbered_in_the_order_in_which_they_were_archived(settings: Settings) -> None:
    assert archive.next_number(settings, "zz") == 1
    archive.keep_run(settings, run_of(settings, 1, "zz"))
    assert archive.next_number(settings, "aa") == 2
    # Archived, and then not published: the next try takes its place.
    assert archive.next_number(settings, "zz") == 1


def test_a_run_id_that_is_no_name_is_refused(settings: Settings) -> None:
    with pytest.raises(ArchiveError, match="cannot name a run"):
        archive.next_number(settings, "../x")


def test_before_the_first_build_there_is_no_run(settings: Settings) -> None:
    with pytest.raises(ArchiveError, match="No run has been archived yet"):
        archive.find_run(settings, "first")


def test_a_damaged_record_of_a_run_is_named(settings: Settings) -> None:
    archive.keep_run(settings, run_of(settings, 1, "first"))
    (settings.archive / "runs" / "00000001_first.json").write_text('{"number": 1}')
    with pytest.raises(ArchiveError, match=r"00000001_first\.json is damaged"):
        archive.find_run(settings, "first")


def test_seeds_are_copied_once_however_many_runs_share_them(settings: Settings) -> None:
    folder = archive.keep_seeds(settings, run_of(settings, 1, "first"))
    before = {path.name: path.stat().st_mtime_ns for path in folder.iterdir()}
    assert archive.keep_seeds(settings, run_of(settings, 2, "second")) == folder
    assert {path.name: path.stat().st_mtime_ns for path in folder.iterdir()} == before
    assert [path.name for path in folder.parent.iterdir()] == [folder.name]


def test_old_seeds_stay_beside_new_ones(settings: Settings) -> None:
    first = run_of(settings, 1, "first")
    archive.keep_seeds(settings, first)
    edit(settings.seeds / "grade_policy.csv", "80", "81")
    second = run_of(settings, 2, "second")
    archive.keep_seeds(settings, second)
    assert "81" not in (archive.seeds_of(settings, first) / "grade_policy.csv").read_text()
    assert "81" in (archive.seeds_of(settings, second) / "grade_policy.csv").read_text()


def test_a_seed_outside_the_rubric_version_has_its_own_copy_too(settings: Settings) -> None:
    first = run_of(settings, 1, "first")
    archive.keep_seeds(settings, first)
    edit(settings.seeds / "courses.csv", ",", ";,")
    second = run_of(settings, 2, "second")
    assert first.rubric_version == second.rubric_version
    assert archive.keep_seeds(settings, second) != archive.seeds_of(settings, first)


def test_seeds_that_changed_while_the_run_was_made_are_not_archived_as_its_own(settings: Settings) -> None:
    run = run_of(settings, 1, "first")
    edit(settings.seeds / "grade_policy.csv", "80", "81")
    with pytest.raises(ArchiveError, match="A seed was changed while the build ran"):
        archive.keep_seeds(settings, run)


def test_a_damaged_copy_is_healed_by_the_next_run_of_the_same_seeds(settings: Settings) -> None:
    run = run_of(settings, 1, "first")
    edit(archive.keep_seeds(settings, run) / "grade_policy.csv", "80", "81")
    with pytest.raises(ArchiveError, match=r"grade_policy\.csv was changed since the run first"):
        archive.seeds_of(settings, run)
    archive.keep_seeds(settings, run)
    archive.seeds_of(settings, run)


def test_lost_and_added_seeds_are_named(settings: Settings) -> None:
    run = run_of(settings, 1, "first")
    folder = archive.keep_seeds(settings, run)
    (folder / "extra.csv").write_text("a\n")
    with pytest.raises(ArchiveError, match=r"extra\.csv is no seed of the run first"):
        archive.seeds_of(settings, run)
    (folder / "extra.csv").rename(folder / "phrases.csv")
    with pytest.raises(ArchiveError, match=r"phrases\.csv was changed"):
        archive.seeds_of(settings, run)
    (folder / "phrases.csv").unlink()
    with pytest.raises(ArchiveError, match=r"phrases\.csv is missing"):
        archive.seeds_of(settings, run)


def test_a_record_that_names_other_versions_than_its_seeds_have_is_found(settings: Settings) -> None:
    run = run_of(settings, 1, "first")
    archive.keep_seeds(settings, run)
    with pytest.raises(ArchiveError, match="not the versions that the run first names"):
        archive.seeds_of(settings, replace(run, weights_version="w-00000000"))


def test_models_are_written_once_and_verified(settings: Settings) -> None:
    name = archive.keep_models(settings, {"models": [{"sql": "select 1"}]})
    assert archive.keep_models(settings, {"models": [{"sql": "select 1"}]}) == name
    run = replace(run_of(settings, 1, "first"), models=name)
    assert archive.models_of(settings, run) == {"models": [{"sql": "select 1"}]}
    path = settings.archive / "models" / f"{name}.json"
    edit(path, "select 1", "select 2")
    with pytest.raises(ArchiveError, match="were changed since the run first"):
        archive.models_of(settings, run)
    path.unlink()
    with pytest.raises(ArchiveError, match="are missing"):
        archive.models_of(settings, run)


def test_the_archive_is_for_this_user_only(settings: Settings) -> None:
    run = run_of(settings, 1, "first")
    archive.keep_run(settings, run)
    archive.keep_seeds(settings, run)
    for name in (".", "runs", "models", "seeds"):
        assert (settings.archive / name).stat().st_mode & 0o077 == 0, name
