"""Trust and internal moves: numbers as in the marts, what is late comes first, small groups are marked."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards import duties
from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.test_queries import ask
from tests.dashboards.visitors import APP, SECONDS, Visitor, sentences
from warehouse import account_admin, grants, sessions
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

LEDGER = "from marts.privacy_ledger where"
PROMOTIONS = "from marts.internal_reviews where scenario = 'promotion'"
STAFF = {"hr": "hr", "head": "department_head", "ana": "analyst"}


def told(home: Path, sql: str) -> Any:
    """The one value of a query that knows nothing of the pages' queries."""
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        row = connection.execute(sql).fetchone()
    assert row is not None
    return row[0]


def cards_of(app: AppTest) -> dict[str, tuple[str, str]]:
    return {metric.label: (metric.value, metric.delta) for metric in app.metric}


@pytest.fixture(scope="module")
def roles_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head with a grant for one department, an analyst, and refusers who clearly advance less often."""
    home = tmp_path_factory.mktemp("trust_internal")
    path = write_marts(home / "published")
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.refusal_parity set difference = -.21, ci_low = -.4, ci_high = -.02")
    settings = Settings(home=home)
    for name, role in STAFF.items():
        if name != "hr":
            account_admin.add_user(settings, name, role, "an-invented-pass-phrase")
    grants.grant(settings, "head", "operations", author="hr", until=dt.date.today() + dt.timedelta(days=9))
    return home


@pytest.fixture
def opened(roles_home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """`opened(name, page, **url)`: a page of `roles_home` as that account sees it, all quarters."""
    monkeypatch.setenv(HOME_VARIABLE, str(roles_home))

    def as_account(name: str, page: str, **url: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        viewer = Viewer(name, STAFF[name])
        app.session_state["session_token"] = sessions.open_session(Settings(home=roles_home), viewer)
        app.query_params.update({"quarter": "all", **url})
        return app.switch_page(f"views/{page}.py").run()

    return as_account


def test_the_title_of_trust_counts_what_is_late_and_claims_no_difference(
    visit: Visitor, marts_home: Path
) -> None:
    app = visit(marts_home, "trust")
    overdue = told(marts_home, f"select count(*) {LEDGER} obligation = 'retention' and state = 'overdue'")
    late = told(
        marts_home, f"select count(*) {LEDGER} obligation in ('erase', 'export') and state = 'overdue'"
    )
    assert overdue > 0 and late > 0
    assert app.title[0].value == (
        f"{overdue} 份记录过了清除日还在，{late} 项请求逾期未答复；拒绝 AI 面试者的晋级率没有明确差异"
    )
    assert "包含 0：没有明确差异" in sentences(app)


def test_an_interval_without_zero_is_said_to_be_a_difference(opened: Any) -> None:
    app = opened("hr", "trust")
    assert app.title[0].value.endswith("拒绝 AI 面试者晋级率低 21 个百分点，需要查明")
    assert "不含 0" in sentences(app)


def test_the_cards_of_trust_are_those_of_the_ledger(visit: Visitor, marts_home: Path) -> None:
    cards = cards_of(visit(marts_home, "trust"))
    waiting = told(
        marts_home,
        f"select count(*) {LEDGER} obligation in ('erase', 'export') and state in ('open', 'overdue')",
    )
    people = told(marts_home, "select count(distinct candidate_id) from marts.interview_results")
    assert cards["待答复请求"][0] == str(waiting)
    assert cards["拒绝有效"] == ("11", "其中被违反：1")
    assert cards["拒绝者晋级率"] == ("43%", "其他人 45%")
    assert cards["同意不完整"] == ("2", f"共 {people} 人")


def test_rules_that_contradict_each_other_are_named(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "trust")
    assert [warning.value for warning in app.warning] == ["1 类记录的规则互相矛盾，暂不清除：回答原文"]


@pytest.mark.parametrize(
    ("duty", "state", "condition"),
    [
        ("refusal", "broken", "obligation = 'refusal' and state = 'broken'"),
        ("consent", "missing", "obligation = 'consent' and state = 'missing'"),
        ("requests", "all", "obligation in ('erase', 'export')"),
        ("recordings", "overdue", "field_class = 'recordings' and state = 'overdue'"),
    ],
)
def test_a_link_narrows_the_ledger(
    visit: Visitor, marts_home: Path, duty: str, state: str, condition: str
) -> None:
    app = visit(marts_home, "trust", duty=duty, duty_state=state)
    n = told(marts_home, f"select count(*) {LEDGER} {condition}")
    assert 0 < n <= duties.ROWS_SHOWN
    assert len(app.dataframe[0].value) == n


def test_requests_say_how_many_days_are_left_and_what_receipt_there_is(
    visit: Visitor, marts_home: Path
) -> None:
    rows = ask(marts_home, "trust_ledger", duty="requests")
    for row in rows:
        left = (row["due"] - dt.date(2026, 10, 1)).days
        assert row["days_left"] == (None if row["done_at"] else left)
        assert (row["state"] == "overdue") == (row["done_at"] is None and left < 0)
    shown = visit(marts_home, "trust").dataframe[0].value
    assert set(shown[shown["state"] == "已办结"]["receipt"]) == {"abababababab"}
    assert next(iter(shown["state"])) == "逾期"


def test_hr_sees_who_may_see_which_department_until_when(opened: Any) -> None:
    app = opened("hr", "trust")
    (granted,) = [table.value for table in app.dataframe if "授权人" in table.value.columns]
    assert list(granted["账号"]) == ["head"]
    assert list(granted["部门"]) == ["运营部"]
    assert "天后到期" in next(iter(granted["止"]))
    assert "审计链完整" in sentences(app)


def test_an_analyst_of_trust_sees_no_person_no_grant_and_marks_for_small_groups(
    opened: Any, roles_home: Path
) -> None:
    app = opened("ana", "trust")
    said = sentences(app)
    assert "请求人数太少，不显示" in app.title[0].value
    assert "组少于 5 人，不显示" in said
    assert cards_of(app)["同意不完整"][0] == "少于 5 人"
    shown = "\n".join(table.value.to_json(force_ascii=False) for table in app.dataframe)
    assert not [row["name"] for row in ask(roles_home, "trust_ledger") if row["name"] in shown + said]
    assert "授权人" not in shown and "head" not in shown


def test_the_title_of_internal_moves_counts_who_meets_both_marks(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "internal", quarter="all")
    both = "interview_score is not null and performance_score is not null"
    judged = told(marts_home, f"select count(*) {PROMOTIONS} and {both}")
    eligible = told(
        marts_home, f"select count(*) {PROMOTIONS} and interview_score >= 85 and performance_score >= 90"
    )
    days = told(marts_home, f"select median(cycle_days) {PROMOTIONS}")
    assert 0 < eligible < judged
    assert app.title[0].value == (
        f"{judged} 场可判断的晋升面试中 {eligible} 场达到两条线，从申请到决定中位 {days:g} 天"
    )
    passed = told(
        marts_home,
        "select sum((interview_score >= 60)::int) from marts.internal_reviews where is_passed is not null",
    )
    assessed = told(marts_home, "select count(is_passed) from marts.internal_reviews")
    assert cards_of(app)["培训合格率"] == (f"{passed / assessed:.0%}", f"{passed} / {assessed} 场")


@pytest.mark.parametrize(
    ("part", "condition"),
    [
        ("eligible", "is_eligible"),
        ("unreviewed", "interview_score is not null and performance_score is null"),
        ("approved_without", "decision = 'approved' and is_eligible is distinct from true"),
        ("undecided", "decided_local_date is null"),
        ("bank_differs", "not is_bank_matched"),
    ],
)
def test_each_part_of_the_cases_lists_its_people(
    visit: Visitor, marts_home: Path, part: str, condition: str
) -> None:
    every = "from marts.internal_reviews where true" if part == "bank_differs" else PROMOTIONS
    n = told(marts_home, f"select count(*) {every} and {condition}")
    assert n > 0
    assert len(visit(marts_home, "internal", quarter="all", cases=part).dataframe[0].value) == n


def test_a_case_shows_its_form_and_one_that_does_not_exist_is_named(visit: Visitor, marts_home: Path) -> None:
    case = told(marts_home, f"select min(interview_id) {PROMOTIONS} and is_eligible")
    score = told(marts_home, f"select interview_score {PROMOTIONS} and interview_id = '{case}'")
    app = visit(marts_home, "internal", case=case)
    assert f"面试 {score:.1f}" in app.title[0].value and "达到两条线" in app.title[0].value
    assert len(app.table) == 1
    assert "I999999" in visit(marts_home, "internal", case="I999999").warning[0].value


def test_people_to_ask_are_those_of_the_mart_and_the_others_are_counted(
    visit: Visitor, marts_home: Path
) -> None:
    app = visit(marts_home, "internal", quarter="all")
    asked = told(marts_home, "select count(*) from marts.promotion_prompts where state = 'prompt'")
    below = told(marts_home, "select count(*) from marts.promotion_prompts where state = 'below_mark'")
    assert len(app.dataframe[-1].value) == asked
    assert app.dataframe[-1].value["performance"].min() >= 90
    assert f"绩效未到线 {below}" in sentences(app)


def test_a_head_reads_the_own_department_and_its_people(opened: Any, roles_home: Path) -> None:
    app = opened("head", "internal")
    own = f"{PROMOTIONS} and department_id = 'operations'"
    judged = told(roles_home, f"select count(is_eligible) {own}")
    assert app.title[0].value.startswith(f"运营部：{judged} 场可判断")
    n = told(roles_home, "select count(*) from marts.internal_reviews where department_id = 'operations'")
    assert len(app.dataframe[0].value) == n
    other = told(roles_home, f"select min(interview_id) {PROMOTIONS} and department_id = 'sales'")
    assert other in opened("head", "internal", case=other).warning[0].value


def test_an_analyst_of_internal_moves_sees_no_person_and_marks_for_small_groups(opened: Any) -> None:
    app = opened("ana", "internal", department="finance")
    assert not app.dataframe
    assert "少于 5 人" in app.title[0].value
    assert {value for value, _ in cards_of(app).values()} >= {"少于 5 人"}
    assert not opened("ana", "internal", case="I000074").warning


def test_no_interview_of_the_choice_says_so_and_what_to_do(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "internal", scenario="external")
    assert app.title[0].value == "所选范围内没有晋升或培训面试"
    assert "放宽条件" in sentences(app)


def test_what_is_done_says_so_in_place_of_its_days_left(visit: Visitor, marts_home: Path) -> None:
    shown = visit(marts_home, "trust", duty="erase").dataframe[0].value
    done = shown["state"] == "已办结"
    assert done.any() and not done.all()
    assert set(shown["days_left"][done]) == {"已办结"}
    assert shown["days_left"][~done].str.fullmatch("−?[0-9]+").all()
