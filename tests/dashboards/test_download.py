"""The download: what Excel shows is what was meant."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import pyarrow as pa

from dashboards.ask import marts, sql_of
from dashboards.catalogue import words_in
from dashboards.download import as_csv
from tests.dashboards.test_queries import EVERYTHING
from warehouse.viewer import Viewer


def results(home: Path, **parameters: object) -> pa.Table:
    sql = sql_of("results")
    known = {**EVERYTHING, **parameters}
    used = {key: known[key] for key in known if f"${key}" in sql}
    return marts(str(home)).query(sql, used, viewer=Viewer("hr", "hr"))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_file_starts_with_a_byte_order_mark_and_chinese_headers(marts_home: Path) -> None:
    content = as_csv(results(marts_home), words_in("zh"))
    assert content.startswith(b"\xef\xbb\xbf")
    assert "综合分" in content.decode("utf-8-sig").splitlines()[0]


def test_the_file_holds_the_filtered_rows_with_exact_scores(marts_home: Path) -> None:
    table = results(marts_home, grade="S", row_limit=1000)
    rows = rows_of(as_csv(table, words_in("zh")))
    assert [float(row["综合分"]) for row in rows] == table.column("composite_score").to_pylist()
    assert {row["等级"] for row in rows} == {"S"}


def test_a_name_that_looks_like_a_formula_is_not_run(marts_home: Path) -> None:
    table = results(marts_home, row_limit=1)
    at = table.schema.get_field_index("name")
    table = table.set_column(at, "name", pa.array(["=HYPERLINK(1)"]))
    assert rows_of(as_csv(table, words_in("zh")))[0]["姓名"] == "'=HYPERLINK(1)"


def test_codes_are_written_in_the_reader_s_words(marts_home: Path) -> None:
    (row,) = rows_of(as_csv(results(marts_home, row_limit=1, grade="S"), words_in("zh")))
    assert (row["状态"], row["建议"], row["前10%"]) == ("已评分", "建议进入复试", "是")
