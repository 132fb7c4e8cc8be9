"""A newcomer's first minutes in a real browser: from chart to person, filters, language, keys, a phone."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.dashboards.browsing import MILLISECONDS, come_in, drawn, serving
from tests.dashboards.fixture_marts import write_marts

pytestmark = pytest.mark.browser
NAME = "李娜"
IN_SALES = (
    "role_id = 'sales_rep' and quarter_start = (select max(quarter_start) from marts.interview_results)"
)
# The best sales representative of the latest quarter who is not in the top 10 %.
NEXT_TO_THE_TOP = f"""
    select candidate_id from marts.interview_results where not is_top10 and {IN_SALES}
    order by composite_score desc limit 1
"""
WHERE_SHE_STANDS = f"""
    select row, cohort_rank, cohort_n, round(line, 1), round(line - composite_score, 1) from (
        select name, composite_score, cohort_rank, cohort_n,
            row_number() over (order by composite_score desc, interview_id) - 1 as row,
            min(if(is_top10, composite_score, null)) over (partition by scenario) as line
        from marts.interview_results join people.candidates using (candidate_id) where {IN_SALES}
    ) where name = '{NAME}'
"""
# Pixels of the table of results, which is drawn on a canvas: half a box, the head, a row.
BOX, HEAD, ROW = 18, 36, 38
FOCUS = "() => document.activeElement.innerText ?? ''"


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Invented marts of its own, with a person of that name."""
    made = tmp_path_factory.mktemp("reading")
    with duckdb.connect(str(write_marts(made / "published"))) as connection:
        connection.execute(f"update people.candidates set name = '{NAME[::-1]}' where name = '{NAME}'")
        connection.execute(
            f"update people.candidates set name = '{NAME}' where candidate_id = ({NEXT_TO_THE_TOP})"
        )
    return made


@pytest.fixture(scope="module")
def served(home: Path) -> Iterator[tuple[str, str]]:
    with serving(home) as found:
        yield found


def reader(browser: Any, served: tuple[str, str], path: str = "", **context: Any) -> Any:
    """A page of a browser of its own, signed in and drawn."""
    wanted = {"viewport": {"width": 1440, "height": 1000}, "locale": "zh-CN"} | context
    page = browser.new_context(**wanted).new_page()
    come_in(page, *served, path)
    return page


def heading(page: Any, words: str) -> None:
    page.get_by_role("heading", level=1, name=re.compile(words)).wait_for()


def test_three_clicks_tell_who_in_sales_is_at_the_top_and_why_somebody_is_not(
    browser: Any, served: tuple[str, str], home: Path
) -> None:
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        row, rank, n, line, missing = connection.execute(WHERE_SHE_STANDS).fetchall()[0]
    page = reader(browser, served)

    page.locator("[aria-label*='销售代表'][aria-label*='等级: A']").first.click()
    heading(page, "^销售代表")
    assert "role=sales_rep" in page.url

    page.get_by_role("link", name="看名单（★ 为前10%）").click()
    heading(page, "^销售代表：.*符合条件")
    table = page.locator("[data-testid=stDataFrame] canvas").first
    table.wait_for()
    box = table.bounding_box()
    page.mouse.click(box["x"] + BOX, box["y"] + HEAD + ROW * row + ROW / 2)

    heading(page, f"^{NAME} · 销售代表")
    page.get_by_text(re.compile(rf"{n} 人中排第 {rank}.*距前10%（{line} 分）差 {missing} 分")).wait_for()
    page.get_by_role("heading", name="失分点").wait_for()
    page.context.close()


OF_THE_LATEST = "quarter_start = (select max(quarter_start) from marts.interview_results)"
TOP_TENTH = f"select count(*) from marts.interview_results where is_top10 and {OF_THE_LATEST}"
HIGH_AND_HIRED = f"""
    select count(distinct application_id), count(distinct application_id) filter (employee_link = 'hired')
    from marts.interview_outcomes where composite_score >= 80 and {OF_THE_LATEST}
"""
SHORTEST = """
    select needed_n, any_value(completed_n), any_value(high_n) from marts.requisition_shortlists
    where requisition_status = 'open' group by requisition_id, needed_n
    order by any_value(supply_ratio), any_value(opened_on) desc, requisition_id limit 1
"""


