"""Exports of a handful of invented people whose results a person can work out; all ids begin with CASE.

Vendor scores of equal height in every competency make that height the composite.
"""

from __future__ import annotations

import csv
import json
import os
import shutil
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import xlsxwriter

from warehouse.settings import REPOSITORY

Row = dict[str, Any]
VENDOR = "示例厂商"
# interview, candidate, role, scenario, completed, composite
INTERVIEWS = (
    # The last second of a quarter in Shanghai and the first of the next, told in UTC and in local time.
    ("CASE-Q2", "CASE-A", "sales_rep", "external", "2025-06-30T15:59:59+00:00", 81),
    ("CASE-Q3", "CASE-B", "sales_rep", "external", "2025-06-30T16:00:00+00:00", 82),
    ("CASE-Q3-LOCAL", "CASE-C", "sales_rep", "external", "2025-07-01 00:00:00", 83),
    # Who came again after a course, and who was asked to add something.
    ("CASE-AGAIN-1", "CASE-D", "sales_rep", "external", "2025-05-10 10:00:00", 62),
    ("CASE-AGAIN-2", "CASE-D", "sales_rep", "external", "2025-08-20 10:00:00", 74),
    ("CASE-MORE-1", "CASE-E", "sales_rep", "external", "2025-05-11 10:00:00", 65),
    ("CASE-MORE-2", "CASE-E", "sales_rep", "external", "2025-05-30 10:00:00", 70),
    # Two people of one name.
    ("CASE-NAME-1", "CASE-F", "sales_rep", "external", "2025-05-12 10:00:00", 84),
    ("CASE-NAME-2", "CASE-G", "sales_rep", "external", "2025-05-13 10:00:00", 85),
    # Somebody who left and came back.
    ("CASE-BACK-1", "CASE-H", "sales_rep", "external", "2025-02-10 10:00:00", 80),
    ("CASE-BACK-2", "CASE-H", "sales_rep", "external", "2025-05-28 10:00:00", 88),
    # Interviews on the day before somebody changes department, on that day, and after a course at work.
    ("CASE-MOVE-1", "CASE-I", "rd_manager", "training", "2025-11-14 23:59:59", 60),
    ("CASE-MOVE-2", "CASE-I", "rd_manager", "promotion", "2025-11-15 00:00:00", 86),
    ("CASE-MOVE-3", "CASE-I", "rd_manager", "promotion", "2026-01-20 10:00:00", 91),
    # A grade that no pay band is defined for.
    ("CASE-NO-PAY", "CASE-J", "sales_rep", "external", "2025-05-14 10:00:00", 69.99),
    # Who failed twice and joined after the third: one person who came back.
    ("CASE-TWICE-1", "CASE-L", "sales_rep", "external", "2025-04-08 10:00:00", 50),
    ("CASE-TWICE-2", "CASE-L", "sales_rep", "external", "2025-06-18 10:00:00", 55),
    ("CASE-TWICE-3", "CASE-L", "sales_rep", "external", "2025-08-26 10:00:00", 82),
    # Told as of the last evening of a quarter, and corrected to the first morning of the next.
    ("CASE-REDATED", "CASE-M", "sales_rep", "external", "2025-09-30 23:50:00", 77),
)
LATE = ("CASE-LATE", "CASE-K", "sales_rep", "external", "2025-10-05 10:00:00", 95)
REDATED = ("CASE-REDATED", "CASE-M", "sales_rep", "external", "2025-10-01 00:10:00", 77)
NAMES = {"CASE-F": "王伟", "CASE-G": "王伟"}
# application, candidate, applied, outcome, offered, salary, employee
APPLICATIONS = (
    ("CASE-AP-F", "CASE-F", "2025-05-01 09:00:00", "已录用", "2025-05-20 09:00:00", "16,000元", "CASE-E-F"),
    ("CASE-AP-G", "CASE-G", "2025-05-01 09:00:00", "未通过", "", "", ""),
    ("CASE-AP-H1", "CASE-H", "2025-02-01 09:00:00", "已录用", "2025-02-20 09:00:00", "1.5万", "CASE-E-H"),
    ("CASE-AP-H2", "CASE-H", "2025-05-25 09:00:00", "已录用", "2025-05-30 09:00:00", "17500", "CASE-E-H"),
    ("CASE-AP-L", "CASE-L", "2025-08-20 09:00:00", "已录用", "2025-09-01 09:00:00", "15500", "CASE-E-L"),
    ("CASE-AP-J", "CASE-J", "2025-05-02 09:00:00", "已放弃", "2025-05-21 09:00:00", "9000", ""),
)
APPLICATION_HEADERS = (
    "申请编号",
    "候选人编号",
    "申请时间",
    "结果",
    "录用时间",
    "录用月薪",
    "员工编号",
    "岗位编号",
)
EMPLOYEE_HEADERS = (
    *("员工编号", "候选人编号", "姓名", "部门编号", "岗位编号", "入职日期", "离职日期", "月薪", "员工状态"),
    "导出时间",
)
SALES, RESEARCH = ("sales", "sales_rep"), ("technology", "rd_manager")
EMPLOYEES = (
    ("CASE-E-F", "CASE-F", "王伟", *SALES, "2025-06-01", "", 16000, "在职", "2025-07-01 00:00:00"),
    # The same name, and nobody's candidate.
    ("CASE-E-X", "", "王伟", *SALES, "2020-01-01", "", 15000, "在职", "2025-07-01 00:00:00"),
    ("CASE-E-H", "CASE-H", "赵敏", *SALES, "2025-03-01", "", 15000, "在职", "2025-04-01 00:00:00"),
    ("CASE-E-H", "CASE-H", "赵敏", *SALES, "2025-03-01", "2025-05-20", 15000, "离职", "2025-06-01 00:00:00"),
    ("CASE-E-H", "CASE-H", "赵敏", *SALES, "2025-06-05", "", 17500, "在职", "2025-07-01 00:00:00"),
    ("CASE-E-L", "CASE-L", "李来", *SALES, "2025-09-15", "", 15500, "在职", "2025-10-01 00:00:00"),
    ("CASE-E-I", "CASE-I", "钱进", *SALES, "2024-06-01", "", 20000, "在职", "2025-11-01 00:00:00"),
    ("CASE-E-I", "CASE-I", "钱进", *RESEARCH, "2024-06-01", "", 20000, "在职", "2025-11-15 00:00:00"),
    ("CASE-E-O", "", "孙立", *SALES, "2024-01-01", "", 15000, "在职", "2025-10-01 00:00:00"),
)
# An older export that arrives after the newer one.
OLDER = (("CASE-E-O", "", "孙立", *SALES, "2024-01-01", "", 12000, "在职", "2025-07-01 00:00:00"),)
# The review of June belongs to the second stay, though it is near three months after the first began.
REVIEWS = (("CASE-E-H", "2025-06-30", 88), ("CASE-E-H", "2025-09-30", 91), ("CASE-E-I", "2025-10-31", 90))
# One as a candidate, before and after the second interview, and one as an employee.
COURSES = (
    ("CASE-D", "course_logic", "2025-09-01 10:00:00"),
    ("CASE-D", "course_communication", "2025-06-15 10:00:00"),
    ("CASE-E-I", "course_teamwork", "2025-12-01 10:00:00"),
)
SUPPLEMENTS = {"CASE-MORE-2": "CASE-MORE-1"}


