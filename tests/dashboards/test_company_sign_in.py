"""Sign-in by the company's provider: a real one, started here, and a real browser between."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from oidc_provider_mock import User, run_server_in_thread

from tests.dashboards.browsing import MILLISECONDS, serving
from tests.dashboards.fixture_marts import write_marts
from warehouse import audit_log
from warehouse.grants import link
from warehouse.oidc import FILE_NAME
from warehouse.settings import Settings

pytestmark = pytest.mark.browser


def person(sub: str, **more: object) -> User:
    """Somebody whom the provider knows."""
    return User(sub=sub, claims={"email": f"{sub}@example.org", "email_verified": True, **more})


PEOPLE = [
    person("chief"),
    person("eve"),
    person("unverified", email="chief@example.org", email_verified=False),
    # What these say of themselves stands in the token in place of what is true.
    person("late", email="chief@example.org", exp=1_700_000_000),
    person("elsewhere", email="chief@example.org", iss="https://id.example.com"),
    person("other_app", email="chief@example.org", aud="another"),
]


class Served(NamedTuple):
    """The dashboards, and the settings of their home."""

    address: str
    settings: Settings


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """hr is linked to chief@example.org, nobody else to anybody."""
    settings = Settings(home=tmp_path_factory.mktemp("company") / "home").ensure()
    write_marts(settings.published)
    with run_server_in_thread(user_claims=PEOPLE) as provider:
        metadata = f"http://localhost:{provider.server_port}/.well-known/openid-configuration"
        path = settings.vault / FILE_NAME
        path.write_text(
            f"server_metadata_url: {metadata}\nclient_id: scorehouse\nclient_secret: s\n", "utf-8"
        )
        path.chmod(0o600)
        link(settings, "hr", "chief@example.org")
        with serving(settings.home) as (address, _):
            assert [path.stat().st_mode & 0o077 for path in settings.vault.glob("sign_in_*.toml")] == [0]
            yield Served(address, settings)
    assert list(settings.vault.glob("sign_in_*.toml")) == []


@pytest.fixture
def page(browser: Any) -> Iterator[Any]:
    """A tab of somebody who has not been here."""
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="zh-CN")
    opened = context.new_page()
    opened.set_default_timeout(MILLISECONDS)
    yield opened
    context.close()


def heading(page: Any, words: str) -> None:
    page.get_by_role("heading", name=re.compile(words)).first.wait_for()


def enter(page: Any, served: Served, who: str) -> None:
    page.goto(served.address)
    page.get_by_role("button", name="用公司账号登录").click()
    page.get_by_role("button", name=who, exact=True).click()
    page.wait_for_url(re.compile(re.escape(served.address)))


def test_from_the_provider_to_the_pages_and_out_of_both(page: Any, served: Served) -> None:
    callbacks: list[str] = []
    page.on("request", lambda sent: callbacks.append(sent.url) if "oauth2callback?code" in sent.url else None)
    enter(page, served, "chief")
    page.locator("[data-testid=stMetric]").first.wait_for()
    page.get_by_text("已登录：hr").wait_for()
    page.reload()
    page.get_by_text("已登录：hr").wait_for()

    beside = page.context.new_page()
    beside.set_default_timeout(MILLISECONDS)
    beside.goto(f"{served.address}/results")
    heading(beside, "符合条件")

    page.get_by_role("button", name="退出").click()
    page.get_by_role("button", name="End session").click()
    heading(page, "登录")
    beside.get_by_role("link", name="总览").click()
    heading(beside, "登录")
    page.goto(f"{served.address}/results")
    heading(page, "登录")

    # The address that brought the reader in opens nothing a second time.
    page.goto(callbacks[0])
    heading(page, "登录")
    told = [
        (entry.action, entry.details.get("via")) for entry in audit_log.entries(served.settings, who="hr")
    ]
    assert ("sign_in", "oidc") in told
    assert told[0][0] == "sign_out"


@pytest.mark.parametrize(
    ("who", "words"),
    [("eve", "您的公司账号还没有关联到这里的账号"), ("unverified", "您的公司账号的邮箱还没有验证")],
)
def test_somebody_else_is_told_why_and_shown_nothing(page: Any, served: Served, who: str, words: str) -> None:
    enter(page, served, who)
    page.get_by_text(re.compile(words)).wait_for()
    heading(page, "登录")
    assert page.locator("[data-testid=stMetric]").count() == 0
    page.goto(f"{served.address}/results")
    heading(page, "登录")


@pytest.mark.parametrize("who", ["late", "elsewhere", "other_app"])
def test_a_token_that_is_over_or_of_another_provider_or_application_opens_nothing(
    page: Any, served: Served, who: str
) -> None:
    enter(page, served, who)
    heading(page, "登录")
    assert page.locator("[data-testid=stMetric]").count() == 0


@pytest.mark.parametrize("query", ["code=x&state=y", "code=x", "error=access_denied&state=y", ""])
def test_an_answer_that_was_not_asked_for_opens_nothing(page: Any, served: Served, query: str) -> None:
    page.goto(f"{served.address}/oauth2callback?{query}")
    heading(page, "登录")


def test_who_declines_at_the_provider_is_back_at_the_form(page: Any, served: Served) -> None:
    page.goto(served.address)
    page.get_by_role("button", name="用公司账号登录").click()
    page.get_by_role("button", name="Deny").click()
    heading(page, "登录")
