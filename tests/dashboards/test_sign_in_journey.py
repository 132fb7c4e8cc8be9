"""A first day in a real browser: one-time password, an own one, an app, sign out, in again, locked out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pyotp
import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.dashboards.browsing import MILLISECONDS, serving, sign_in
from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.own_password import OWN
from warehouse import audit_log
from warehouse.settings import Settings

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def first_start(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str, Settings]]:
    """The dashboards of a home where nobody has signed in yet: address, one-time password, settings."""
    home = tmp_path_factory.mktemp("first") / "home"
    write_marts(home / "published")
    with serving(home, is_first=True) as (address, password):
        yield address, password, Settings(home=home)


def heading(page: Any, words: str) -> None:
    page.get_by_role("heading", name=re.compile(words)).first.wait_for()


def fill(page: Any, label: str, text: str) -> None:
    page.get_by_label(label, exact=True).fill(text)


def give(page: Any, code: str) -> None:
    heading(page, "第二步")
    fill(page, "验证码", code)
    page.get_by_label("验证码", exact=True).press("Enter")


def test_from_the_one_time_password_to_a_lock_out(
    browser: Any, first_start: tuple[str, str, Settings]
) -> None:
    address, one_time, settings = first_start
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    page = context.new_page()

    sign_in(page, address, one_time, "account")
    heading(page, "请设置您自己的密码")
    page.reload()
    heading(page, "请设置您自己的密码")
    fill(page, "新密码", OWN)
    fill(page, "再输一次新密码", OWN)
    page.get_by_role("button", name="保存新密码").click()
    heading(page, "我的账号")

    page.get_by_role("button", name="开始设置").click()
    page.get_by_alt_text("给验证器应用扫描的图片").wait_for()
    secret = page.locator("[data-testid=stCode] code").first.inner_text().strip()
    moment = datetime.now(UTC)
    app = pyotp.TOTP(secret)
    fill(page, "验证码", app.at(moment))
    page.get_by_role("button", name="确认").click()
    page.get_by_text("第二因素已设置，本次登录已通过验证").first.wait_for()
    recovery = page.locator("[data-testid=stCode] code").first.inner_text().split()
    assert len(recovery) == 10
    page.get_by_role("button", name="我已抄好").click()
    page.locator("[data-testid=stCode]").first.wait_for(state="hidden")

    second = context.new_page()
    second.set_default_timeout(MILLISECONDS)
    second.goto(f"{address}/results")
    heading(second, "符合条件")
    second.get_by_role("button", name="退出").click()
    heading(second, "登录")
    page.reload()
    heading(page, "登录")

    sign_in(page, address, OWN, "results")
    give(page, app.at(moment))
    page.get_by_text(re.compile("验证码不对")).wait_for()
    give(page, app.at(moment + timedelta(seconds=30)))
    heading(page, "符合条件")
    page.reload()
    heading(page, "符合条件")
    page.goto(f"{address}/audit")
    heading(page, "审计记录完整")
    page.get_by_role("button", name="退出").click()
    heading(page, "登录")

    sign_in(page, address, OWN)
    for number in range(5):
        give(page, f"00000{number}")
        page.get_by_text(re.compile("验证码不对")).wait_for()
        page.wait_for_timeout(300)
    give(page, recovery[0])
    page.get_by_text(re.compile("已锁定：请在 15 分钟后再试")).wait_for()
    page.get_by_role("button", name="换一个账号").click()
    heading(page, "登录")
    sign_in(page, address, OWN)
    page.get_by_text(re.compile("已锁定")).wait_for()
    context.close()

    told = [entry.action for entry in reversed(audit_log.entries(settings))]
    assert told[:4] == ["sign_in", "password_changed", "second_factor", "sign_out"]
    assert told.count("sign_in_failed") == 8
    assert audit_log.verify(settings).holds


def told_over_a_socket(address: str, page: str, query: str, **headers: str) -> bytes:
    """All that the server sends to a socket of no browser that asks for one page."""
    where = address.replace("http://", "ws://") + "/_stcore/stream"
    told = b""
    with connect(where, subprotocols=["streamlit"], additional_headers=headers, max_size=None) as socket:  # type: ignore[list-item]
        asked = BackMsg()
        asked.rerun_script.page_name, asked.rerun_script.query_string = page, query
        socket.send(asked.SerializeToString())
        while True:
            message = socket.recv(timeout=30)
            assert isinstance(message, bytes)
            told += message
            if ForwardMsg.FromString(message).WhichOneof("type") == "script_finished":
                return told


@pytest.mark.parametrize("page", ["", "results", "candidate", "sql", "audit", "my_result"])
def test_a_socket_without_a_session_is_told_the_form_and_nobody(
    first_start: tuple[str, str, Settings], page: str
) -> None:
    told = told_over_a_socket(
        first_start[0], page, "interview=I000003&lang=zh", Cookie="scorehouse_session=x"
    )
    assert "登录".encode() in told
    assert not re.search(rb"[CIP]0{3,}\d", told), "an id of a person or an interview"


def test_other_sites_and_programs_find_no_other_way_in(first_start: tuple[str, str, Settings]) -> None:
    address = first_start[0]
    with pytest.raises(InvalidStatus, match="403"):
        told_over_a_socket(address, "results", "", Origin="http://evil.example")
    assert httpx.post(f"{address}/_stcore/agent/interact", json={}).status_code == 403
    assert httpx.put(f"{address}/_stcore/upload_file/a/b", content=b"x").status_code == 403
    for path in ("/media/x.csv", "/media/..%2f..%2fvault%2faccounts.json", "/app/static/..%2f..%2fvault"):
        assert httpx.get(f"{address}{path}").status_code in (400, 404), path
