"""Profiles of systems whose exports are known from their documentation: a few rows in that shape."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from ingestion.contract import Contract
from tests.ingestion.shapes import Shapes, lines

DAY = dt.date(2020, 3, 2)


@pytest.fixture
def shapes(tmp_path: Path, contracts: dict[str, Contract]) -> Shapes:
    return Shapes(tmp_path, contracts)


MARCH_2 = "/Date(1583107200000)/"


def test_successfactors_users_come_with_dates_of_odata(shapes: Shapes) -> None:
    user = {
        "__metadata": {"uri": "x"},
        "userId": "u1",
        "firstName": "Li",
        "lastName": "Na",
        "gender": "F",
        "hireDate": MARCH_2,
        "department": "Sales (10)",
        "jobCode": "SR1",
        "manager": {"userId": "u9"},
        "status": "t",
        "lastModifiedDateTime": "/Date(1583107200000+0000)/",
        "email": "li@example.com",
    }
    taken = shapes.only("successfactors", "employees", users_dot_jsonl=lines(user, {**user, "userId": None}))
    assert taken.rows == [
        {
            "employee_id": "u1",
            "name": "Li Na",
            "gender": "female",
            "department_id": "Sales (10)",
            "role_id": "SR1",
            "manager_id": "u9",
            "hired_on": DAY,
            "status": "active",
            "exported_at": dt.datetime(2020, 3, 2, tzinfo=dt.UTC),
        }
    ]
    assert (taken.codes, taken.aside) == (["empty"], ())


def test_the_user_data_file_of_successfactors_has_the_same_keys_in_capitals(shapes: Shapes) -> None:
    udf = (
        "STATUS,USERID,USERNAME,FIRSTNAME,LASTNAME,GENDER,MANAGER,HR,DEPARTMENT,JOBCODE,HIREDATE\n"
        "STATUS,USERID,Username,First Name,Last Name,Gender,Manager,Human Resource,Department,Job Code,"
        "Hire Date\n"
        "active,u1,lina,Li,Na,F,NO_MANAGER,h1,Sales,SR1,2020-03-02\n"
        "inactive,u2,wei,Wei,Wang,M,u1,h1,Sales,SR1,2020-03-02\n"
    )
    taken = shapes.only("successfactors", "employees", users_dot_csv=udf)
    told = [(row["employee_id"], row["status"], row.get("manager_id")) for row in taken.rows]
    assert told == [("u1", "active", None), ("u2", "left", "u1")]
    assert taken.bad == []  # The row of labels says the same as the header and is none of the rows.


def test_successfactors_job_rows_are_versions_of_an_employee(shapes: Shapes) -> None:
    job = {
        "seqNumber": 1,
        "jobCode": "SR1",
        "department": "Sales",
        "emplStatus": "A",
        "managerId": "NO_MANAGER",
    }
    jobs = lines(
        {"userId": "u1", "startDate": MARCH_2, **job},
        {"userId": "u1", "startDate": "/Date(1609459200000)/", **job, "jobCode": "SR2", "emplStatus": "T"},
        {"userId": "u7", "startDate": MARCH_2, **job},
    )
    employment = lines(
        {
            "personIdExternal": "p1",
            "userId": "u1",
            "startDate": MARCH_2,
            "originalStartDate": MARCH_2,
            "endDate": "/Date(1609372800000)/",
        }
    )
    personal = lines(
        {
            "personIdExternal": "p1",
            "startDate": MARCH_2,
            "firstName": "Old",
            "lastName": "Name",
            "gender": "F",
        },
        {
            "personIdExternal": "p1",
            "startDate": "/Date(1583193600000)/",
            "firstName": "Li",
            "lastName": "Na",
            "gender": "F",
        },
    )
    taken = shapes.only(
        "successfactors",
        "employees",
        job_dot_jsonl=jobs,
        employment_dot_jsonl=employment,
        personal_dot_jsonl=personal,
    )
    assert [(row["exported_at"].date(), row["role_id"], row["status"]) for row in taken.rows] == [
        (DAY, "SR1", "active"),
        (dt.date(2021, 1, 1), "SR2", "left"),
    ]
    assert {(row["name"], row["hired_on"], row["left_on"]) for row in taken.rows} == {
        ("Li Na", DAY, dt.date(2020, 12, 31))
    }
    assert [(row.number, row.column, row.code) for row in taken.bad] == [(3, "hired_on", "lookup_missing")]


@pytest.mark.parametrize(
    ("headers", "since", "status"),
    [
        ("人员编码,姓名,性别,部门名称,岗位,入职日期,在职状态", "2020-03-02", "在职"),
        ("人员编码,人员姓名,性别,部门,职务,到职日期,人员类别", "2020-03-02", "正式员工"),
        ("人员编码,人员名称,性别,行政部门,岗位名称,进入本单位时间,雇佣状态", "2020/3/2", "在职"),
    ],
)
def test_yonyou_lists_come_with_several_chinese_headers(
    headers: str, since: str, status: str, shapes: Shapes
) -> None:
    row = f"001,李娜,女,销售部,销售代表,{since},{status}"
    taken = shapes.only("yonyou", "employees", list_dot_csv=f"{headers},民族,自定义项\n{row},汉,x\n")
    assert taken.rows == [
        {
            "employee_id": "001",
            "name": "李娜",
            "gender": "female",
            "department_id": "销售部",
            "role_id": "销售代表",
            "hired_on": DAY,
            "status": "active",
        }
    ]
    assert taken.aside == ("yonyou.自定义项",)


def test_yonyou_u8_tables_and_interface_have_english_names_and_codes(shapes: Shapes) -> None:
    table = (
        "cPsn_Num,cPsn_Name,cDept_num,rSex,rEmployState,dEnterUnitDate,dLeaveDate,dLastDate\n"
        "001,李娜,0101,2,30,2020-03-02,2021-01-01,2021-01-02 10:00:00\n"
    )
    taken = shapes.only("yonyou", "employees", p_dot_csv=table, d_dot_csv="cDepCode,cDepName\n0101,销售部\n")
    (row,) = taken.rows
    assert (row["department_id"], row["status"], row["gender"]) == ("销售部", "left", "female")
    assert row["exported_at"] == dt.datetime(2021, 1, 2, 2, tzinfo=dt.UTC)  # Ten o'clock in Shanghai.
    person = {"code": "001", "name": "李娜", "cdept_num": "0101", "cdept_name": "销售部", "rsex": 2}
    person |= {"rEmployState": 10, "vjobname": "销售代表", "dEnterUnitDate": "2020-03-02", "vIDNo": "1101…"}
    taken = shapes.only("yonyou", "employees", api_dot_jsonl=lines(person))
    (row,) = taken.rows
    assert (row["role_id"], row["status"], taken.aside) == ("销售代表", "active", ())
