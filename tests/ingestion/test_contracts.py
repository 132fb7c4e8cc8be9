"""The contracts of the sources, and the headers and values that they understand."""

from __future__ import annotations

from pathlib import Path

import pytest

from ingestion.contract import SOURCES, Column, Contract, ContractError, load_contract
from ingestion.rows.headers import HeaderReader, fold
from tests.ingestion.house import House

SEALED = {
    "interviews": ("hr_note",),
    "answers": ("text", "words"),
    "candidates": ("name", "email", "phone", "gender", "ethnicity"),
    "employees": ("name", "gender"),
    "comments": ("text",),
}


def test_every_source_has_a_contract_and_what_is_sealed_is_as_designed(
    contracts: dict[str, Contract],
) -> None:
    assert tuple(contracts) == SOURCES
    assert {
        name: contract.sealed_columns for name, contract in contracts.items() if contract.sealed_columns
    } == SEALED


@pytest.mark.parametrize("source", SOURCES)
def test_no_header_stands_for_two_columns(contracts: dict[str, Contract], source: str) -> None:
    owners: dict[str, str] = {}
    contract = contracts[source]
    for column in (*contract.columns.values(), contract.exported_at):
        for name in (column.name, *column.aliases):
            assert owners.setdefault(fold(name), column.name) == column.name, name


@pytest.mark.parametrize("source", SOURCES)
def test_no_word_stands_for_two_values_of_a_column(contracts: dict[str, Contract], source: str) -> None:
    for column in contracts[source].columns.values():
        owners: dict[str, str] = {}
        for value, written in column.values.items():
            for word in (value, *written):
                assert fold(word), (column.name, word)
                assert owners.setdefault(fold(word), value) == value, (column.name, word)


def test_a_partial_contract_requires_only_its_key(contracts: dict[str, Contract]) -> None:
    partial = contracts["employees"].partial(["employee_id", "monthly_salary"])
    assert partial.required_columns == ("employee_id",)
    assert partial.partial_columns == ("employee_id", "monthly_salary")
    assert (partial.full_version, partial.key) == (contracts["employees"].full_version, ("employee_id",))
    assert contracts["employees"].partial_columns is None
    interviews = contracts["interviews"].partial(["interview_id", "status"])
    assert interviews.columns["completed_at"].required_when is None
    assert interviews.columns["scenario"].default is None


def test_a_boolean_maps_to_true_and_false_only() -> None:
    with pytest.raises(ValueError, match="the values of yes and no"):
        Column(name="passed", type="boolean", values={"yes": ("及格",)})


@pytest.mark.parametrize("source", SOURCES)
def test_every_column_has_a_chinese_header(contracts: dict[str, Contract], source: str) -> None:
    for column in contracts[source].columns.values():
        assert any("\u4e00" <= letter <= "\u9fff" for alias in column.aliases for letter in alias), (
            column.name
        )


@pytest.mark.parametrize(
    "header",
    [
        "candidate_id",
        "Candidate ID",
        "CANDIDATE-ID",
        "候选人ID",
        "候选人 编号",
        "候选人ｉｄ",
        "候选人编号*",
        "候选人编号（必填）",
    ],
)
def test_headers_in_any_case_with_or_without_spaces_and_full_width(
    contracts: dict[str, Contract], header: str
) -> None:
    assert HeaderReader(contracts["candidates"]).read([header]).columns == {"candidate_id": (header,)}


def test_a_unit_behind_a_header_is_understood_only_where_it_changes_nothing(
    contracts: dict[str, Contract],
) -> None:
    employees = HeaderReader(contracts["employees"])
    assert employees.read(["月薪（元）"]).columns == {"monthly_salary": ("月薪（元）",)}
    assert employees.read(["月薪（万元）"]).unknown == ("月薪（万元）",)
    answers = HeaderReader(contracts["answers"])
    assert answers.read(["作答时长(秒)"]).columns == {"answer_seconds": ("作答时长(秒)",)}
    assert answers.read(["作答时长(分)"]).unknown == ("作答时长(分)",)


def test_a_milestone_has_nothing_to_do_with_tone(contracts: dict[str, Contract]) -> None:
    assert HeaderReader(contracts["answers"]).read(["milestone", "表达能力"]).emotion == ()


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ("key: [interview_id, nothing]", "the key names nothing, which is no column"),
        ("expected_every_days: 0", "expected_every_days"),
        ("surprise: 1", "surprise"),
    ],
)
def test_a_wrong_contract_is_one_sentence(tmp_path: Path, change: str, sentence: str) -> None:
    text = "source: s\nversion: '1'\nkey: [interview_id]\nexpected_every_days: 7\n"
    text += "columns:\n  interview_id: {type: string, required: true}\n"
    name = change.split(":", maxsplit=1)[0]
    lines = [line for line in text.splitlines() if not line.startswith(f"{name}:")]
    path = tmp_path / "s.yml"
    path.write_text("\n".join([*lines, change]))
    with pytest.raises(ContractError) as error:
        load_contract(path)
    assert sentence in str(error.value)
    assert "\n" not in str(error.value)


def test_a_completed_interview_needs_its_time(house: House) -> None:
    header = "面试编号,候选人编号,岗位编号,状态,完成时间\n"
    report = house.take("interviews", "i.csv", header + "I1,C1,销售代表,已完成,\nI2,C2,销售代表,已邀请,\n")
    assert report.reasons == ("row 1, column completed_at: the cell is empty, but the column is required",)
    (row,) = house.rows("interviews")
    assert (row["role_id"], row["status"], row["scenario"]) == ("sales_rep", "invited", "external")


def test_names_of_departments_and_roles_become_their_ids_and_others_stay(house: House) -> None:
    header = "工号,入职日期,部门,职位,性别,状态,月薪\n"
    house.take(
        "employees",
        "e.csv",
        header + "E1,2020/3/1,技术部,sales representative,女,在职,1.5万\nE2,2020年3月1日,法务部,律师,,,\n",
    )
    first, second = house.rows("employees")
    assert (first["department_id"], first["role_id"], first["gender"]) == (
        "technology",
        "sales_rep",
        "female",
    )
    assert (first["status"], first["monthly_salary"], str(first["hired_on"])) == (
        "active",
        15000.0,
        "2020-03-01",
    )
    assert (second["department_id"], second["role_id"], str(second["hired_on"])) == (
        "法务部",
        "律师",
        "2020-03-01",
    )


def test_a_day_first_column_is_quarantined_with_a_sentence(house: House) -> None:
    report = house.take("employees", "e.csv", "工号,入职日期\nE1,1/2/2025\nE2,2025-02-01\n")
    assert report.reasons == (
        "row 1, column hired_on: '1/2/2025' puts the day or the month first and nothing in the column tells "
        "which; name the order in the contract (date_order)",
    )
    assert report.kept == 1
