"""The quarantine as a tool: taken along as a file, and still quick when a hundred thousand rows wait."""

from __future__ import annotations

import csv
import io
import time
from collections import Counter
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dashboards.ask import marts, sql_of
from dashboards.catalogue import words_in
from dashboards.download import QUARANTINE, as_csv
from tests.dashboards.test_health import home_with
from tests.dashboards.test_queries import EVERYTHING, READER
from tests.dashboards.visitors import Visitor

SECONDS = 10.0
MANY = 120_000


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """36 rows wait and 8 are settled."""
    return home_with(tmp_path_factory.mktemp("quarantine"))


@pytest.fixture(scope="module")
def crowded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with 120,000 more quarantined rows in 2,000 files."""
    return home_with(
        tmp_path_factory.mktemp("crowded"),
        "insert into marts.quarantine select 'answers', 'answers/' || i % 2000 || '.csv', 'f' || i % 2000, i,"
        " 'text', null, ['empty', 'undecodable', 'not_json'][1 + i % 3], 'it is so', 'answers@1',"
        f" timestamp '2026-09-29' + to_seconds(i), 'open', null, null, null from range({MANY}) t (i)",
        "insert into marts.ingest_health by name"
        " select 'answers' as source, 'answers/' || i || '.csv' as file, 'f' || i as file_id,"
        " 100 + i as arrival_seq, 'ingested' as status, 60 as rows_in, 0 as kept, 0 as duplicates,"
        " 60 as quarantined, true as is_balanced, 0 as released, 60 as open_quarantined,"
        " timestamp '2026-09-29' as ingested_at from range(2000) t (i)",
    )


def test_many_quarantined_rows_are_capped_and_said_in_time(visit: Visitor, crowded: Path) -> None:
    started = time.monotonic()
    app = visit(crowded, "health")
    assert time.monotonic() - started < SECONDS
    assert not app.exception
    rows, files = (app.dataframe[index].value for index in (1, 2))
    assert (len(rows), len(files)) == (1000, 1000)
    captions = [caption.value for caption in app.caption]
    assert any("1,000" in caption and "120,036" in caption for caption in captions)
    assert any("1,000" in caption and "2,020" in caption for caption in captions)


def downloaded(home: Path, **wanted: object) -> list[dict[str, str]]:
    sql = sql_of("quarantine_rows")
    known = {**EVERYTHING, "row_limit": 100_000, **wanted}
    used = {name: value for name, value in known.items() if f"${name}" in sql}
    table = marts(str(home)).query(sql, used, viewer=READER)
    content = as_csv(table, words_in("zh"), QUARANTINE, ZoneInfo("Asia/Shanghai"))
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_the_download_has_all_rows_of_the_choice_in_words_and_local_time(home: Path) -> None:
    rows = downloaded(home, source="applications")
    assert len(rows) == 5
    assert Counter((row["来源"], row["原因"], row["处理状态"]) for row in rows) == {
        ("应聘", "不是数字", "待处理"): 3,
        ("应聘", "不是数字", "已放行"): 2,
    }
    assert {row["隔离时间"] for row in rows} == {"2026-09-30 07:00:00"}
    assert {row["放行方式"] for row in rows} == {"", "新文件已改好"}
    assert {row["说明"] for row in rows} == {"'面议' is not a number"}


def test_a_download_of_a_hundred_thousand_quarantined_rows_comes_in_time(crowded: Path) -> None:
    started = time.monotonic()
    assert len(downloaded(crowded, state="open")) == 100_000
    assert time.monotonic() - started < SECONDS
