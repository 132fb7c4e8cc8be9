"""HR's page of the audit log, and what pages write into it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.visitors import Visitor, sentences
from warehouse import audit, audit_log
from warehouse.audit import record
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.vault import Vault
from warehouse.viewer import OPERATOR


@pytest.fixture
def home(marts_home: Path, tmp_path: Path) -> Path:
    """The marts of the other tests under a log of its own: a query, and a view of C17."""
    shutil.copytree(marts_home / "published", tmp_path / "home" / "published", symlinks=True)
    settings = Settings(home=tmp_path / "home").ensure()
    Vault.open(settings).keys_for(["candidate:C17"])
    record(settings, who="dora", role="department_head", action="query", rows=12, sql="ab12")
    record(settings, who="hr", role="hr", action="view_person", subject="candidate:C17")
    return settings.home


def column(app: AppTest, name: str) -> list[object]:
    return list(app.dataframe[0].value[name])


def test_the_page_says_that_the_log_holds_and_shows_the_latest_first(home: Path, visit: Visitor) -> None:
    app = visit(home, "audit")
    assert not app.exception
    assert app.title[0].value == "审计记录完整：2 条，没有被改动"
    assert column(app, "action") == ["查看个人结果", "查询"]
    assert column(app, "subject") == ["候选人 C17", ""]
    assert column(app, "role") == ["人事", "部门负责人"]


def test_in_english_too(home: Path, visit: Visitor) -> None:
    app = visit(home, "audit", lang="en")
    assert not app.exception
    assert app.title[0].value.replace("\\", "") == "The audit log is whole: 2 lines, none changed"
    assert column(app, "action") == ["Person's result viewed", "Query"]


def test_people_stand_in_it_by_name(home: Path, visit: Visitor) -> None:
    settings = Settings(home=home)
    sql = "select candidate_id, name from people.candidates order by candidate_id limit 1"
    who = Marts(settings).query(sql, viewer=OPERATOR).to_pylist()[0]
    Vault.open(settings).keys_for([f"candidate:{who['candidate_id']}"])
    record(settings, who="hr", role="hr", action="view_person", subject=f"candidate:{who['candidate_id']}")
    app = visit(home, "audit")
    assert not app.exception
    assert column(app, "subject")[0] == f"{who['name']}（{who['candidate_id']}）"


@pytest.mark.parametrize(
    ("url", "numbers"),
    [
        ({"action": "query"}, [1]),
        ({"who": "hr"}, [2]),
        ({"subject": "C17"}, [2]),
        ({"subject": "candidate:C17", "action": "query"}, []),
        ({"until": "2026-01-01"}, []),
        ({"since": "no day"}, [2, 1]),
    ],
)
def test_links_carry_the_filters(home: Path, visit: Visitor, url: dict[str, str], numbers: list[int]) -> None:
    app = visit(home, "audit", **url)
    assert not app.exception
    assert (column(app, "number") if app.dataframe else []) == numbers
    assert ("没有符合条件的记录" in sentences(app)) == (not numbers)


def test_a_changed_line_is_named_in_the_title(home: Path, visit: Visitor) -> None:
    path = audit.log_file(Settings(home=home))
    path.write_bytes(path.read_bytes().replace(b'"rows":12', b'"rows":13'))
    app = visit(home, "audit")
    assert app.title[0].value == "审计记录不完整：第 1 行被改动过，或不是本系统写的"
    assert "line 1 was changed" in visit(home, "audit", lang="en").title[0].value


def test_a_view_of_a_person_is_recorded_once_a_visit(home: Path, visit: Visitor) -> None:
    settings = Settings(home=home)
    app = visit(home, "candidate", interview="I000074")
    app.run()
    app.run()
    assert not app.exception
    views = audit_log.entries(settings, action="view_person")
    assert len(views) == 2, "the one of the fixture and this one"
    assert views[0].who == "hr"
    visit(home, "candidate", interview="I000074")
    assert len(audit_log.entries(settings, action="view_person")) == 3


def test_a_person_is_not_shown_when_the_view_cannot_be_recorded(home: Path, visit: Visitor) -> None:
    path = audit.log_file(Settings(home=home))
    path.unlink()
    path.mkdir()
    app = visit(home, "candidate", interview="I000074")
    assert not app.title
    assert not app.dataframe
    assert "暂时无法读取数据" in sentences(app)


def test_the_own_account_shows_password_and_second_factor(home: Path, visit: Visitor) -> None:
    app = visit(home, "account")
    assert not app.exception
    assert app.title[0].value == "我的账号：hr"
    app.button(key="begin_factor").click().run()
    assert not app.exception
    assert len(app.code[0].value) == 32
    app.text_input[0].set_value("000000")
    app.button[0].click().run()
    assert "验证码不对" in app.error[0].value
