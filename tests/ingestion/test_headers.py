"""Headers as real systems and people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.contract import SOURCES, Contract, load_contracts
from ingestion.rows.headers import HeaderReader, fold, is_emotion

CONTRACTS = load_contracts()


def column(source: str, header: str) -> str | None:
    """What the header stands for."""
    found = HeaderReader(CONTRACTS[source]).find(header)
    return found[0] if found else None


@pytest.mark.parametrize(
    "header",
    [
        *(
            "工号",
            "工 号",
            "工号*",
            "*工号",
            "★工号",
            "工号：",
            "\ufeff工号",
            "工号\u200b",
            "員工編號",
            "员工编号（必填）",
        ),
        *(
            "1. 工号",
            "1、工号",
            "①工号",
            "(3)员工ID",
            "【必填】工号",
            "工号\nEmployee No",
            "Employee No. 工号",
        ),
        *(
            "工号(Employee No)(必填)",
            "工号/Employee Number",
            "EMPLOYEE ID",
            "employeeId",
            "Emp. No.",
            "Worker ID",
        ),
        *("人员编码", "ｅｍｐｌｏｙｅｅ＿ｉｄ", "Personnel Number", "雇員編號"),
    ],
)
def test_ways_to_write_the_number_of_an_employee(header: str) -> None:
    assert column("employees", header) == "employee_id"


@pytest.mark.parametrize(
    ("source", "header", "name"),
    [
        ("employees", "入职日期(YYYY-MM-DD)", "hired_on"),
        ("employees", "入职日期（格式：yyyy/mm/dd）", "hired_on"),
        ("employees", "到職日期", "hired_on"),
        ("employees", "Date of Joining", "hired_on"),
        ("employees", "性别（男/女）", "gender"),
        ("employees", "状态(在职/离职)", "status"),
        ("employees", "月薪（元/月）", "monthly_salary"),
        ("employees", "直接上级工号", "manager_id"),
        ("candidates", "應徵者編號", "candidate_id"),
        ("candidates", "行動電話", "phone"),
        ("applications", "当前阶段", "stage"),
        ("applications", "Job Requisition ID", "requisition_id"),
        ("human_ratings", "评分(0-100)", "rating"),
        ("human_ratings", "得分（满分100分）", "rating"),
        ("human_ratings", "Rating (out of 100)", "rating"),
        ("surveys", "评分（1-5）", "score"),
        ("answers", "作答时长(秒)", "answer_seconds"),
        ("interviews", "设备正常（是/否）", "device_ok"),
    ],
)
def test_what_changes_nothing_may_stand_beside_a_header(source: str, header: str, name: str) -> None:
    assert column(source, header) == name


@pytest.mark.parametrize(
    ("source", "header"),
    [
        ("employees", "月薪（万元）"),
        ("employees", "月薪(税后)"),
        ("employees", "入职日期(农历)"),
        ("employees", "部门（一级）"),
        ("employees", "姓名2"),
        ("employees", "2姓名"),
        ("employees", "姓名 工号"),
        ("answers", "作答时长(分钟)"),
        ("human_ratings", "评分（1-5）"),
        ("surveys", "评分(0-100)"),
        ("employees", "（）"),
        ("employees", ""),
    ],
)
def test_what_may_change_the_meaning_makes_a_header_unknown(source: str, header: str) -> None:
    assert column(source, header) is None


def test_the_plain_name_comes_before_an_alias_and_both_before_a_decorated_one() -> None:
    read = HeaderReader(CONTRACTS["employees"]).read(["姓名（必填）", "姓名", "name", "员工姓名"])
    assert read.columns == {"name": ("name", "姓名", "员工姓名", "姓名（必填）")}


def test_traditional_words_of_values_are_understood() -> None:
    assert fold("已離職") == fold("已离职")
    assert is_emotion("情緒分")
    assert is_emotion("Emotion Score")


@pytest.mark.parametrize("source", SOURCES)
@given(header=st.text(max_size=40))
def test_any_header_is_known_or_not(source: str, header: str) -> None:
    contract: Contract = CONTRACTS[source]
    found = HeaderReader(contract).find(header)
    assert found is None or found[0] in (*contract.columns, "exported_at")
