"""Compare: each person's own numbers in the order of the link, and nobody whom the reader may not see."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.test_growth import drawn, one, told
from tests.dashboards.visitors import APP, SECONDS, Visitor, sentences
from warehouse import account_admin, audit_log, grants, sessions
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

SCORED = "from marts.interview_results where status = 'scored' and role_id = 'sales_rep'"


def best(home: Path, n: int) -> list[str]:
    return [
        row[0]
        for row in told(home, f"select interview_id {SCORED} order by composite_score desc, 1 limit {n}")
    ]


def linked(interviews: list[str]) -> str:
    return ",".join(interviews)


def column_of(app: AppTest, name: str, place: int) -> Any:
    """The cell of a fact and a person in the table of all facts."""
    table = app.table[-1].value
    return table[table.iloc[:, 0] == name].iloc[0, place]


def test_people_stand_in_the_order_of_the_link_with_their_own_scores(
    visit: Visitor, marts_home: Path
) -> None:
    first, second, third = best(marts_home, 3)
    app = visit(marts_home, "compare", compare=linked([third, first, second]))
    of_it = "from marts.interview_results where interview_id = '{}'"
    scores = [one(marts_home, f"select composite_score {of_it.format(i)}") for i in (third, first, second)]
    assert [metric.value.split(" · ")[0] for metric in app.metric] == [f"{score:.1f}" for score in scores]
    assert [metric.label[0] for metric in app.metric] == ["●", "■", "▲"]
    ahead = round(scores[1], 1) - round(scores[2], 1)
    assert app.title[0].value.replace("\\", "").endswith(f"{scores[1]:.1f} 分，比第二名高 {ahead:.1f} 分")


def test_every_competency_is_drawn_against_the_own_requirement(visit: Visitor, marts_home: Path) -> None:
    chosen = best(marts_home, 2)
    app = visit(marts_home, "compare", compare=linked(chosen))
    rows = told(
        marts_home,
        "select score, requirement from marts.competency_scores "
        f"where interview_id in ('{chosen[0]}', '{chosen[1]}')",
    )
    lanes = [value for value in drawn(app) if "needs" in value]
    assert len(rows) == 12
    assert sorted((lane["score"], lane["requirement"]) for lane in lanes) == sorted(rows)


def test_the_table_holds_grade_rank_and_offer_of_the_marts(visit: Visitor, marts_home: Path) -> None:
    offered, amount, grade, rank, n = told(
        marts_home,
        "select interview_id, offer_monthly_salary, i.grade, cohort_rank, cohort_n from marts.offers o "
        "join marts.interview_results i using (interview_id) "
        "where not is_out_of_band and o.role_id = 'finance_specialist' order by 1 limit 1",
    )[0]
    app = visit(marts_home, "compare", compare=linked([*best(marts_home, 1), offered]))
    assert column_of(app, "等级", 2) == grade
    assert f"{rank} / {n}" in column_of(app, "同岗名次", 2)
    assert f"{amount / 10_000:.2f}万，带内" == column_of(app, "录用月薪", 2).replace("\\", "")


def test_more_than_five_are_named_in_a_sentence_and_five_are_shown(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "compare", compare=linked(best(marts_home, 7)))
    assert app.warning[0].value == "一次最多比较 5 人：显示链接里的前 5 人，其余 2 人没有显示。"
    assert len(app.metric) == 5
    assert not app.error and not app.exception


def test_nobody_chosen_says_where_to_choose(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "compare")
    assert app.title[0].value == "选 2–5 人并排比较"
    assert "勾选比较" in sentences(app)


def test_one_is_taken_out_and_another_found_by_number(visit: Visitor, marts_home: Path) -> None:
    first, second, third = best(marts_home, 3)
    app = visit(marts_home, "compare", compare=linked([first, second]))
    app.button(key=f"remove_{second}").click().run()
    assert len(app.metric) == 1
    assert app.query_params["compare"] == first
    app.text_input(key="compare_find").set_value(third).run()
    app.button(key=f"add_{third}").click().run()
    assert app.query_params["compare"] == linked([first, third])
    assert len(app.metric) == 2


def test_somebody_without_a_score_says_why(visit: Visitor, marts_home: Path) -> None:
    declined = one(
        marts_home, "select min(interview_id) from marts.interview_results where status = 'declined'"
    )
    app = visit(marts_home, "compare", compare=linked([*best(marts_home, 1), declined]))
    assert not app.exception and not app.error
    assert column_of(app, "综合分", 2) == "已拒绝 AI 面试"


def test_ticked_rows_of_results_lead_to_the_comparison_and_one_opens_the_person(
    visit: Visitor, marts_home: Path
) -> None:
    app = visit(marts_home, "results", quarter="all", pick="1")
    assert app.toggle(key="own_pick").value
    assert "勾选 2–5 行后并排比较" in sentences(app)
    other = visit(marts_home, "candidate", interview=best(marts_home, 1)[0])
    links = [str(link.proto) for link in other.get("page_link")]
    assert any("compare" in link and best(marts_home, 1)[0] in link for link in links)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head with a grant for sales, and an analyst."""
    made = tmp_path_factory.mktemp("compare")
    write_marts(made / "published")
    settings = Settings(home=made)
    for name, role in (("head", "department_head"), ("ana", "analyst")):
        account_admin.add_user(settings, name, role, "an-invented-pass-phrase")
    grants.grant(settings, "head", "sales", author="hr")
    return made


