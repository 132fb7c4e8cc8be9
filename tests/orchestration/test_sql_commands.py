"""`scorehouse sql` and `export`: what a user would get, in files that say where they come from."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest
from python_calamine import CalamineWorkbook
from typer.testing import CliRunner

from orchestration import cli
from warehouse.errors import UsageError
from warehouse.grants import add_user
from warehouse.publish import publish
from warehouse.settings import HOME_VARIABLE, Settings

MARTS = """
create schema marts; create schema people;
create table marts.interview_results as
    select * from (values
        ('i1', 'c1', 'sales_rep', 'sales', 81.25, 'A', date '2026-07-01'),
        ('i2', 'c2', 'sales_rep', 'sales', 62.5, 'C', date '2026-07-01'),
        ('i3', 'c3', 'data_analyst', 'data', 90.0, 'S', date '2026-04-01')
    ) as t(interview_id, candidate_id, role_id, department_id, composite_score, grade, quarter_start);
create table marts.warehouse_run as
    select 'run1' as run_id, 'r-1' as rubric_version, 'w-1' as weights_version,
        timestamp '2026-09-30' as data_as_of;
create table people.candidates as select 'c1' as candidate_id, '测试甲' as name;
"""
PASSWORD = "a long enough password"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    made = Settings(home=tmp_path / "home").ensure()
    with duckdb.connect(str(made.build / "build.duckdb")) as connection:
        connection.execute(MARTS)
    publish(made, "run1")
    monkeypatch.setenv(HOME_VARIABLE, str(made.home))
    add_user(made, "ana", "analyst", PASSWORD)
    return made


def run(*arguments: str) -> str:
    """What the command prints; its error is raised."""
    found = CliRunner().invoke(cli.app, list(arguments))
    if found.exception is not None and not isinstance(found.exception, SystemExit):
        raise found.exception
    return found.stdout


def rows_of(path: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(path.read_text("utf-8-sig").splitlines()))


def test_a_query_into_a_file_of_each_format(settings: Settings, tmp_path: Path) -> None:
    sql = "select grade, composite_score from interview_results order by 1"
    for suffix in ("csv", "xlsx", "parquet"):
        said = run("sql", sql, "--to", str(tmp_path / f"out.{suffix}"))
        assert "3 rows" in said
    assert [row["grade"] for row in rows_of(tmp_path / "out.csv")] == ["A", "C", "S"]
    told = json.loads((tmp_path / "out.csv-metadata.json").read_text())
    assert (told["query"], told["rows"], told["rubric_version"]) == (sql, 3, "r-1")
    book = CalamineWorkbook.from_path(tmp_path / "out.xlsx")
    assert book.get_sheet_by_name("data").to_python()[1] == ["A", 81.25]
    assert pq.read_table(tmp_path / "out.parquet").num_rows == 3


def test_a_named_result_with_filters(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "q3.csv"
    run(
        "export",
        "results",
        "--where",
        "quarter_start=2026-Q3",
        "--where",
        "grade=A",
        "--where",
        "grade=S",
        "--to",
        str(path),
    )
    assert [row["interview_id"] for row in rows_of(path)] == ["i1"]
    told = json.loads(path.with_name("q3.csv-metadata.json").read_text())
    assert told["filters"] == {"quarter_start": "2026-07-01", "grade": "A, S"}
    assert told["title"] == "marts.interview_results"


def test_a_filter_is_a_value_and_never_sql(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "none.csv"
    run("export", "results", "--where", "grade=A' or '1'='1", "--to", str(path))
    assert rows_of(path) == []


def test_as_a_user_it_holds_what_the_user_sees(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "as.csv"
    run("export", "results", "--as", "ana", "--to", str(path))
    assert len(rows_of(path)) == 3
    assert json.loads(path.with_name("as.csv-metadata.json").read_text())["exported_by"] == "ana"
    with pytest.raises(UsageError, match="no result named 'candidates'"):
        run("export", "candidates", "--as", "ana", "--to", str(path))
    assert "candidate_id" in run("export", "candidates", "--to", str(path)) + path.read_text("utf-8-sig")


def test_the_effective_query_is_shown(settings: Settings) -> None:
    said = run("sql", "select grade from interview_results", "--as", "ana", "--effective")
    assert 'm."grade"' in said
    assert run("sql", "select 1 as x", "--effective") == "select 1 as x\n"


def test_a_query_is_explained_in_words_and_for_the_operator_by_its_plan(settings: Settings) -> None:
    sql = "select grade, count(*) from interview_results group by 1 order by 1"
    said = run("sql", sql, "--explain", "--lang", "zh")
    assert "读取 marts.interview_results" in said
    assert "分组汇总" in said
    assert "SEQ_SCAN" in said
    assert "SEQ_SCAN" not in run("sql", sql, "--explain", "--as", "ana")


def test_exports_are_audited(settings: Settings, tmp_path: Path) -> None:
    run("export", "results", "--as", "ana", "--to", str(tmp_path / "a.parquet"))
    log = (settings.home / "audit" / "audit.jsonl").read_text()
    assert '"action":"export"' in log.splitlines()[-1]
    assert '"rows":3' in log.splitlines()[-1]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("export", "--to", "x.csv"), "Name one result"),
        (("export", "results", "--sql", "select 1", "--to", "x.csv"), "Name one result"),
        (("export", "--sql", "select 1", "--where", "a=1", "--to", "x.csv"), "goes with a named result"),
        (("export", "nobody", "--to", "x.csv"), "There is no result named 'nobody'"),
        (("export", "results", "--where", "salary=1", "--to", "x.csv"), "'salary=1' is no filter"),
        (("export", "results", "--to", "x.docx"), "does not say its format"),
        (("export", "results", "--to", "/nowhere/x.csv"), "cannot be written"),
        (("export", "results", "--to", "x.csv", "--lang", "fr"), "'fr' is not a language"),
        (("sql", "select 1", "--explain", "--effective"), "Choose one"),
    ],
)
def test_wrong_usage_is_one_sentence_and_leaves_no_file(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    sentence: str,
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    with pytest.raises(UsageError, match=sentence):
        run(*arguments)
    assert list(empty.iterdir()) == []


def test_a_failed_export_leaves_no_half_a_file(settings: Settings, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    with pytest.raises(Exception, match=r"no column|not found"):
        run("export", "--sql", "select salary from interview_results", "--to", str(folder / "x.csv"))
    assert list(folder.iterdir()) == []


def test_a_table_wider_than_the_terminal_is_written_a_column_a_line() -> None:
    import pyarrow as pa

    from warehouse.exports import to_text

    table = pa.table({"id": ["i1", "i2"], "名称": ["测试甲", None]})
    assert to_text(table, width=8).decode() == (
        "── 1 ────\nid    i1\n名称  测试甲\n── 2 ────\nid    i2\n名称\n(2 rows)\n"
    )
    assert to_text(table, width=80) == to_text(table)
