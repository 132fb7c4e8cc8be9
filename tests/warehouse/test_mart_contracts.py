"""What may change in a mart without a word, and what may not."""

from __future__ import annotations

from pathlib import Path

import pytest

from warehouse.mart_contracts import MartContract, broken, contracts_of, read_snapshot, snapshot_text

BEFORE = {"marts.offers": MartContract(1, {"grade": "varchar", "n": "integer"})}
TOLD = "# Changelog\n\n- `offers` version 2: what changed.\n"


def now(version: int = 1, **columns: str) -> dict[str, MartContract]:
    return {"marts.offers": MartContract(version, columns)}


def test_nothing_changed() -> None:
    assert broken(BEFORE, BEFORE, "") == []


def test_an_added_column_is_fine() -> None:
    assert broken(BEFORE, now(grade="varchar", n="integer", share="double"), "") == []


def test_a_new_mart_is_fine() -> None:
    assert broken({}, BEFORE, "") == []


def test_a_removed_column_is_not() -> None:
    (sentence,) = broken(BEFORE, now(grade="varchar"), "")
    assert sentence.startswith("marts.offers.n is gone: raise meta.version of the mart to 2")


def test_a_renamed_column_is_not_and_its_new_name_is_guessed() -> None:
    (sentence,) = broken(BEFORE, now(grade="varchar", offers_n="integer"), "")
    assert "marts.offers.n is gone (renamed to offers_n?)" in sentence


def test_a_column_of_another_type_is_not() -> None:
    (sentence,) = broken(BEFORE, now(grade="varchar", n="double"), "")
    assert sentence.startswith("marts.offers.n was integer and is double")


def test_a_higher_version_that_the_changelog_names_makes_it_fine() -> None:
    assert broken(BEFORE, now(2, grade="varchar"), TOLD) == []


@pytest.mark.parametrize(
    "changelog",
    [
        "",
        "- `offers` has other columns.",
        "- `offers` version 20: what changed.",
        "- `offers_out` version 2: what changed.",
        # Two entries, each of which says half.
        "- `offers` has other columns.\n- version 2 of something else.",
    ],
)
def test_a_higher_version_without_its_line_of_the_changelog_is_not(changelog: str) -> None:
    (sentence,) = broken(BEFORE, now(2, grade="varchar"), changelog)
    assert "CHANGELOG.md needs a line with `offers` version 2" in sentence


def test_every_version_keeps_its_line() -> None:
    """Also after the snapshot has been renewed, so that editing it by hand hides nothing."""
    third = now(3, grade="varchar")
    assert len(broken(third, third, TOLD)) == 1


def test_a_line_of_the_changelog_may_be_wrapped() -> None:
    assert broken(BEFORE, now(2, grade="varchar"), "- `offers` and others, in\n  version 2: less.\n") == []


def test_a_version_never_goes_back() -> None:
    (sentence,) = broken({"marts.offers": MartContract(2, {})}, now(1), TOLD)
    assert "went back from version 2 to 1" in sentence


def test_a_mart_that_goes_is_said_to_be_removed() -> None:
    (sentence,) = broken(BEFORE, {}, "")
    assert sentence == "The mart marts.offers is gone: say in CHANGELOG.md that `offers` was removed."
    assert broken(BEFORE, {}, "- `offers` is removed: use `grade_bands`.") == []


def test_the_committed_form_comes_back_as_it_went(tmp_path: Path) -> None:
    path = tmp_path / "marts.json"
    assert read_snapshot(path) == {}
    path.write_text(snapshot_text(BEFORE), encoding="utf-8")
    assert read_snapshot(path) == BEFORE


def test_contracts_are_read_from_published_models_only() -> None:
    def model(name: str, schema: str, **meta: int) -> dict[str, object]:
        return {
            "unique_id": f"model.x.{name}",
            "resource_type": "model",
            "schema": schema,
            "alias": name.removeprefix("people_"),
            "config": {"meta": meta},
            "columns": {"id": {"data_type": "VARCHAR"}},
        }

    nodes = [
        model("offers", "marts", version=4),
        model("people_names", "people"),
        model("int_x", "intermediate"),
    ]
    manifest = {"nodes": {str(node["unique_id"]): node for node in nodes}}
    assert contracts_of(manifest) == {
        "marts.offers": MartContract(4, {"id": "varchar"}),
        "people.names": MartContract(1, {"id": "varchar"}),
    }
