"""A candidate on a phone, in a real browser: sign in, read the result, keep the report, refuse, erase."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.browsing import MILLISECONDS, drawn, serving
from tests.dashboards.portal_people import PASSWORD, Person, people_in
from warehouse import receipts
from warehouse.settings import Settings

pytestmark = pytest.mark.browser

PHONE = {"width": 390, "height": 844}
OWN_PASSWORD = "Three-green-kettles-7"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portal_journey") / "home"


@pytest.fixture(scope="module")
def person(demo_home: Settings, home: Path) -> Person:
    return people_in(demo_home, home)["scored"]


@pytest.fixture(scope="module")
def address(person: Person, home: Path) -> Iterator[str]:
    with serving(home) as (found, _):
        yield found


def test_a_candidate_reads_keeps_refuses_and_leaves(
    browser: Any, address: str, person: Person, home: Path
) -> None:
    context = browser.new_context(viewport=PHONE, locale="zh-CN", accept_downloads=True)
    page = context.new_page()
    page.set_default_timeout(MILLISECONDS)
    sign_in_the_first_time(page, address, person)

    # The answer is the title; nothing is wider than the phone.
    page.get_by_role("heading", name=re.compile(r"\d+\.\d 分，[SABCD] 级")).wait_for()
    page.locator("mark.hit").first.wait_for()
    drawn(page)
    assert page.evaluate("document.querySelector('.stMain').scrollWidth") <= PHONE["width"]
    score = re.search(r"\d+\.\d", page.locator("h1").inner_text())
    said = page.locator("div.answer").first.inner_text()

    with page.expect_download() as download:
        page.get_by_role("button", name="下载我的报告").click()
    report = Path(download.value.path()).read_text(encoding="utf-8")
    assert score and score[0] in report
    assert said.strip() in re.sub(r"</?mark[^>]*>", "", report)
    assert not re.search(r"https?://|<script", report), "the report needs nothing else"

    page.get_by_role("link", name=re.compile("^我的数据：")).click()
    page.get_by_role("heading", name=re.compile("保存着您")).wait_for()
    page.get_by_role("button", name="拒绝 AI 面试和评分").click()
    page.get_by_text("已登记您的拒绝").wait_for()

    page.get_by_text("删除我的全部数据").click()
    erase = page.get_by_role("button", name="永久删除")
    assert erase.is_disabled()
    page.get_by_label("请输入“删除我的数据”以确认").fill("删除我的数据")
    page.keyboard.press("Enter")
    page.locator("button:not([disabled])", has_text="永久删除").click()
    page.get_by_role("heading", name="您的数据已删除").wait_for()
    (receipt,) = receipts.receipts(Settings(home=home))
    page.get_by_text(receipt.receipt_id).wait_for()

    page.reload()
    page.get_by_role("heading", name="登录").wait_for()
    context.close()
    nothing_is_left(home, person)


def sign_in_the_first_time(page: Any, address: str, person: Person) -> None:
    """With the password that HR handed over, which is changed at once."""
    page.goto(address)
    page.get_by_role("heading", name="登录").wait_for()
    page.locator("input[autocomplete=username]").fill(person.account)
    page.locator("input[type=password]").fill(PASSWORD)
    page.locator("input[type=password]").press("Enter")
    page.get_by_role("heading", name="请设置您自己的密码").wait_for()
    for field in page.locator("input[type=password]").all():
        field.fill(OWN_PASSWORD)
    page.get_by_role("button", name="保存新密码").click()


def nothing_is_left(home: Path, person: Person) -> None:
    """No file of the installation names the person any more."""
    gone = [value.encode() for value in (person.candidate_id, *person.interviews)]
    for path in home.rglob("*"):
        if path.is_file() and not path.is_symlink():
            content = path.read_bytes()
            assert not any(value in content for value in gone), path.relative_to(home)
