"""Every page, in both languages, on full, empty, missing and changing marts."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.visitors import Visitor, sentences
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import OPERATOR

PAGES = (
    "overview",
    "results",
    "candidate",
    "compare",
    "batches",
    "requisitions",
    "claims",
    "roles",
    "trend",
    "questions",
    "outcomes",
    "grades_and_pay",
    "growth",
    "internal",
    "trust",
    "health",
    "rubrics",
    "inbox",
)
CHINESE = re.compile(r"[一-鿿]")
# Names of versions, files and grades, and what Chinese HR people say in Latin letters themselves.
LATIN_IN_CHINESE = re.compile(
    r"\b(B\\?-\d+\\?-[a-z]+|AI|SQL|[A-DS]|Q[1-4]|hr|k|English|S \\\+ A|[rw]\\?-[0-9a-f]{8}|run\\?_1|I\d{6})\b"
)
ICON = re.compile(r":material/\w+:|:\w+\[|`[^`]*`")


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_every_page_opens_with_a_title_and_says_how_it_is_computed(
    visit: Visitor, marts_home: Path, page: str, lang: str
) -> None:
    app = visit(marts_home, page, lang=lang)
    assert not app.exception
    assert not app.error
    assert app.title[0].value
    assert app.expander[-1].label == {"zh": "这是怎么算的", "en": "How is this computed"}[lang]


@pytest.mark.parametrize("page", ["overview", "results", "roles", "trend", "grades_and_pay"])
def test_english_pages_have_no_chinese_left_over(visit: Visitor, marts_home: Path, page: str) -> None:
    found = [
        line for line in sentences(visit(marts_home, page, lang="en")).splitlines() if CHINESE.search(line)
    ]
    assert [line for line in found if line not in ("中文",)] == []


@pytest.mark.parametrize("page", ["overview", "roles", "trend", "grades_and_pay"])
def test_chinese_pages_have_no_english_left_over(visit: Visitor, marts_home: Path, page: str) -> None:
    text = LATIN_IN_CHINESE.sub("", ICON.sub("", sentences(visit(marts_home, page))))
    assert re.findall(r"[A-Za-z]{2,}", text) == []


@pytest.mark.parametrize("page", PAGES[:-3])
def test_an_empty_warehouse_says_what_to_do(visit: Visitor, empty_home: Path, page: str) -> None:
    app = visit(empty_home, page)
    assert not app.exception
    assert "还没有面试成绩" in app.title[0].value
    assert "scorehouse build" in sentences(app)


def test_who_is_looked_for_among_the_best_tenth_in_vain_is_named_with_the_way_to_why(
    visit: Visitor, marts_home: Path
) -> None:
    sql = """
        select c.name, i.role_id, cast(i.quarter_start as varchar) as quarter from marts.interview_results i
        join people.candidates c using (candidate_id)
        where i.status = 'scored' group by all having not bool_or(i.is_top10) order by all limit 1
    """
    who = Marts(Settings(home=marts_home)).query(sql, viewer=OPERATOR).to_pylist()[0]
    chosen = {"role": who["role_id"], "quarter": who["quarter"], "top10": "1"}
    app = visit(marts_home, "results", search=who["name"], **chosen)
    assert not app.exception
    assert f"{who['name']}不在前 10%" in sentences(app)
    links = [link.proto for link in app.get("page_link") if who["name"] in link.proto.label]
    assert links
    assert all("interview=" in link.query_string for link in links)


@pytest.mark.parametrize("page", ["overview", "trend", "roles", "results", "batches", "grades_and_pay"])
def test_a_choice_without_rows_is_taken_off_by_a_button(visit: Visitor, marts_home: Path, page: str) -> None:
    app = visit(
        marts_home, page, role="sales_rep", department="finance", scenario="training", quarter="2025-Q2"
    )
    assert not app.exception
    app.button(key=next(one.key for one in app.button if one.label == "去掉全部条件")).click().run()
    assert not app.exception
    assert dict(app.query_params) in ({"quarter": ["all"]}, {"quarter": "all"})
    assert "去掉全部条件" not in [one.label for one in app.button]


def test_no_published_file_at_all_says_the_same(visit: Visitor, tmp_path: Path) -> None:
    app = visit(tmp_path)
    assert not app.exception
    assert "还没有面试成绩" in app.title[0].value


def test_a_file_that_vanished_says_the_same(visit: Visitor, tmp_path: Path) -> None:
    write_marts(tmp_path / "published").unlink()
    app = visit(tmp_path)
    assert not app.exception
    assert "还没有面试成绩" in app.title[0].value


@pytest.mark.parametrize("page", ["overview", "roles", "trend", "grades_and_pay"])
def test_filters_that_match_nothing_say_so(visit: Visitor, marts_home: Path, page: str) -> None:
    app = visit(marts_home, page, department="finance", role="sales_rep")
    assert not app.exception
    assert "没有符合条件" in sentences(app)


def test_results_that_match_nothing_say_so(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "results", search="nobody of this name")
    assert "没有符合条件" in app.title[0].value
    assert len(app.dataframe) == 0


def test_a_publish_in_mid_visit_shows_the_new_marts_at_the_next_click(visit: Visitor, tmp_path: Path) -> None:
    write_marts(tmp_path / "published", interviews=240, run="first")
    app = visit(tmp_path, "results", quarter="all")
    assert "240" in app.title[0].value
    write_marts(tmp_path / "published", interviews=320, run="second")
    app.run()
    assert not app.exception
    assert "320" in app.title[0].value


def test_a_publish_between_two_questions_of_a_page_draws_it_again_from_the_new_marts(
    visit: Visitor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_marts(tmp_path / "published", interviews=240, run="first")
    answer = Marts.query
    asked: list[str] = []

    def publish_at_the_third(self: Marts, sql: str, *rest: Any, **named: Any) -> Any:
        table = answer(self, sql, *rest, **named)
        asked.append(sql)
        if len(asked) == 3:
            write_marts(tmp_path / "published", interviews=320, run="second")
        return table

    monkeypatch.setattr(Marts, "query", publish_at_the_third)
    app = visit(tmp_path, "results", quarter="all")
    assert not app.exception
    assert not app.error
    assert "320" in app.title[0].value


def test_an_interview_that_does_not_exist_is_named_and_a_search_is_offered(
    visit: Visitor, marts_home: Path
) -> None:
    app = visit(marts_home, "candidate", interview="I999999")
    assert "I999999" in app.warning[0].value
    assert app.title[0].value == "查找候选人"


@pytest.mark.parametrize(
    ("status", "words"),
    [
        ("insufficient", "数据不足"),
        ("declined", "已拒绝 AI 面试"),
        ("pending", "未面试"),
        ("abandoned", "中途放弃"),
    ],
)
def test_an_interview_without_a_score_says_why(
    visit: Visitor, marts_home: Path, status: str, words: str
) -> None:
    import duckdb

    with duckdb.connect(str(marts_home / "published" / "current.duckdb"), read_only=True) as connection:
        sql = "select min(interview_id) from marts.interview_results where status = ?"
        interview = connection.execute(sql, [status]).fetchone()
    assert interview is not None
    app = visit(marts_home, "candidate", interview=interview[0])
    assert not app.exception
    assert words in app.title[0].value
    assert words in sentences(app)


@pytest.mark.parametrize(
    ("lang", "words"),
    [
        ("zh", ("差", "要求", "课程《", "实践：一页纸方案（4 周）", "导师：资深项目经理", "最省力")),
        ("en", ("short (", "Course: ", "Practice: A one", "(4 weeks)", "Mentor: ", "the least")),
    ],
)
def test_a_person_with_gaps_reads_what_helps_and_what_the_next_grade_takes(
    visit: Visitor, marts_home: Path, lang: str, words: tuple[str, ...]
) -> None:
    import duckdb

    with duckdb.connect(str(marts_home / "published" / "current.duckdb"), read_only=True) as connection:
        sql = """
            select interview_id
            from marts.development_plans join marts.next_bands using (interview_id)
            where is_reachable
            group by interview_id
            order by count(*) desc, interview_id
        """
        interview = connection.execute(sql).fetchone()
    assert interview is not None
    app = visit(marts_home, "candidate", interview=interview[0], lang=lang)
    assert not app.exception
    assert not app.error
    said = sentences(app)
    assert [word for word in words if word not in said] == []


def test_an_unexpected_failure_is_one_sentence_and_a_log_entry(
    visit: Visitor, marts_home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError("".join(["138", "0000", "0000"]))

    monkeypatch.setattr("dashboards.frame.head", fail)
    monkeypatch.setattr("dashboards.formats.Formats.score", fail)
    app = visit(marts_home, "roles")
    assert not app.exception
    assert [error.value for error in app.error] == [
        "这一页出了意外，详情已写入日志；请刷新，若仍出现请联系管理员。"
    ]
    log = (marts_home / "logs" / "scorehouse.log").read_text(encoding="utf-8")
    assert "RuntimeError" in log
    assert "13800000000" not in log
