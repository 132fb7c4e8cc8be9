"""What a candidate sees: the own result in kind words, in both languages, and nothing of anybody else."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from pathlib import Path

import pytest

from dashboards import filters, portal_report
from dashboards.ask import Questions
from dashboards.catalogue import words_in
from dashboards.formats import Formats
from dashboards.frame import Visit
from tests.dashboards.portal_people import (
    HR,
    IDS,
    NOBODY,
    STATUSES,
    Person,
    answers,
    as_candidate,
    everything_on,
    people_in,
    visit_as,
)
from tests.dashboards.visitors import sentences
from warehouse import answer_texts, audit_log, grants
from warehouse.answer_texts import AnswerText
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import Viewer

People = dict[str, Person]
CHINESE = re.compile(r"[一-鿿]")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("portal") / "home"


@pytest.fixture(scope="module")
def people(demo_home: Settings, home: Path) -> People:
    return people_in(demo_home, home)


@pytest.mark.parametrize("page", ["my_result", "my_data"])
@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("state", [*STATUSES, NOBODY])
def test_every_state_has_a_page_in_words_without_anything_of_others(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People, state: str, lang: str, page: str
) -> None:
    person = people[state]
    app = as_candidate(monkeypatch, home, state, page, lang=lang, interview=person.interview_id)
    assert not app.exception
    assert not app.error
    assert app.title[0].value
    assert lang == "zh" or not CHINESE.search(app.title[0].value)
    found = everything_on(app)
    assert set(IDS.findall(found)) <= {person.candidate_id, *person.interviews}
    assert "cohort_rank" not in found and "名次" not in found.replace("分数和名次", "")


@pytest.mark.parametrize("state", ["insufficient", "pending", "declined", "abandoned"])
def test_no_score_is_told_kindly_with_what_comes_next(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People, state: str
) -> None:
    said = sentences(as_candidate(monkeypatch, home, state, interview=people[state].interview_id))
    assert not re.search(r"失败|不合格|拒绝了您|淘汰", said)
    assert re.search("人事|邀请|由人", said)
    if state in ("insufficient", "abandoned"):
        assert "不代表您表现不好" in said


def test_the_numbers_are_those_of_the_mart(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People
) -> None:
    person = people["scored"]
    (mart,) = answers(
        Settings(home=home),
        "select composite_score, grade from marts.interview_results where interview_id = $id",
        id=person.interview_id,
    )
    app = as_candidate(monkeypatch, home, "scored", interview=person.interview_id)
    assert f"{mart['composite_score']:.1f} 分，{mart['grade']} 级" in app.title[0].value


def test_the_own_words_stand_there_with_their_evidence_marked(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People
) -> None:
    person = people["scored"]
    texts = answer_texts.texts_of(Settings(home=home), person.interview_id, Viewer("scored", "candidate"))
    found = everything_on(as_candidate(monkeypatch, home, "scored", interview=person.interview_id))
    shown = [answer for answer in texts.values() if answer.text]
    assert shown
    plain_text = unescape(re.sub(r"</?mark[^>]*>", "", found))
    for answer in shown:
        assert (answer.text or "").split("\n")[0] in plain_text
    spans = [(answer.text or "")[e["start"] : e["end"]] for answer in shown for e in answer.evidence]
    assert spans and any(f'<mark class="hit" title="{spans[0]}">' in found for _ in spans)


def test_somebody_elses_interview_and_one_that_does_not_exist_give_the_same_page(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People
) -> None:
    foreign = people["insufficient"].interview_id
    pages = [
        sentences(as_candidate(monkeypatch, home, "scored", interview=interview))
        for interview in (foreign, "IV9999999", "' or 1=1 --")
    ]
    assert pages[0] == pages[1] == pages[2]
    assert "不在您的记录里" in pages[0]
    assert foreign not in pages[0]


def test_the_choice_among_several_interviews_opens_the_chosen_one(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People
) -> None:
    person = people["scored"]
    app = as_candidate(monkeypatch, home, "scored")
    (box,) = [one for one in app.selectbox if one.key == "pick_interview"]
    assert len(box.options) == len(person.interviews)
    other = next(one for one in person.interviews if one != box.value)
    box.set_value(other).run()
    assert not app.exception
    assert app.query_params["interview"] in ([other], other)


@pytest.mark.parametrize("page", ["overview", "results", "candidate", "roles", "health"])
def test_pages_of_others_are_not_open_to_a_candidate(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People, page: str
) -> None:
    app = as_candidate(monkeypatch, home, "scored")
    app.switch_page(f"views/{page}.py").run()
    assert "不对您的角色开放" in app.title[0].value
    assert not IDS.findall(everything_on(app))


def test_what_is_kept_names_each_class_with_its_last_day_and_ground(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People
) -> None:
    person = people["scored"]
    rows = answers(
        Settings(home=home),
        """select purge_due from marts.privacy_ledger where candidate_id = $id and obligation = 'retention'
        and purged_at is null and purge_due is not null""",
        id=person.candidate_id,
    )
    said = sentences(as_candidate(monkeypatch, home, "scored", "my_data"))
    assert rows
    for row in rows:
        day = row["purge_due"]
        assert f"{day.year}年{day.month}月{day.day}日" in said
    assert "公司承诺" in said


def test_a_refusal_holds_at_once_and_can_be_taken_back(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People
) -> None:
    app = as_candidate(monkeypatch, home, "pending", "my_data")
    app.button(key="refuse_ai").click().run()
    assert not app.exception
    assert "已登记您的拒绝" in app.success[0].value
    again = as_candidate(monkeypatch, home, "pending", "my_data")
    assert "您已拒绝由 AI 面试" in sentences(again)
    again.button(key="withdraw_refusal").click().run()
    assert "已撤回拒绝" in again.success[0].value
    assert "refuse_ai" in {button.key for button in again.button}


def test_erasing_needs_the_typed_words(monkeypatch: pytest.MonkeyPatch, home: Path, people: People) -> None:
    app = as_candidate(monkeypatch, home, "abandoned", "my_data")
    assert app.button(key="erase").disabled
    app.text_input(key="erase_typed").input("删除").run()
    assert app.button(key="erase").disabled
    app.text_input(key="erase_typed").input("删除我的数据").run()
    assert not app.button(key="erase").disabled


def test_hr_reads_texts_after_the_second_factor_and_only_when_asked(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People
) -> None:
    interview = people["scored"].interview_id
    settings = Settings(home=home)

    def readings() -> int:
        return sum(entry.action == "view_text" for entry in audit_log.entries(settings))

    before = readings()
    app = visit_as(monkeypatch, home, Viewer("hr", "hr"), "candidate", interview=interview)
    assert "需要先通过第二因素" in sentences(app)
    assert not [toggle for toggle in app.toggle if toggle.key in ("report_texts", f"texts_{interview}")]
    app = visit_as(monkeypatch, home, HR, "candidate", interview=interview)
    assert '<mark class="hit"' not in everything_on(app)
    assert readings() == before
    app.toggle(key=f"texts_{interview}").set_value(True).run()
    assert not app.exception
    assert '<mark class="hit"' in everything_on(app)
    assert readings() == before + 1


@pytest.mark.parametrize("role", ["department_head", "analyst"])
def test_other_roles_are_not_even_offered_a_text(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People, role: str
) -> None:
    viewer = Viewer(f"a_{role}", role, second_factor=True)
    app = visit_as(monkeypatch, home, viewer, "candidate", interview=people["scored"].interview_id)
    assert not app.toggle
    assert '<mark class="hit"' not in everything_on(app)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_report_has_the_numbers_of_the_mart_and_runs_nothing_that_was_said(
    home: Path, people: People, lang: str
) -> None:
    settings, person = Settings(home=home), people["scored"]
    page = a_visit(settings, "scored", lang)
    (row,) = [one for one in page.ask.rows("my_interviews") if one["interview_id"] == person.interview_id]
    known = portal_report.facts(page, row)
    question = known["answers"][0]["question_id"]
    attack = AnswerText(answer_texts.TextState.HERE, "<script>alert(1)</script> & 客户", ())
    report = portal_report.document(page, row, known, {question: attack})
    assert "<script" not in report
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; 客户" in report
    shown = unescape(report)
    assert page.formats.score(row["score_shown"]) in shown
    scores = answers(
        settings,
        """select score, requirement from marts.competency_scores
        where interview_id = $id and weight is not null and score is not null""",
        id=person.interview_id,
    )
    assert scores
    for value in scores:
        assert f">{value['score']:.1f}</td>" in report
    lost = answers(
        settings,
        "select points_lost from marts.loss_points where interview_id = $id and points_lost > 0",
        id=person.interview_id,
    )
    assert all(page.formats.signed(-one["points_lost"]) in shown for one in lost)
    assert set(IDS.findall(report)) <= {person.candidate_id, *person.interviews}


def a_visit(settings: Settings, account: str, lang: str) -> Visit:
    """A drawing for a candidate, without a browser."""
    words = words_in(lang)
    ask = Questions(settings, Viewer(account, "candidate"), {"lang": lang})
    run = ask.row("warehouse_run")
    assert run is not None
    formats = Formats(words, settings.timezone)
    return Visit(words, formats, ask, filters.everything(words), "", run, date(2026, 10, 1), settings)


@pytest.mark.parametrize(("lang", "offered"), [("zh", "录用通知"), ("en", "offer")])
def test_own_applications_are_told_by_stage_and_day_in_kind_words(
    monkeypatch: pytest.MonkeyPatch, home: Path, people: People, lang: str, offered: str
) -> None:
    settings = Settings(home=home)
    (one,) = answers(
        settings,
        "select application_id, candidate_id, stage_entered_at from marts.application_history"
        " where is_current and stage = '录用' and outcome = 'open' order by all limit 1",
    )
    account = f"applicant-{lang}"
    grants.add_user(settings, account, "candidate", "a long password", candidate_id=one["candidate_id"])
    app = as_candidate(monkeypatch, home, account, lang=lang)
    assert not app.exception
    said = sentences(app)
    day = Formats(words_in(lang), settings.timezone).day_of(one["stage_entered_at"])
    assert f"{offered} · {day}" in said


def test_a_candidate_sees_neither_background_check_nor_score_of_the_second_round(
    home: Path, people: People
) -> None:
    marts = Marts(Settings(home=home))
    (one,) = marts.query(
        "select candidate_id, count(*) as n from application_history group by all"
        " having bool_or(round2_score is not null) order by all limit 1",
        viewer=HR,
    ).to_pylist()
    grants.add_user(
        Settings(home=home), "second", "candidate", "a long password", candidate_id=one["candidate_id"]
    )
    viewer = Viewer("second", "candidate")
    seen = marts.query("select * from application_history", viewer=viewer)
    assert set(seen["candidate_id"].to_pylist()) == {one["candidate_id"]} and seen.num_rows == one["n"]
    assert not {"background_check", "round2_score", "changed_columns", "offer_monthly_salary"} & set(
        seen.column_names
    )
    marts.close()
