"""Profiles are checked when they are loaded, and what is wrong with one is said in one sentence."""

from __future__ import annotations

import textwrap
from pathlib import Path

import pytest

from ingestion.contract import Contract
from ingestion.foreign.profile import Profile, ProfileError, load_profile, load_profiles

GOOD = """
profile: acme
version: "1"
title: {zh: 某系统, en: Acme}
tables:
  staff:
    recognise: [No, Joined]
    outputs:
      - source: employees
        columns:
          {employee_id: No, hired_on: Joined, department_id: {lookup: units, on: {Id: Unit}, take: Name}}
  units: {recognise: [Id, Name], reference: true}
"""


def write(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "acme.yml"
    path.write_text(textwrap.dedent(text), encoding="utf-8")
    return path


def load(tmp_path: Path, text: str, contracts: dict[str, Contract]) -> Profile:
    return load_profile(write(tmp_path, text), contracts)


def problem(tmp_path: Path, text: str, contracts: dict[str, Contract]) -> str:
    with pytest.raises(ProfileError) as caught:
        load(tmp_path, text, contracts)
    sentence = str(caught.value)
    assert "\n" not in sentence and sentence.startswith("The profile acme.yml ") and sentence.endswith(".")
    return sentence


def test_a_good_profile_is_loaded_with_its_tables_and_outputs(
    tmp_path: Path, contracts: dict[str, Contract]
) -> None:
    profile = load(tmp_path, GOOD, contracts)
    assert (profile.name, profile.title.zh) == ("acme", "某系统")
    (output,) = profile.tables["staff"].outputs
    assert output.canonical == ("employee_id", "hired_on", "department_id")
    assert output.uses_lookups and not output.partial
    leading = [
        name for name, table in profile.tables.items() for out in table.outputs if out.source == "employees"
    ]
    assert leading == ["staff"]


def test_its_digest_changes_with_every_letter(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    before = load(tmp_path, GOOD, contracts).digest
    assert load(tmp_path, GOOD, contracts).digest == before
    assert load(tmp_path, GOOD + "# a comment\n", contracts).digest != before


def test_the_profiles_of_the_project_are_all_sound(contracts: dict[str, Contract]) -> None:
    assert set(load_profiles(None, contracts)) == {
        *("greenhouse", "lever", "workday", "zh_hr", "adventureworks", "successfactors", "yonyou"),
        *("asr_sherpa", "whisper", "funasr", "aws_transcribe"),
    }


def test_an_own_profile_stands_beside_ours_and_replaces_one_of_the_same_name(
    tmp_path: Path, contracts: dict[str, Contract]
) -> None:
    own = tmp_path / "profiles"
    own.mkdir()
    (own / "acme.yml").write_text(GOOD, encoding="utf-8")
    (own / "ours.yml").write_text(GOOD.replace("acme", "zh_hr"), encoding="utf-8")
    profiles = load_profiles(tmp_path, contracts)
    assert set(profiles["acme"].tables) == set(profiles["zh_hr"].tables) == {"staff", "units"}
    assert "lever" in profiles


def test_two_own_profiles_cannot_have_one_name(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    own = tmp_path / "profiles"
    own.mkdir()
    for name in ("a.yml", "b.yml"):
        (own / name).write_text(GOOD, encoding="utf-8")
    with pytest.raises(ProfileError, match=r"The profile b\.yml has the name 'acme', as a\.yml has\."):
        load_profiles(tmp_path, contracts)


@pytest.mark.parametrize(
    ("instead_of", "stands", "said"),
    [
        ("hired_on: Joined", "hired: Joined", "employees has no column 'hired'"),
        ("hired_on: Joined, ", "", "nothing is mapped to hired_on, which employees requires"),
        ("employee_id: No, ", "", "nothing is mapped to employee_id, which employees requires"),
        ("source: employees", "source: staff", "there is no source 'staff'"),
        ("lookup: units", "lookup: depts", "it looks up 'depts', which is no table of the profile"),
        (", reference: true", "", "it looks up 'units'; mark that table 'reference: true'"),
        (
            "{lookup: units, on: {Id: Unit}, take: Name}",
            "Unit",
            "marked 'reference', but nothing looks it up",
        ),
        ("take: Name", "nothing: Name", "Extra inputs are not permitted"),
        (", take: Name", "", "needs 'on' and 'take'"),
        ("hired_on: Joined", "hired_on: {from: Joined, pattern: '(\\d'}", "is no regular expression"),
        (
            "hired_on: Joined",
            "hired_on: {from: Joined, pattern: '\\d'}",
            "needs exactly one group (…), not 0",
        ),
        ("hired_on: Joined", "hired_on: {from: Joined, constant: x}", "not from and constant"),
        ("hired_on: Joined", "hired_on: {values: {a: b}}", "needs exactly one of"),
        ("hired_on: Joined", "hired_on: {from: J, otherwise: x}", "'otherwise' belongs to 'values'"),
        ("hired_on: Joined", "hired_on: {from: J, scale: {from: [1, 1], to: [0, 9]}}", "are equal"),
        ("hired_on: Joined", "hired_on: {from: J, multiply: many}", "valid number"),
        ("hired_on: Joined", "hired_on: {speech: words}", "'speech' does not say where it is"),
        ("employee_id: No", "employee_id: result.emotion", "infers emotion, which is never taken"),
        ("recognise: [Id, Name]", "recognise: [No, Joined]", "recognised by the same headers as staff"),
        ("recognise: [Id, Name]", "files: [u]", "needs 'recognise', or 'header' where its files have none"),
        ("recognise: [Id, Name]", "header: [Id, Name]", "needs 'files' to be told by their names"),
        ("recognise: [Id, Name]", "header: [Id, id, Name], files: [u]", "names a header twice"),
        ("recognise: [Id, Name]", "header: [Key, Name], files: [u]", "'units' has no column 'Id'"),
        ("profile: acme", "profile: employees", "cannot be called 'employees'"),
        ("profile: acme", "profile: inbox", "cannot be called 'inbox'"),
        ("profile: acme", "profile: Acme HR", "cannot be called 'Acme HR'"),
        ('version: "1"', "timezone: Mars/Base", "Field required"),
        (
            'version: "1"',
            'version: "1"\ntimezone: Mars/Base',
            "the time zone 'Mars/Base', which does not exist",
        ),
        ('version: "1"', 'version: "1"\nversion: "2"', "is not YAML: 'version' comes twice"),
        ("recognise: [No, Joined]", "recognise: [No, Joined", "is not YAML"),
        ("- source: employees", "- source: surveys\n        partial: true", "can be partial"),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(
    instead_of: str, stands: str, said: str, tmp_path: Path, contracts: dict[str, Contract]
) -> None:
    assert instead_of in GOOD
    assert said in problem(tmp_path, GOOD.replace(instead_of, stands), contracts)


@pytest.mark.parametrize("content", ["", "- a\n- b\n", "just a text\n"])
def test_a_file_that_is_no_profile_at_all_is_said_to_be_none(
    content: str, tmp_path: Path, contracts: dict[str, Contract]
) -> None:
    assert "is empty or no list of names and values" in problem(tmp_path, content, contracts)


def test_a_file_in_another_encoding_is_named(tmp_path: Path, contracts: dict[str, Contract]) -> None:
    path = tmp_path / "acme.yml"
    path.write_bytes(GOOD.replace("某系统", "人力资源").encode("gb18030"))
    with pytest.raises(ProfileError, match=r"The profile acme\.yml is not UTF-8 text\."):
        load_profile(path, contracts)


def test_yes_no_and_on_in_yaml_stay_the_words_they_are(
    tmp_path: Path, contracts: dict[str, Contract]
) -> None:
    text = GOOD.replace(
        "hired_on: Joined", "hired_on: Joined, status: {from: Left, values: {yes: left, no: on}}"
    )
    (output,) = load(tmp_path, text, contracts).tables["staff"].outputs
    assert output.columns["status"].values == {"yes": "left", "no": "on"}
