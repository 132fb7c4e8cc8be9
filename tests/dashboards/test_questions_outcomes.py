"""Questions and outcomes: numbers as in the marts, a click leads to the rows, small groups are marked."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.test_queries import ask
from tests.dashboards.visitors import APP, SECONDS, Visitor, sentences
from warehouse import account_admin, grants, metrics, sessions
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

SHORT = "short_rate >= 0.15"
SCORED = "from marts.interview_outcomes where composite_score is not null"


def told(home: Path, sql: str) -> Any:
    """The one value of a query that knows nothing of the pages' queries."""
    path = home / "published" / "current.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def cards_of(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_the_title_of_questions_counts_them_by_reason(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "questions")
    n = told(marts_home, "select count(*) from marts.question_health")
    short = told(marts_home, f"select count(*) from marts.question_health where n >= 30 and {SHORT}")
    noted = told(
        marts_home, f"select count(*) from marts.question_health where n >= 30 and {SHORT} or not is_known"
    )
    assert 0 < short < n
    assert app.title[0].value == f"{n} 道题：{short} 道回答常偏短、1 道不在评分规则中"
    assert cards_of(app)["值得一看"] == str(noted)


def test_limits_are_variables_of_the_project_and_not_of_the_page(
    visit: Visitor, marts_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    middle = told(marts_home, "select median(difficulty) from marts.question_health")
    hard = told(
        marts_home, f"select count(*) from marts.question_health where difficulty >= {middle} and n >= 30"
    )
    variables = {**Settings.from_env().dbt_variables, "question_hard": middle}
    monkeypatch.setattr(Settings, "dbt_variables", property(lambda _: variables))
    monkeypatch.setattr("warehouse.metrics._rendered", metrics._rendered.__wrapped__)
    assert hard > 0
    assert f"{hard} 道太难" in visit(marts_home, "questions").title[0].value


def test_the_table_of_questions_holds_the_numbers_of_the_mart(visit: Visitor, marts_home: Path) -> None:
    shown = visit(marts_home, "questions", lang="en").dataframe[0].value
    (unknown,) = shown[shown["question"] == "q_trial"]["why"]
    assert list(unknown) == ["not in the rubrics"]
    assert shown["asked"].sum() == told(marts_home, "select sum(asked_n) from marts.question_health")
    assert shown["mean"].max() == pytest.approx(
        told(marts_home, "select max(mean) from marts.question_health")
    )


def test_the_filter_of_a_role_leaves_its_questions_and_those_of_every_role(
    visit: Visitor, marts_home: Path
) -> None:
    shown = visit(marts_home, "questions", role="sales_rep").dataframe[0].value
    n = told(
        marts_home,
        "select count(*) from marts.question_health where role_id = 'sales_rep' or role_id is null",
    )
    assert len(shown) == n < told(marts_home, "select count(*) from marts.question_health")


def test_one_question_shows_its_text_its_numbers_and_who_was_flagged(
    visit: Visitor, marts_home: Path
) -> None:
    app = visit(marts_home, "questions", question="q_sales_rep_1", quarter="all")
    said = sentences(app)
    of_it = "from marts.answer_scores where question_id = 'q_sales_rep_1'"
    for language in ("zh", "en"):
        text = f"select text_{language} from marts.questions where question_id = 'q_sales_rep_1'"
        assert told(marts_home, text).rstrip("?") in said
    assert cards_of(app)["平均分"] == f"{told(marts_home, f'select avg(points) {of_it}'):.1f}"
    flagged = next(table.value for table in app.dataframe if "flags" in table.value)
    assert len(flagged) == told(marts_home, f"select count(*) {of_it} and len(flags) > 0")


@pytest.mark.parametrize(
    ("measure", "column", "edges"), [("points", "points", 10), ("seconds", "answer_seconds", 20)]
)
def test_the_spread_of_a_question_counts_every_answer_once(
    marts_home: Path, measure: str, column: str, edges: int
) -> None:
    bins = ask(marts_home, "question_points", question="q_sales_rep_1", measure=measure)
    of_it = f"from marts.answer_scores where question_id = 'q_sales_rep_1' and {column} is not null"
    assert sum(row["n"] for row in bins) == told(marts_home, f"select count(*) {of_it}")
    for row in bins[:-1]:
        within = f"{column} >= {row['bin_start']} and {column} < {row['bin_start'] + edges}"
        assert row["n"] == told(marts_home, f"select count(*) {of_it} and {within}")
    assert bins[-1]["n"] == told(marts_home, f"select count(*) {of_it} and {column} >= {9 * edges}")


def test_the_chain_counts_each_application_once(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "outcomes", quarter="all")
    applications = told(marts_home, f"select count(distinct application_id) {SCORED}")
    hired = told(marts_home, f"select count(distinct application_id) {SCORED} and employee_link = 'hired'")
    offered = told(
        marts_home, f"select count(distinct application_id) {SCORED} and offered_local_date is not null"
    )
    share = f"{hired / applications:.0%}"
    assert app.title[0].value == (
        f"{applications} 份应聘有已评分面试：{offered} 份发出录用，{hired} 人入职（{share}）"
    )
    assert cards_of(app)["录用率"] == f"{hired / applications:.0%}"


def test_who_stayed_a_year_is_counted_over_all_quarters(visit: Visitor, marts_home: Path) -> None:
    stayed = told(marts_home, f"select avg((not left_within_12m)::int) {SCORED}")
    review = told(marts_home, f"select avg(performance_12m) {SCORED}")
    for quarter in ("all", "2026-Q3"):
        cards = cards_of(visit(marts_home, "outcomes", quarter=quarter))
        assert cards["一年留存率"] == f"{stayed:.0%}"
        assert cards["12 个月绩效"] == f"{review:.1f}"


@pytest.mark.parametrize(
    ("part", "condition"),
    [
        ("hired", "employee_link = 'hired'"),
        ("left_early", "left_within_12m"),
        ("stayed", "not left_within_12m"),
        ("refused_offer", "offered_local_date is not null and outcome = 'withdrawn'"),
        ("unmatched", "application_link <> 'applied'"),
    ],
)
def test_each_part_of_the_chain_lists_its_people(
    visit: Visitor, marts_home: Path, part: str, condition: str
) -> None:
    app = visit(marts_home, "outcomes", quarter="all", outcome=part, of_grade="B")
    expected = told(marts_home, f"select count(*) {SCORED} and grade = 'B' and {condition}")
    assert expected > 0
    assert len(app.dataframe[0].value) == expected


def test_links_that_break_are_counted_in_words(visit: Visitor, marts_home: Path) -> None:
    shown = visit(marts_home, "outcomes", quarter="all").dataframe[-1].value
    never = shown[shown["原因"] == "从未应聘"].iloc[0]
    n = told(
        marts_home,
        "select count(*) from marts.interview_outcomes where application_link = 'never_applied'",
    )
    assert never["条数"] == str(n)
    assert set(shown["范围"]) == {"所选范围", "全公司"}


@pytest.fixture(scope="module")
def roles_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head with a grant for one department, and an analyst."""
    home = tmp_path_factory.mktemp("questions_outcomes")
    write_marts(home / "published")
    settings = Settings(home=home)
    for name, role in (("head", "department_head"), ("ana", "analyst")):
        account_admin.add_user(settings, name, role, "an-invented-pass-phrase")
    grants.grant(settings, "head", "finance", author="hr")
    return home


def opened(home: Path, name: str, role: str, page: str) -> AppTest:
    app = AppTest.from_file(str(APP), default_timeout=SECONDS)
    app.session_state["session_token"] = sessions.open_session(Settings(home=home), Viewer(name, role))
    app.query_params.update({"quarter": "all"})
    return app.switch_page(f"views/{page}.py").run()


def test_a_head_reads_the_chain_of_the_own_department_with_small_groups_marked(
    roles_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(roles_home))
    app = opened(roles_home, "head", "department_head", "outcomes")
    own = f"{SCORED} and department_id = 'finance'"
    hired = told(roles_home, f"select count(distinct application_id) {own} and employee_link = 'hired'")
    assert f"{hired} 人入职" in app.title[0].value
    assert app.title[0].value.startswith("财务部")
    reviewed = told(roles_home, f"select count(performance_12m) {own}")
    assert 0 < reviewed < 5
    assert cards_of(app)["12 个月绩效"] == "少于 5 人"
    assert "组少于 5 人，不显示" in sentences(app)
    assert set(app.dataframe[-1].value["范围"]) == {"所选范围"}


def test_an_analyst_sees_no_question_of_too_few_people_and_no_flag(
    roles_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv(HOME_VARIABLE, str(roles_home))
    app = opened(roles_home, "ana", "analyst", "questions")
    assert "组少于 5 人，不显示" in sentences(app)
    assert "q_trial" not in set(app.dataframe[0].value["question"])
