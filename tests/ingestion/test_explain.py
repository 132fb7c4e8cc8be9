"""`--explain`: how a file would be read, and nothing is written."""

from __future__ import annotations

import gzip
import json
import zipfile
from pathlib import Path

import pytest

from ingestion.explaining.explain import explain, explain_files
from ingestion.explaining.explanation import Explanation
from ingestion.rows.typed_rows import RowTyper
from tests.ingestion.house import House
from warehouse.errors import UsageError
from warehouse.settings import Settings

STAFF = (
    "工号,姓名,性别（男/女）,入职日期,hire_date,月薪（元）,情绪分,备注\n"
    "E1,张三,男,13/2/2025,,1.5万,80,a\n"
    "E2,李四,女,1/2/2025,,15-20k,80,b\n"
    ",王五,女,2025-03-01,,面议,80,c\n"
    "E4,赵六,女,,2025-03-02,9000,80,d\n"
)


def said(house: House, path: Path, source: str | None = None) -> str:
    """All lines, blanks made one."""
    lines = explain_files(house.settings, [path], source)
    return "\n".join(" ".join(line.split()) for line in lines)


def snapshot(settings: Settings) -> dict[str, tuple[int, int]]:
    """Every file and folder below the home, with its size and time."""
    return {
        str(path): (path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(settings.home.rglob("*"))
    }


def test_each_header_each_column_and_each_row_is_explained(house: House) -> None:
    text = said(house, house.drop("employees", "staff.csv", STAFF.encode("gb18030")))
    for line in (
        "employees/staff.csv",
        "format CSV, GB18030, comma · headers in row 1",
        "goes to employees: its folder says so",
        "工号 → employee_id one of its aliases",
        "性别（男/女） → gender its alias 性别; 男/女 beside it changes nothing",
        "月薪（元） → monthly_salary its alias 月薪; 元 beside it changes nothing",
        "hire_date → hired_on one of its aliases; counts only where 入职日期 is empty",
        "情绪分 dropped: emotion is never scored",
        "备注 kept aside: the contract does not know it",
        "name 4 read · 0 empty",
        "hired_on 4 read · 0 empty",
        "hired_on day first: dates exist as 1 values only with the day first, 0 only with the month",
        "result of 4 rows 2 would be kept, 2 quarantined",
    ):
        assert line in text.splitlines(), line
    assert (
        "monthly_salary 2 read · 0 empty · 2 not accepted: 2 × not_a_number (row 2: '15-20k' is a range"
        in text
    )


def test_what_is_explained_is_what_an_ingestion_does(house: House) -> None:
    path = house.drop("employees", "staff.csv", STAFF)
    (way,) = explain(house.settings, path)[0].ways
    (report,) = house.run().files
    assert (way.kept, way.quarantined) == (report.kept, report.quarantined) == (2, 2)


def test_nothing_below_the_home_changes(house: House) -> None:
    house.drop("employees", "staff.csv", STAFF)
    house.drop("inbox", "a.csv.gz", gzip.compress(STAFF.encode()))
    with zipfile.ZipFile(house.settings.landing / "all.zip", "w") as archive:
        archive.writestr("员工.csv", STAFF)
    before = snapshot(house.settings)
    list(explain_files(house.settings))
    assert snapshot(house.settings) == before


def test_a_home_that_is_not_there_yet_is_not_made(house: House, tmp_path: Path) -> None:
    file = tmp_path / "staff.csv"
    file.write_text(STAFF)
    settings = Settings(home=tmp_path / "nowhere", dbt_project=house.settings.dbt_project)
    assert explain(settings, file)[0].ways[0].source == "employees"
    assert not settings.home.exists()


def test_the_nearest_source_of_a_file_in_no_known_folder_is_proposed(house: House, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_text("姓名,部门,入职日期\n张三,技术部,2025-03-01\n")
    text = said(house, file)
    assert "nearest employees: 3 of 3 headers are known there; missing: employee_id" in text
    assert "张三" not in text


def test_dates_whose_order_nothing_tells_are_not_kept(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ingestion.values.date_order.scan", lambda *_: {})
    content = b"employee_id,hired_on\nE1,13/2/2020\nE2,2020-02-01\n"
    text = said(house, house.drop("employees", "staff.csv", content))
    assert "result of 2 rows 1 would be kept, 1 quarantined" in text.splitlines()
    assert "1 × date_order_unknown" in text


def test_a_missing_required_column_is_named_and_no_row_is_promised(house: House) -> None:
    text = said(house, house.drop("employees", "e.csv", "工号,姓名\nE1,张三\n"))
    assert "missing the required column hired_on" in text
    assert "it would be rejected: it lacks hired_on." in text
    assert "would be kept" not in text


def test_private_values_are_never_shown(house: House) -> None:
    header = "候选人ID,姓名,出生年份,电话\n"
    path = house.drop("candidates", "c.csv", header + "C1,机密姓名,机密年份,13912345678\nC2,甲,1800,2\n")
    text = said(house, path)
    assert "2 × " not in text
    assert "birth_year 0 read · 0 empty · 2 not accepted" in text
    for secret in ("机密", "1800", "139"):
        assert secret not in text


def test_a_first_row_that_is_no_header_is_not_shown(house: House) -> None:
    text = said(house, house.drop("employees", "e.csv", "E1,张三,2025-03-01\nE2,李四,2025-03-01\n"))
    assert "张三" not in text
    assert "it would be rejected" in text


def test_every_member_of_an_archive_is_explained(house: House, tmp_path: Path) -> None:
    file = tmp_path / "export.zip"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("employees.csv", STAFF)
        archive.writestr("notes.txt", "nothing here\n")
    first, second = explain(house.settings, file)
    assert (first.file, first.ways[0].source) == ("export.zip › employees.csv", "employees")
    assert second.ways == ()
    assert second.message


@pytest.mark.parametrize(
    "content", [b"", b"\x00\x01\x02" * 99, b"PK\x03\x04broken", b"\x1f\x8bbroken", b"%PDF-1"]
)
def test_whatever_a_file_is_it_is_one_sentence(house: House, content: bytes) -> None:
    (explanation,) = explain(house.settings, house.drop("employees", "e.csv", content))
    lines = list(explanation.lines())
    assert any("result" in line for line in lines)
    assert all("\n" not in line for line in lines)


def test_a_file_that_is_not_there_is_a_sentence_and_an_unknown_source_is_wrong_usage(house: House) -> None:
    (explanation,) = explain(house.settings, house.settings.landing / "employees" / "gone.csv")
    assert explanation.message == "could not be read (no such file or directory)."
    with pytest.raises(UsageError, match="There is no source 'nobody'"):
        explain(house.settings, house.settings.landing, "nobody")


def test_json_lines_and_control_characters_in_headers(house: House) -> None:
    row = {"employee_id": "E1", "hired_on": "2025-03-01", "a\x1b[31mb\n": "x"}
    text = said(house, house.drop("employees", "e.jsonl", json.dumps(row) + "\n"))
    assert "a�[31mb kept aside" in text
    assert "of 1 rows 1 would be kept" in text


def test_the_whole_file_is_not_held_in_memory(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes: list[int] = []
    read = RowTyper.read

    def watched(typer: RowTyper, batch: object) -> object:
        sizes.append(len(batch.numbers))  # type: ignore[attr-defined]
        return read(typer, batch)  # type: ignore[arg-type]

    monkeypatch.setattr(RowTyper, "read", watched)
    rows = "".join(f"E{n},2025-03-01\n" for n in range(150_000))
    (explanation,) = explain(house.settings, house.drop("employees", "e.csv", "工号,入职日期\n" + rows))
    assert isinstance(explanation, Explanation)
    assert explanation.ways[0].kept == sum(sizes) == 150_000
    assert max(sizes) < 150_000