def competencies() -> list[str]:
    """Every competency of the seeds."""
    with (REPOSITORY / "dbt_project" / "seeds" / "competencies.csv").open(encoding="utf-8") as file:
        return [row["competency_id"] for row in csv.DictReader(file)]


def write_first_files(landing: Path) -> None:
    """What arrives first; the interview that comes late is only started, and its scores are 70."""
    scores = [*INTERVIEWS, (*LATE[:5], 70)]
    started = interview(LATE) | {"status": "started", "completed_at": None}
    _jsonl(landing / "interviews" / "cases.jsonl", [*map(interview, INTERVIEWS), started])
    _csv(landing / "vendor_scores" / "cases.csv", SCORE_HEADERS, vendor_scores(scores))
    people = sorted({row[1] for row in scores})
    names = [(person, NAMES.get(person, f"案例{place}")) for place, person in enumerate(people)]
    _csv(landing / "candidates" / "cases.csv", ("候选人编号", "姓名"), names)
    rows = [(*row, "sales_rep") for row in APPLICATIONS]
    _xlsx(landing / "applications" / "cases.xlsx", APPLICATION_HEADERS, rows)
    _csv(landing / "employees" / "cases.csv", EMPLOYEE_HEADERS, EMPLOYEES, encoding="gb18030")
    _csv(landing / "performance_reviews" / "cases.csv", ("employee_id", "period_end", "score"), REVIEWS)
    _csv(landing / "training_records" / "cases.csv", ("人员编号", "课程编号", "完成时间"), COURSES)


def write_late_files(landing: Path) -> None:
    """What corrects it afterwards, and a file that is there already under another name."""
    _jsonl(landing / "interviews" / "cases_late.jsonl", [interview(LATE), interview(REDATED)])
    _csv(landing / "vendor_scores" / "cases_late.csv", SCORE_HEADERS, vendor_scores([LATE]))
    _csv(landing / "employees" / "cases_older.csv", EMPLOYEE_HEADERS, OLDER, encoding="gb18030")
    shutil.copyfile(landing / "interviews" / "cases.jsonl", landing / "interviews" / "cases_again.jsonl")
    later = time.time() + 5
    for path in (
        *("interviews/cases_late.jsonl", "interviews/cases_again.jsonl", "vendor_scores/cases_late.csv"),
        "employees/cases_older.csv",
    ):
        os.utime(landing / path, (later, later))


SCORE_HEADERS = ("interview_id", "competency_id", "score", "vendor")


def vendor_scores(interviews: Sequence[Sequence[Any]]) -> list[tuple[Any, ...]]:
    return [(row[0], name, row[5], VENDOR) for row in interviews for name in competencies()]


def interview(given: Sequence[Any]) -> Row:
    name, candidate, role, scenario, completed, _ = given
    return {
        "interview_id": name,
        "candidate_id": candidate,
        "role_id": role,
        "scenario": scenario,
        "batch_id": "CASE-BATCH",
        "status": "completed",
        "invited_at": completed[:10] + "T00:00:00+08:00",
        "completed_at": completed,
        "supplement_of": SUPPLEMENTS.get(name),
    }


def _jsonl(path: Path, rows: Sequence[Row]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows), encoding="utf-8")


def _csv(path: Path, headers: Sequence[str], rows: Sequence[Sequence[Any]], encoding: str = "utf-8") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding=encoding, newline="") as file:
        csv.writer(file).writerows([headers, *rows])


def _xlsx(path: Path, headers: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with xlsxwriter.Workbook(str(path)) as book:
        sheet = book.add_worksheet("applications")
        for number, row in enumerate([headers, *rows]):
            sheet.write_row(number, 0, row)
