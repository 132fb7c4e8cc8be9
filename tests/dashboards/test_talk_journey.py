"""HR mentions the head of a department in a browser, the head reads and replies, HR sees it; others never."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.browsing import MILLISECONDS, serving
from tests.dashboards.portal_people import PASSWORD, answers
from warehouse import grants, sessions
from warehouse.settings import Settings
from warehouse.viewer import Viewer

pytestmark = pytest.mark.browser

SOMEBODY = """
    select interview_id, candidate_id, department_id from marts.interview_results as i
    where i.status = 'scored' and not exists (
        select 1 from marts.interview_comments as c where c.interview_id = i.interview_id
    ) order by interview_id limit 1
"""
ROLES = {"hr": "hr", "head": "department_head", "person": "candidate"}


@pytest.fixture(scope="module")
def home(own_demo_home: Settings) -> Path:
    return own_demo_home.home


@pytest.fixture(scope="module")
def interview(home: Path) -> str:
    settings = Settings(home=home)
    (row,) = answers(settings, SOMEBODY)
    grants.add_user(settings, "head", "department_head", PASSWORD)
    grants.grant(settings, "head", row["department_id"], author="hr")
    grants.add_user(settings, "person", "candidate", PASSWORD, candidate_id=row["candidate_id"])
    return str(row["interview_id"])


@pytest.fixture(scope="module")
def address(home: Path, interview: str) -> Iterator[str]:
    with serving(home) as (found, _):
        yield found


def as_(browser: Any, home: Path, address: str, name: str, path: str) -> Any:
    """A page in the browser of somebody whose session is open."""
    port = address.rstrip("/").rpartition(":")[2]
    token = sessions.open_session(Settings(home=home), Viewer(name, ROLES[name]))
    context = browser.new_context(viewport={"width": 1440, "height": 1000}, locale="zh-CN")
    context.add_cookies([{"name": f"scorehouse_session_{port}", "value": token, "url": address}])
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    page.goto(f"{address}/{path}")
    return page


def write(page: Any, text: str) -> None:
    field = page.get_by_label("评论", exact=True)
    field.fill(text)
    field.press("Tab")


def test_hr_mentions_the_head_who_replies_and_the_candidate_sees_none_of_it(
    browser: Any, home: Path, address: str, interview: str
) -> None:
    hr = as_(browser, home, address, "hr", f"candidate?interview={interview}")
    hr.get_by_role("heading", name="沟通与补充面试").wait_for()
    write(hr, "请部门核实第二题")
    hr.get_by_label("@ 请谁看").click()
    hr.get_by_role("option", name="head（部门负责人）").click()
    hr.keyboard.press("Escape")
    hr.get_by_role("button", name="发表评论").click()
    hr.get_by_text("评论已发表").wait_for()

    head = as_(browser, home, address, "head", "overview")
    head.get_by_role("link", name="收件箱 · ").click()
    head.get_by_role("heading", name="1 条提到您的评论未读").wait_for()
    head.locator(f"a[href*='interview={interview}']").first.click()
    head.get_by_text("请部门核实第二题").wait_for()
    write(head, "已核实，属实")
    head.get_by_role("button", name="发表评论").click()
    head.get_by_text("评论已发表").wait_for()
    head.get_by_role("link", name="收件箱").click()
    head.get_by_role("button", name="标为未读").wait_for()

    hr.reload()
    hr.get_by_text("已核实，属实").wait_for()

    person = as_(browser, home, address, "person", "my_result")
    person.get_by_label("您的问题").fill("怎样提高？")
    person.get_by_label("您的问题").press("Tab")
    person.get_by_role("button", name="提交问题").click()
    person.get_by_text("等待回复，已").wait_for()
    shown = person.locator("body").inner_text()
    assert "请部门核实第二题" not in shown and "已核实" not in shown

    hr.reload()
    hr.get_by_text("候选人的提问还没有人回复").wait_for()
    for page in (hr, head, person):
        page.context.close()
