"""Working together on the pages: comments, questions, supplements, the inbox, for each role in its words."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from tests.dashboards.portal_people import PASSWORD, answers, everything_on, visit_as
from tests.dashboards.visitors import sentences
from warehouse import conversations, grants, inbox
from warehouse.marts import Marts
from warehouse.note_marks import Marked, Quote
from warehouse.settings import Settings
from warehouse.viewer import Viewer

HR, HEAD = Viewer("hr", "hr"), Viewer("head", "department_head")
ANALYST, PERSON = Viewer("ana", "analyst"), Viewer("person", "candidate")
SECRET = "请核实客户案例"
ASKED = """
    select c.interview_id, i.candidate_id, i.department_id, a.question_id
    from marts.interview_comments c join marts.interview_results i on i.interview_id = c.interview_id
    join marts.answer_scores a on a.interview_id = c.interview_id
    where c.kind = 'feedback_reply' and i.status = 'scored' order by 1, 4 limit 1
"""


@pytest.fixture(scope="module")
def home(own_demo_home: Settings) -> Path:
    return own_demo_home.home


@pytest.fixture(scope="module")
def interview(home: Path) -> str:
    """One on which HR has noted something for the head, and the candidate has asked."""
    settings = Settings(home=home)
    (row,) = answers(settings, ASKED)
    for viewer in (HEAD, ANALYST):
        grants.add_user(settings, viewer.name, viewer.role, PASSWORD)
    grants.grant(settings, HEAD.name, row["department_id"], author="hr")
    grants.add_user(settings, PERSON.name, PERSON.role, PASSWORD, candidate_id=row["candidate_id"])
    marts = Marts(settings)
    said = Marked(f"{SECRET} <b>", (Quote(row["question_id"], 0, 6),))
    place = str(row["interview_id"])
    conversations.comment(settings, place, HR, said, mentions=["head"], marts=marts)
    conversations.ask(settings, place, PERSON, "怎样提高表达力？", marts=marts)
    marts.close()
    return place


def test_the_head_finds_the_mention_in_the_menu_and_on_the_inbox(
    monkeypatch: pytest.MonkeyPatch, home: Path, interview: str
) -> None:
    app = visit_as(monkeypatch, home, HEAD, "inbox")
    assert not app.exception
    assert "1 条提到您的评论未读" in app.title[0].value and "等待回复" in app.title[0].value
    assert f"interview={interview}" in everything_on(app)
    app.button(key="read_all").click().run()
    assert "未读" not in app.title[0].value
    app.button(key="mark_0").click().run()
    assert "1 条提到您的评论未读" in app.title[0].value


def test_what_waits_is_opened_once_a_word_and_not_for_each_page(
    monkeypatch: pytest.MonkeyPatch, home: Path, interview: str
) -> None:
    opened: list[str] = []
    real = inbox.waiting
    monkeypatch.setattr(inbox, "waiting", lambda *given: opened.append(given[1].name) or real(*given))
    st.cache_data.clear()
    for page in ("inbox", "candidate", "growth"):
        assert not visit_as(monkeypatch, home, HR, page, interview=interview).exception
    assert opened == [HR.name]


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("viewer", [HR, HEAD], ids=lambda viewer: viewer.role)
def test_hr_and_the_head_see_the_thread_on_the_candidate_page(
    monkeypatch: pytest.MonkeyPatch, home: Path, interview: str, viewer: Viewer, lang: str
) -> None:
    app = visit_as(monkeypatch, home, viewer, "candidate", interview=interview, lang=lang)
    assert not app.exception
    shown = everything_on(app)
    assert f"{SECRET} &lt;b&gt;" in shown, "what people typed is escaped"
    assert {"zh": "沟通与补充面试", "en": "Comments and supplementary interview"}[lang] in shown


def test_reading_the_thread_reads_the_mention(
    monkeypatch: pytest.MonkeyPatch, home: Path, interview: str
) -> None:
    settings = Settings(home=home)
    visit_as(monkeypatch, home, HEAD, "candidate", interview=interview)
    assert all(item.is_read for item in inbox.mentions(settings, HEAD, Marts(settings)))


def test_an_analyst_and_the_candidate_see_no_comment(
    monkeypatch: pytest.MonkeyPatch, home: Path, interview: str
) -> None:
    analyst = visit_as(monkeypatch, home, ANALYST, "candidate", interview=interview)
    person = visit_as(monkeypatch, home, PERSON, "my_result", interview=interview)
    for app in (analyst, person):
        assert not app.exception
        assert SECRET not in everything_on(app)
    assert "怎样提高表达力" in everything_on(person) and "怎样提高表达力" not in everything_on(analyst)
    assert "这个页面不对您的角色开放" in sentences(visit_as(monkeypatch, home, ANALYST, "inbox"))


def written(app: AppTest) -> AppTest:
    assert not app.exception and not app.error
    return app


def test_a_reply_reaches_the_candidate_without_a_name(
    monkeypatch: pytest.MonkeyPatch, home: Path, interview: str
) -> None:
    app = visit_as(monkeypatch, home, HEAD, "candidate", interview=interview)
    app.text_area[0].input("请多举数据。")
    submit(app, "发送回复")
    assert "已回复" in written(app).success[0].value
    told = everything_on(visit_as(monkeypatch, home, PERSON, "my_result", interview=interview))
    assert "请多举数据。" in told and not re.search(r"\bhead\b", told)


def test_a_supplement_is_requested_and_taken_back(
    monkeypatch: pytest.MonkeyPatch, home: Path, interview: str
) -> None:
    app = visit_as(monkeypatch, home, HR, "candidate", interview=interview)
    groups: list[Any] = list(app.get("button_group"))
    kinds = next(group for group in groups if group.key == f"talk_kind_{interview}")
    kinds.set_value("supplement").run()
    submit(app, "提交申请")
    assert "请选择为什么" in app.error[0].value
    reason = next(box for box in app.selectbox if box.label == "为什么要补充面试")
    reason.select("unclear")
    submit(app, "提交申请")
    assert "补充面试已申请" in written(app).success[0].value
    backs = [button for button in app.button if button.label == "撤回"]
    backs[-1].click().run()
    assert "已撤回" in written(app).success[0].value


def submit(app: AppTest, label: str) -> None:
    next(button for button in app.button if button.label == label).click().run()
