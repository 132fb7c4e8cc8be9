"""Tables say why a number is absent, call things by their names and cut nothing off."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import pytest

from dashboards import tables
from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.visitors import Visitor, sentences


def scored_interview(home: Path) -> str:
    """Any interview with a score and answers."""
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select min(interview_id) from marts.interview_results where status = 'scored' and answers_n > 0"
        ).fetchone()
    assert found is not None
    return str(found[0])


@pytest.mark.parametrize(
    ("lang", "column", "words"),
    [("zh", "环比 95% 区间", "无上季度"), ("en", "95% interval of change", "no quarter before")],
)
def test_the_first_quarter_has_no_quarter_before(
    visit: Visitor, marts_home: Path, lang: str, column: str, words: str
) -> None:
    table = visit(marts_home, "trend", lang=lang).dataframe[0].value
    assert table[column].iloc[-1] == words
    assert (table[column] == words).sum() == 1
    assert table[column].iloc[:-1].str.contains(r"[+−]\d+\.\d (?:~|to) [+−]\d+\.\d").all()


def test_a_quarter_of_one_interview_has_too_few_for_an_interval(visit: Visitor, tmp_path: Path) -> None:
    path = write_marts(tmp_path / "published", interviews=240)
    with duckdb.connect(str(path)) as connection:
        connection.execute(
            "update marts.quarterly_trends set n = 1, sd = null, ci_low = null, ci_high = null,"
            " delta_ci_low = null, delta_ci_high = null"
            " where quarter_start = (select max(quarter_start) from marts.quarterly_trends)"
        )
    table = visit(tmp_path, "trend").dataframe[0].value
    assert table["环比 95% 区间"].iloc[0] == "人数太少，无区间"
    assert table["环比 95% 区间"].iloc[-1] == "无上季度"


@pytest.mark.parametrize(("lang", "words"), [("zh", "得分"), ("en", "Score")])
def test_the_score_of_a_competency_is_not_called_the_composite(
    visit: Visitor, marts_home: Path, lang: str, words: str
) -> None:
    app = visit(marts_home, "candidate", interview=scored_interview(marts_home), lang=lang)
    assert list(app.table[0].value.columns)[1] == words


def test_an_answer_says_how_many_elements_it_meets(visit: Visitor, marts_home: Path) -> None:
    interview = scored_interview(marts_home)
    app = visit(marts_home, "candidate", interview=interview, lang="en")
    with duckdb.connect(str(marts_home / "published" / "current.duckdb"), read_only=True) as connection:
        expected = connection.execute(
            "with each as ("
            "   select question_id, unnest(elements) as e from marts.answer_scores where interview_id = ?"
            ") select count(*) filter (e.points = e.points_of) || ' / ' || count(*) "
            "from each group by question_id order by question_id",
            [interview],
        ).fetchall()
    (table,) = [one.value for one in app.dataframe if "met" in one.value.columns]
    assert [(value,) for value in table["met"]] == expected


@pytest.mark.parametrize(
    ("question", "phrases", "height"),
    [
        ("短", [], tables.TALL_ROW),
        # 40 characters of 13.7 in lines of 213.3: 3 lines of 18 and 12 are 66
        ("问" * 40, [], 66),
        # 70: 5 lines of 18 and 12
        ("问" * 70, [], 102),
        # a chip of 4 characters takes 75.3, so 3 fit in 292: 9 make 3 lines of 28, and 12
        ("短", ["换位思考"] * 9, 96),
        ("短", ["换位思考"] * 99, tables.HIGHEST_ROW),
    ],
)
def test_a_row_of_answers_is_as_high_as_its_words_need(
    question: str, phrases: list[str], height: int
) -> None:
    assert tables._row_height(question, {"hits": phrases, "negated": [], "flags": []}) == height


@pytest.mark.parametrize("page", ["results", "roles"])
def test_no_column_is_pinned_because_pinned_text_is_grey(visit: Visitor, marts_home: Path, page: str) -> None:
    columns = json.loads(visit(marts_home, page).dataframe[0].proto.columns)
    assert [name for name, settings in columns.items() if settings.get("pinned")] == []


def test_sentences_under_a_chart_are_joined_with_room_between_them(visit: Visitor, marts_home: Path) -> None:
    english = sentences(visit(marts_home, "grades_and_pay", lang="en"))
    assert "14–15k · Gap" in english.replace("\\", "") or "17–18k · Gap" in english.replace("\\", "")
    assert "for C, D" in english
    assert ";" not in english.replace("; ", "")
