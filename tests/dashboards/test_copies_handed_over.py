"""HR notes on the page Trust that a copy was handed over; others are not offered it."""

from __future__ import annotations

import datetime as dt
import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.visitors import Visitor
from warehouse.receipts import answered
from warehouse.settings import Settings


@pytest.fixture
def home(marts_home: Path, tmp_path: Path) -> Path:
    """The invented marts, and one request for a copy that came in."""
    home = tmp_path / "home"
    shutil.copytree(marts_home, home, symlinks=True)
    folder = home / "raw" / "privacy_requests"
    folder.mkdir(parents=True, exist_ok=True)
    moment = dt.datetime(2026, 9, 1, tzinfo=dt.UTC)
    row = {"request_id": "R1", "candidate_id": "person-1", "kind": "export", "requested_at": moment}
    pq.write_table(pa.Table.from_pylist([row]), folder / "requests.parquet")
    return home


def submitted(page: AppTest, how: str) -> AppTest:
    next(field for field in page.text_input if field.label == "怎样交付").input(how)
    return next(button for button in page.button if button.label == "记为已交付").click().run()


def test_a_copy_is_noted_with_the_way_it_went_and_then_gone_from_the_list(home: Path, visit: Visitor) -> None:
    page = visit(home, "trust")
    assert [box.options for box in page.selectbox if box.label == "谁的请求"] == [["person-1 · 2026年9月1日"]]

    page = submitted(page, " ")
    assert [one.value for one in page.error] == ["请写明怎样交付（不要写姓名）"]
    assert answered(Settings(home=home)) == set()

    page = submitted(page, "邮寄")
    assert not page.exception and answered(Settings(home=home)) == {"R1"}
    assert "已记下，下一次构建后台账显示已办结" in [one.value for one in page.success]
    assert "谁的请求" not in [box.label for box in page.selectbox]


def test_nothing_is_offered_where_no_request_waits(marts_home: Path, visit: Visitor) -> None:
    assert "谁的请求" not in [box.label for box in visit(marts_home, "trust").selectbox]
