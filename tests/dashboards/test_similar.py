"""An answer that is like another person's leads to that person and back; to HR, and to nobody else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from dashboards import similar
from tests.dashboards.browsing import serving, sign_in
from tests.dashboards.visitors import Visitor, sentences


def ask(home: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        return connection.execute(sql, list(values)).fetchall()


def alike(home: Path) -> list[str]:
    """The interviews of the group, in the order of their completion."""
    return [
        row[0] for row in ask(home, "select interview_id from marts.similar_answers order by completed_at")
    ]


def links(app: Any) -> list[tuple[str, str]]:
    """What each link to a candidate says, and whom it leads to."""
    found = [element.proto for element in app.get("page_link")]
    return [
        (link.label, match[1])
        for link in found
        if (match := re.search(r"interview=(\w+)", link.query_string))
    ]


@pytest.mark.parametrize(
    ("lang", "title", "share"),
    [
        ("zh", "与他人雷同的回答", "约 94% 相同"),
        ("en", "Answers like another person's", "about 94% the same"),
    ],
)
def test_whoever_is_alike_is_named_with_a_link_the_nearest_first(
    visit: Visitor, marts_home: Path, lang: str, title: str, share: str
) -> None:
    first, second, third = alike(marts_home)
    app = visit(marts_home, "candidate", interview=first, lang=lang)
    assert not app.exception
    assert title in sentences(app)
    (near, to_near), (far, to_far) = links(app)
    assert (to_near, to_far) == (second, third)
    assert share in near
    assert "%" not in far, "the first and the third were never compared with each other"
    ((name,),) = ask(
        marts_home,
        "select name from people.candidates join marts.interview_results using (candidate_id)"
        " where interview_id = ?",
        second,
    )
    assert near.startswith(name)


def test_the_link_leads_back_too(visit: Visitor, marts_home: Path) -> None:
    first, second, _ = alike(marts_home)
    app = visit(marts_home, "candidate", interview=second)
    assert first in [interview for _, interview in links(app)]


def test_of_a_large_group_the_nearest_are_named_and_the_others_counted(
    visit: Visitor, marts_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(similar, "SHOWN", 1)
    app = visit(marts_home, "candidate", interview=alike(marts_home)[0])
    assert len(links(app)) == 1
    assert "同组还有 1 人" in sentences(app)


def test_an_interview_that_is_like_nobodys_says_nothing_of_it(visit: Visitor, marts_home: Path) -> None:
    ((other,),) = ask(
        marts_home,
        "select min(interview_id) from marts.interview_results where status = 'scored'"
        " and interview_id not in (select interview_id from marts.similar_answers)",
    )
    app = visit(marts_home, "candidate", interview=other)
    assert "雷同的回答" not in sentences(app)
    assert links(app) == []


def test_a_reader_who_is_not_hr_is_told_nothing(
    visit: Visitor, marts_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("dashboards.ask.Questions.role", property(lambda _: "manager"))
    app = visit(marts_home, "candidate", interview=alike(marts_home)[0])
    assert not app.exception
    assert not app.error
    assert "雷同的回答" not in sentences(app)
    assert links(app) == []


@pytest.fixture(scope="module")
def served(marts_home: Path) -> Iterator[tuple[str, str]]:
    with serving(marts_home) as found:
        yield found


@pytest.mark.browser
def test_two_clicks_lead_there_and_back(browser: Any, served: tuple[str, str], marts_home: Path) -> None:
    first, second, _ = alike(marts_home)
    address, password = served
    context = browser.new_context(viewport={"width": 390, "height": 900}, locale="zh-CN")
    page = context.new_page()
    sign_in(page, address, password, f"candidate?interview={first}&role=sales_rep")
    for goal in (second, first):
        page.locator(f"a[href*='interview={goal}']", has_text="相同").click()
        page.wait_for_url(re.compile(f"interview={goal}"))
        assert "role=sales_rep" in page.url
    page.go_back()
    page.wait_for_url(re.compile(f"interview={second}"))
    context.close()