@pytest.fixture
def opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """`opened(name, role, interviews)`: the page as that account sees it."""
    monkeypatch.setenv(HOME_VARIABLE, str(home))

    def open_page(name: str, role: str, interviews: list[str]) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        app.session_state["session_token"] = sessions.open_session(Settings(home=home), Viewer(name, role))
        app.query_params.update({"compare": linked(interviews)})
        return app.switch_page("views/compare.py").run()

    return open_page


def everything_on(app: AppTest) -> str:
    tables = [frame.value.to_json(force_ascii=False) for frame in (*app.table, *app.dataframe)]
    kinds = ("page_link", "button_group", "vega_lite_chart", "metric", "button")
    blocks = [str(block.proto) for kind in kinds for block in app.get(kind)]
    return re.sub(r'id: "[^"]*"', "", "\n".join([sentences(app), *tables, *blocks]))


def test_who_may_not_be_seen_is_told_as_one_who_does_not_exist(
    opened: Callable[..., AppTest], home: Path
) -> None:
    own = best(home, 2)
    other, candidate = told(
        home,
        "select interview_id, candidate_id from marts.interview_results "
        "where status = 'scored' and department_id = 'finance' order by 1 limit 1",
    )[0]
    app = opened("head", "department_head", [*own, other])
    nobody = opened("head", "department_head", [*own, "I999999"])
    assert len(app.metric) == 2
    assert app.warning[0].value == f"{other}：没有这场面试，或您不能查看。"
    assert everything_on(app).replace(other, "I999999") == everything_on(nobody)
    assert candidate not in everything_on(app)
    seen = {entry.subject for entry in audit_log.entries(Settings(home=home), action="view_person")}
    assert f"candidate:{candidate}" not in seen
    alone = opened("head", "department_head", [other])
    assert alone.title[0].value == "选 2–5 人并排比较"


def test_every_person_shown_is_recorded_once(opened: Callable[..., AppTest], home: Path) -> None:
    settings, chosen = Settings(home=home), best(home, 3)
    before = len(audit_log.entries(settings, action="view_person"))
    app = opened("ana", "analyst", chosen)
    app.run()
    assert len(audit_log.entries(settings, action="view_person")) == before + 3
    app.button(key=f"remove_{chosen[0]}").click().run()
    assert len(audit_log.entries(settings, action="view_person")) == before + 3


def test_an_analyst_compares_without_names_and_pay(opened: Callable[..., AppTest], home: Path) -> None:
    app = opened("ana", "analyst", best(home, 3))
    names = {name for (name,) in told(home, "select distinct name from people.candidates")}
    shown = everything_on(app)
    assert not [name for name in names if name in shown]
    facts = set(app.table[-1].value.iloc[:, 0])
    assert "综合分" in facts
    assert not facts & {"等级薪酬带", "录用月薪"}
