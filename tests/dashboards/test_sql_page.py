"""The SQL page: answers or a sentence, a memory of its own, never more than the reader may see."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import sql_job
from dashboards.catalogue import words_in
from dashboards.sql_errors import sentence
from tests.dashboards.visitors import APP, SECONDS, sentences
from warehouse import accounts, query_shelf
from warehouse.errors import QueryFailedError, QueryRefusedError
from warehouse.marts import Marts
from warehouse.settings import HOME_VARIABLE, Settings
from warehouse.viewer import Viewer

Ask = Callable[..., AppTest]
RUN = {"zh": "运行", "en": "Run"}


@pytest.fixture(scope="module", autouse=True)
def _no_processes_left() -> Iterator[None]:
    yield
    sql_job.sandbox.cache_clear()


@pytest.fixture
def ask(marts_home: Path, monkeypatch: pytest.MonkeyPatch) -> Ask:
    """`ask(sql, role=…, **url)`: the page after its query was run."""

    def open_page(sql: str, role: str = "hr", name: str = "hr", **url: str) -> AppTest:
        monkeypatch.setenv(HOME_VARIABLE, str(marts_home))
        app = AppTest.from_file(str(APP), default_timeout=SECONDS)
        app.session_state["session_token"] = accounts.open_session(
            Settings(home=marts_home), Viewer(name, role)
        )
        url = {"query": sql, **url}
        app.query_params.update(url)
        app.run()
        app.query_params.update(url)
        app.switch_page("views/sql.py").run()
        return click(app, RUN[url.get("lang", "zh")])

    return open_page


def click(app: AppTest, label: str) -> AppTest:
    return next(button for button in app.button if button.label == label).click().run()


def test_a_query_is_answered_with_its_rows_and_their_number(ask: Ask) -> None:
    app = ask(
        "select grade, count(*) as n from interview_results where grade is not null group by 1 order by 1"
    )
    assert not app.exception
    assert not app.error
    grid = app.dataframe[-1].value
    assert list(grid["grade"]) == ["A", "B", "C", "D", "S"]
    assert re.search(r"5 行 · \d", sentences(app))


@pytest.mark.parametrize(
    ("sql", "zh", "en"),
    [
        ("select nope from interview_results", "没有名为 nope 的列", "no column named nope"),
        (
            "select * from interview_result",
            "是不是 marts.interview\\_results",
            "did you mean marts.interview",
        ),
        ("select * from read_text('/etc/hostname')", "不能用函数 read\\_text", "function read\\_text is not"),
        ("delete from interview_results", "一条 SELECT", "Only one SELECT"),
        ("select 1 fro m", "语法有误", "cannot be read"),
        ("select cast(role_id as integer) from interview_results", "不能转换", "cannot be converted"),
    ],
)
def test_what_cannot_run_is_one_sentence_in_the_reader_s_language(
    ask: Ask, sql: str, zh: str, en: str
) -> None:
    for lang, words in (("zh", zh), ("en", en)):
        app = ask(sql, lang=lang)
        assert not app.exception
        (error,) = app.error
        assert words.replace("\\", "") in error.value.replace("\\", "")


def test_every_known_sentence_of_the_warehouse_has_words(ask: Ask) -> None:
    words = words_in("zh")
    known = [
        QueryFailedError("The query was cancelled."),
        QueryFailedError("The query was stopped after 30 seconds: filter more or aggregate."),
        QueryFailedError("The query needs more memory than it may use: filter more."),
        QueryFailedError("Your other queries still run: wait for one to end."),
        QueryRefusedError("The column name of marts.x (personal) is not open to the role analyst."),
    ]
    for error in known:
        said, more = sentence(words, error)
        assert not re.search("[a-z]{4,}", said.replace("marts.x", "").replace("name", ""))
        assert more == ""
    said, more = sentence(words, QueryFailedError("Something nobody has seen."))
    assert more == "Something nobody has seen."


def test_an_analyst_gets_what_the_policy_shows_and_no_more(ask: Ask) -> None:
    app = ask("select * from interview_results limit 5", role="analyst", name="ana")
    assert not app.exception
    columns = set(app.dataframe[-1].value.columns)
    assert "grade" in columns
    assert not columns & {"pay_min", "pay_max"}
    refused = ask("select name from people.candidates", role="analyst", name="ana")
    assert "看不到" in refused.error[0].value


def test_the_browser_of_marts_lists_what_the_reader_may_see(ask: Ask) -> None:
    everything = ask("select 1").selectbox(key="sql_mart").options
    analyst = ask("select 1", role="analyst", name="ana").selectbox(key="sql_mart").options
    assert any("面试成绩" in option for option in analyst)
    assert any("candidates" in option for option in everything)
    assert not any("candidates" in option for option in analyst)


def test_what_was_run_stands_in_the_history_of_its_reader_alone(ask: Ask, marts_home: Path) -> None:
    ask("select 4711 as x", name="hr")
    settings = Settings(home=marts_home)
    assert query_shelf.shelf_of(settings, "hr").history[0].sql == "select 4711 as x"
    app = ask("select 1", role="analyst", name="ana")
    assert "4711" not in sentences(app)


def test_a_query_of_the_history_goes_back_into_the_editor(ask: Ask) -> None:
    ask("select 815 as x")
    app = ask("select 1")
    again = next(button for button in app.button if "815" in button.label).click().run()
    assert again.session_state["sql_text"] == "select 815 as x"


def test_ten_examples_wait_and_run(ask: Ask) -> None:
    app = ask("select 1")
    starts = [button for button in app.button if str(button.key).startswith("take_example_")]
    assert len(starts) == 10
    started = starts[0].click().run()
    assert "costliest" in str(starts[0].key)
    assert "loss_points" in started.session_state["sql_text"]


def test_a_query_is_saved_shared_and_deleted(ask: Ask, marts_home: Path) -> None:
    settings = Settings(home=marts_home)
    app = ask("select 99 as x")
    app.text_input(key=next(box.key for box in app.text_input if box.label == "名称")).input("九十九")
    next(box for box in app.checkbox if box.label == "让其他人也看到").check()
    click(app, "保存")
    assert [(one.name, one.is_shared) for one in query_shelf.shelf_of(settings, "hr").saved] == [
        ("九十九", True)
    ]
    other = ask("select 1", role="analyst", name="ana")
    assert "由 hr 共享" in sentences(other)
    app = ask("select 1")
    next(button for button in app.button if str(button.key).startswith("delete_")).click().run()
    assert query_shelf.shelf_of(settings, "hr").saved == ()


def test_it_says_what_a_query_does_and_what_runs_in_its_place(ask: Ask) -> None:
    app = ask("select grade, count(*) from interview_results group by 1", role="analyst", name="ana")
    app.toggle(key="sql_told").set_value(True).run()
    assert "读取 marts.interview\\_results" in sentences(app)
    assert 'from "marts"."interview_results" as m' in app.code[0].value


def test_hidden_figures_say_so(ask: Ask) -> None:
    app = ask("select * from role_score_summaries", role="analyst", name="ana")
    assert not app.exception
    grid = app.dataframe[-1].value
    assert grid["suppressed"].any()
    assert (grid.loc[grid["suppressed"], "p50"] == "少于 5 人").all()
    assert not (grid.loc[~grid["suppressed"], "p50"] == "少于 5 人").any()
    assert "少于 5 人" in sentences(app)
    without = ask("select p50 from role_score_summaries", role="analyst", name="ana")
    assert "加选 suppressed 列" in sentences(without)


def test_a_chart_is_drawn_from_columns_of_the_reader_s_choice(ask: Ask) -> None:
    sql = "select grade, count(*) as n, avg(r.composite_score) from interview_results as r group by 1"
    app = ask(sql, y="avg(r.composite_score)")
    app.button_group(key="sql_view").set_value("chart").run()
    assert not app.exception
    spec = json.loads(app.get("vega_lite_chart")[0].proto.spec)
    encoding = spec["layer"][0]["encoding"]
    # Names with dots and brackets would be paths into the data: fields have plain ones.
    assert {axis: (encoding[axis]["field"], encoding[axis]["title"]) for axis in "xy"} == {
        "x": ("x", "grade"),
        "y": ("y", "avg(r.composite_score)"),
    }


def test_a_link_keeps_a_short_query_and_leaves_a_long_one_out(ask: Ask) -> None:
    assert ask("select 1 as x").query_params["query"] == "select 1 as x"
    assert "query" not in ask(f"select 1 as x -- {'long ' * 400}").query_params


def test_a_failure_of_ours_is_a_sentence_too(ask: Ask, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("a secret")

    monkeypatch.setattr(Marts, "prepare", fail)
    app = ask("select 1")
    assert not app.exception
    assert app.error[0].value.startswith("这一页出了意外")
