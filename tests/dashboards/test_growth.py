"""Growth: gaps, advice, returns and the talent pool as in the marts; small groups are marked."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from dashboards.charts.growth import readable
from dashboards.theme import DARK, LIGHT
from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.test_queries import ask
from tests.dashboards.visitors import APP, SECONDS, Visitor, drawn, sentences
from warehouse import account_admin, grants, sessions
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

PLANS = "from marts.development_plans"
RETURNS = "from marts.reapplications where not is_supplement"
POOL = "from marts.talent_pool where is_in_pool"


def told(home: Path, sql: str) -> Any:
    """The rows of a query that knows nothing of the pages' queries."""
    path = home / "published" / "current.duckdb"
    with duckdb.connect(str(path), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def one(home: Path, sql: str) -> Any:
    return told(home, sql)[0][0]


def cards_of(app: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in app.metric}


def test_the_title_names_the_most_common_gap_and_the_gain_after_a_course(
    visit: Visitor, marts_home: Path
) -> None:
    app = visit(marts_home, "growth", quarter="all")
    (name, n), *_ = told(
        marts_home,
        f"select name_zh, count(distinct candidate_id) as n {PLANS} join marts.competencies "
        "using (competency_id) group by 1 order by n desc, 1",
    )
    people, gain = told(
        marts_home, f"select count(distinct candidate_id), avg(gain) {RETURNS} and len(course_ids) > 0"
    )[0]
    direction = "高" if gain >= 0 else "低"
    found = f"上过课再来面试的 {people} 人平均{direction} {abs(gain):.1f} 分"
    assert app.title[0].value == f"最常见的差距是{name}（{n} 人）；{found}"


def test_the_cards_are_the_marts_numbers(visit: Visitor, marts_home: Path) -> None:
    cards = cards_of(visit(marts_home, "growth", quarter="all"))
    assert cards["有差距的人"] == f"{one(marts_home, f'select count(distinct candidate_id) {PLANS}'):,}"
    assert cards["再来面试"] == str(one(marts_home, f"select count(distinct candidate_id) {RETURNS}"))
    assert cards["人才库"] == str(one(marts_home, f"select count(distinct candidate_id) {POOL}"))
    gain = one(marts_home, f"select avg(gain) {RETURNS}")
    assert cards["再面提升"].replace("−", "-") == f"{gain:+.1f}"


def test_a_cell_of_the_heat_map_is_people_below_of_people_measured(visit: Visitor, marts_home: Path) -> None:
    cells = [value for value in drawn(visit(marts_home, "growth", quarter="all")) if "gap_role" in value]
    (cell,) = [c for c in cells if (c["gap"], c["gap_role"]) == ("logic", "sales_rep")]
    measured = (
        "select count(distinct candidate_id) from marts.competency_scores join marts.interview_results i "
        "using (interview_id, candidate_id, role_id) where i.status = 'scored' and competency_id = 'logic' "
        "and role_id = 'sales_rep'"
    )
    of_it = f"{PLANS} where competency_id = 'logic' and role_id = 'sales_rep'"
    n, below = one(marts_home, measured), one(marts_home, f"select count(distinct candidate_id) {of_it}")
    assert 0 < below < n
    assert cell["value"] == pytest.approx(below / n)
    assert cell["of"] == f"{below} / {n} 人"
    assert cell["depth"].startswith(f"{one(marts_home, f'select avg(gap) {of_it}'):.1f} (")


@pytest.mark.parametrize("colours", [LIGHT, DARK], ids=["light", "dark"])
def test_a_cell_is_written_in_the_ink_that_reads_best_on_it(colours: Any) -> None:
    assert readable(colours.surface, colours.ink, colours.surface) == colours.ink
    assert readable(colours.accent, colours.ink, colours.surface) == colours.surface


def test_a_chosen_cell_lists_its_people(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "growth", quarter="all", gap="logic", gap_role="sales_rep")
    of_it = f"{PLANS} where competency_id = 'logic' and role_id = 'sales_rep'"
    rows, people = told(marts_home, f"select count(*), count(distinct candidate_id) {of_it}")[0]
    assert f"{rows} 项差距，{people} 人" in sentences(app)
    shown = app.dataframe[0].value
    assert len(shown) == rows < 200
    assert set(shown["competency"]) == {"逻辑思维"}
    assert list(shown["gap"]) == sorted(shown["gap"], reverse=True)
    assert shown["gap"].max() == pytest.approx(one(marts_home, f"select max(gap) {of_it}"))


def test_advice_counts_people_and_a_chosen_one_lists_them(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "growth", quarter="all", help_kind="project", help="p_logic")
    n = one(marts_home, f"select count(distinct candidate_id) {PLANS} where project_id = 'p_logic'")
    assert [value["people_n"] for value in drawn(app) if value.get("id") == "p_logic"] == [n]
    assert set(app.dataframe[0].value["competency"]) == {"逻辑思维"}
    assert app.button(key="take_off_help")


def test_one_role_is_drawn_with_intervals(visit: Visitor, marts_home: Path) -> None:
    rows = drawn(visit(marts_home, "growth", quarter="all", role="sales_rep"))
    dots = {value["gap"]: value for value in rows if value.get("gap_role") == "sales_rep"}
    assert len(dots) == 6
    for dot in dots.values():
        assert dot["low"] < dot["share_value"] < dot["high"]


def test_gains_come_with_interval_and_number_and_leave_supplements_out(marts_home: Path) -> None:
    rows = {row["part"]: row for row in ask(marts_home, "returns")}
    for part, condition in (
        ("all", "not is_supplement"),
        ("course", "not is_supplement and len(course_ids) > 0"),
        ("no_course", "not is_supplement and len(course_ids) = 0"),
        ("supplement", "is_supplement"),
    ):
        of_it = f"from marts.reapplications where {condition}"
        n, gain, sd = told(marts_home, f"select count(*), avg(gain), stddev_samp(gain) {of_it}")[0]
        assert n >= 5
        assert (rows[part]["n"], rows[part]["gain"]) == (n, pytest.approx(gain))
        assert rows[part]["low"] == pytest.approx(gain - 1.96 * sd / math.sqrt(n))
        assert rows[part]["high"] == pytest.approx(gain + 1.96 * sd / math.sqrt(n))


@pytest.mark.parametrize(("lang", "words"), [("zh", "这不是实验"), ("en", "This is no experiment")])
def test_the_page_says_that_returns_are_no_experiment(
    visit: Visitor, marts_home: Path, lang: str, words: str
) -> None:
    app = visit(marts_home, "growth", lang=lang)
    assert words in app.info[0].value
    assert sum(value.get("when") in ("首次", "First") for value in drawn(app)) >= 5


def test_the_pool_lists_who_is_in_it_for_the_chosen_reason(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "growth", pool="nearly_strong")
    expected = told(marts_home, f"select interview_id {POOL} and reason = 'nearly_strong'")
    shown = next(frame.value for frame in app.dataframe if "pool_reason" in frame.value.columns)
    assert len(shown) == len(expected) > 0
    assert set(shown["pool_reason"]) == {"接近高分"}
    everybody = ask(marts_home, "pool_people")
    assert {row["pool_reason"] for row in everybody} <= {
        reason for (reason,) in told(marts_home, f"select distinct reason {POOL}")
    }
    assert everybody[0]["rows_n"] == one(marts_home, f"select count(*) {POOL}")


def test_feedback_that_waits_is_named_with_its_days(visit: Visitor, marts_home: Path) -> None:
    waiting = "from marts.interview_comments where is_waiting"
    n, hours = told(marts_home, f"select count(*), max(waiting_hours) {waiting}")[0]
    assert n > 1
    assert f"{n} 个反馈问题在等回复，最久 {math.floor(hours / 24)} 天" in sentences(
        visit(marts_home, "growth")
    ).replace("\\", "")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A head with a grant for one department, and an analyst."""
    made = tmp_path_factory.mktemp("growth")
    write_marts(made / "published")
    settings = Settings(home=made)
    for name, role in (("head", "department_head"), ("ana", "analyst")):
        account_admin.add_user(settings, name, role, "an-invented-pass-phrase")
    grants.grant(settings, "head", "finance", author="hr")
    return made


@pytest.fixture
def opened(home: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """`opened(name, role, **url)`: the page as that account sees it."""
    monkeypatch.setenv(HOME_VARIABLE, str(home))

    def open_page(name: str, role: str, **url: str) -> AppTest:
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        app.session_state["session_token"] = sessions.open_session(Settings(home=home), Viewer(name, role))
        app.query_params.update(url)
        return app.switch_page("views/growth.py").run()

    return open_page


def test_an_analyst_sees_no_group_of_fewer_than_five_people(
    opened: Callable[..., AppTest], home: Path
) -> None:
    app = opened("ana", "analyst", quarter="2026-07-01")
    small = {
        (competency, role)
        for competency, role, n in told(
            home,
            "select competency_id, role_id, count(distinct candidate_id) from marts.development_plans "
            "where quarter_start = '2026-07-01' group by all",
        )
        if n < 5
    }
    cells = [value for value in drawn(app) if "gap_role" in value]
    hidden = {(cell["gap"], cell["gap_role"]) for cell in cells if cell["text"] == "<5"}
    assert small and small <= hidden
    assert all(cell["value"] is None for cell in cells if cell["text"] == "<5")
    assert "组少于 5 人，不显示" in sentences(app)
    joined = one(home, f"select count(distinct candidate_id) {RETURNS} and was_hired")
    assert joined >= 5 or "入职的人少于 5 人" in sentences(app)


def test_an_analyst_sees_numbers_of_people_and_no_names(opened: Callable[..., AppTest], home: Path) -> None:
    app = opened("ana", "analyst", quarter="all")
    names = {name for (name,) in told(home, "select distinct name from people.candidates")}
    shown = "\n".join(frame.value.to_json(force_ascii=False) for frame in app.dataframe)
    assert "P0" in shown
    assert not [name for name in names if name in shown or name in str(drawn(app))]


def test_a_head_reads_the_gaps_of_the_own_department(opened: Callable[..., AppTest], home: Path) -> None:
    app = opened("head", "department_head", quarter="all")
    own = one(home, f"select count(distinct candidate_id) {PLANS} where department_id = 'finance'")
    assert cards_of(app)["有差距的人"] == str(own)
    assert app.title[0].value.startswith("财务部")
    assert {cell["gap_role"] for cell in drawn(app) if "gap_role" in cell} == {"finance_specialist"}