def asked(home: Path, query: str) -> tuple[Any, ...]:
    """The one row of an independent query."""
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        (row,) = connection.execute(query).fetchall()
    return row


def test_one_click_tells_who_is_in_the_top_tenth(browser: Any, served: tuple[str, str], home: Path) -> None:
    (n,) = asked(home, TOP_TENTH)
    page = reader(browser, served)
    page.get_by_role("link", name="看前10%名单").click()
    heading(page, f"^{n} 场面试符合条件")
    assert "top10=1" in page.url
    page.context.close()


def test_two_clicks_tell_how_many_above_80_were_hired_and_how_they_are_paid(
    browser: Any, served: tuple[str, str], home: Path
) -> None:
    n, hired = asked(home, HIGH_AND_HIRED)
    page = reader(browser, served)
    page.get_by_role("link", name="结果链", exact=True).click()
    heading(page, "份应聘有已评分面试")
    page.get_by_text(f"80 分以上：{n} 份中 {hired} 人入职").wait_for()
    page.get_by_role("link", name="他们的薪酬与薪酬带相比").click()
    heading(page, "份录用通知")
    page.context.close()


def test_two_clicks_tell_which_opening_is_shortest_of_people(
    browser: Any, served: tuple[str, str], home: Path
) -> None:
    needed, done, high = asked(home, SHORTEST)
    page = reader(browser, served)
    page.get_by_role("link", name="招聘需求", exact=True).click()
    heading(page, "个招聘需求在招")
    drawn(page)
    page.locator("[data-testid=stVegaLiteChart] .mark-rect.role-mark path").first.click()
    heading(page, f"需要 {needed} 人，{done} 人完成面试，80 分以上(只有)? {high} 人")
    page.context.close()


def test_a_filter_stands_in_the_address_and_survives_a_reload(browser: Any, served: tuple[str, str]) -> None:
    page = reader(browser, served)
    box = page.get_by_role("combobox", name=re.compile("部门"))
    # A list that opens while its box still scrolls into sight closes again.
    box.scroll_into_view_if_needed()
    page.wait_for_timeout(300)
    box.click()
    page.get_by_role("option", name="销售部").click()
    page.wait_for_url(re.compile("department=sales"))
    scoped = page.get_by_role("heading", level=1, name=re.compile("^销售部"))
    scoped.wait_for()
    page.reload()
    scoped.wait_for()
    page.context.close()


def test_keys_alone_lead_to_another_page(browser: Any, served: tuple[str, str]) -> None:
    page = reader(browser, served)
    page.reload()
    drawn(page)
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate(FOCUS).endswith("趋势"):
            break
    page.keyboard.press("Enter")
    heading(page, "个季度")
    page.context.close()


def test_on_a_phone_the_menu_opens_and_leads_on(browser: Any, served: tuple[str, str]) -> None:
    page = reader(browser, served, viewport={"width": 390, "height": 844}, has_touch=True)
    page.set_default_timeout(MILLISECONDS)
    link = page.get_by_role("link", name="趋势")
    assert not link.is_visible() or link.bounding_box()["x"] < 0
    page.get_by_test_id("stExpandSidebarButton").click()
    link.click()
    heading(page, "个季度")
    drawn(page)
    page.wait_for_function("document.scrollingElement.scrollWidth <= innerWidth")
    page.context.close()


# The last one: it changes the language of the account.
def test_the_language_is_the_browsers_until_the_reader_chooses_one_for_good(
    browser: Any, served: tuple[str, str]
) -> None:
    page = reader(browser, served, locale="en-GB")
    heading(page, "averages")
    assert "lang=" not in page.url
    page.get_by_text("中文", exact=True).first.click()
    heading(page, "平均")
    assert "lang=zh" in page.url
    page.reload()
    heading(page, "平均")
    page.wait_for_function("document.documentElement.lang === 'zh-CN'")
    page.context.close()

    elsewhere = reader(browser, served, locale="en-GB")
    heading(elsewhere, "平均")
    elsewhere.get_by_text("English", exact=True).first.click()
    heading(elsewhere, "averages")
    elsewhere.context.close()
