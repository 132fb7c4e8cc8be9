"""The scoring rules: browsed, tried, checked, and changed on trial, without anything being published."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import duckdb
import pytest
from streamlit.testing.v1 import AppTest

from tests.dashboards.fixture_marts import write_marts
from tests.dashboards.visitors import Visitor, sentences
from warehouse.seeds import rubric_version
from warehouse.settings import REPOSITORY, Settings

PROPOSAL = "sales_rep~2024-01-01,negotiation:60:99"
ROLE = {"role": "sales_rep", "quarter": "all"}


@pytest.fixture
def own_seeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A dbt project of the test, whose seeds may be spoilt."""
    project = tmp_path / "dbt_project"
    (project / "seeds").mkdir(parents=True)
    shutil.copy(REPOSITORY / "dbt_project" / "dbt_project.yml", project)
    for path in (REPOSITORY / "dbt_project" / "seeds").glob("*.csv"):
        shutil.copy(path, project / "seeds")
    monkeypatch.setattr(Settings, "seeds", property(lambda self: project / "seeds"))
    return project / "seeds"


@pytest.mark.parametrize(
    ("part", "lang", "title"),
    [
        ("weights", "zh", "销售代表看 6 项能力，问题解决占比最高（25%）"),
        ("weights", "en", "Sales representative: 6 competencies, Problem solving weighs most (25%)"),
        ("questions", "zh", "36 道题，145 个评分点，1,359 个词句"),
        ("try", "en", "Try an answer and see its points and evidence at once"),
        ("check", "zh", "检查评分规则：0 个错误，1 个提醒，8 条说明"),
    ],
)
def test_the_title_is_the_answer(visit: Visitor, marts_home: Path, part: str, lang: str, title: str) -> None:
    app = visit(marts_home, "rubrics", part=part, lang=lang, **ROLE)
    assert not app.exception
    assert app.title[0].value == re.sub(r"([-():])", r"\\\1", title)


def test_it_names_the_rules_of_the_results_and_says_when_the_files_differ(
    visit: Visitor, marts_home: Path
) -> None:
    app = visit(marts_home, "rubrics")
    assert r"r\-7f3a91c2" in app.caption[0].value
    assert r"w\-11aa22bb" in app.caption[0].value
    (told,) = app.info
    assert "r-7f3a91c2" in told.value
    assert rubric_version(REPOSITORY / "dbt_project" / "seeds") in told.value


def test_when_the_files_are_those_of_the_results_it_says_nothing(visit: Visitor, tmp_path: Path) -> None:
    current = rubric_version(REPOSITORY / "dbt_project" / "seeds")
    with duckdb.connect(str(write_marts(tmp_path / "published"))) as connection:
        connection.execute("update marts.warehouse_run set rubric_version = ?", [current])
    assert not visit(tmp_path, "rubrics").info


def weight(app: AppTest, competency: str) -> AppTest:
    return next(field for field in app.number_input if field.key.endswith(f"~{competency}"))


def test_a_changed_weight_shows_who_changes_grade_and_goes_into_the_link(
    visit: Visitor, marts_home: Path
) -> None:
    app = visit(marts_home, "rubrics", **ROLE)
    assert "还没有改动" in sentences(app)
    assert not app.metric
    weight(app, "negotiation").set_value(60.0).run()
    assert not app.exception
    title = re.fullmatch(
        r"按拟议的权重，销售代表 (\d+) 场面试中 (\d+) 场换等级：升 (\d+)，降 (\d+)", app.title[0].value
    )
    assert title, app.title[0].value
    total, moved, up, down = map(int, title.groups())
    assert 0 < moved == up + down <= total
    assert app.metric[0].value == str(moved)
    assert app.query_params["proposal"] == f"sales_rep~2024-01-01,negotiation:60:{_requirement(marts_home)}"
    people = app.dataframe[0].value
    assert set(people["grade_change"]) <= {f"{a} → {b}" for a in "SABCD" for b in "SABCD"}
    assert (people["grade_change"].map(lambda text: text[0] != text[-1])).sum() == moved


def _requirement(home: Path) -> str:
    with duckdb.connect(str(home / "published" / "current.duckdb"), read_only=True) as connection:
        found = connection.execute(
            "select requirement from marts.role_requirements"
            " where role_id = 'sales_rep' and competency_id = 'negotiation'"
        ).fetchone()
    assert found
    return f"{found[0]:g}"


def test_a_link_opens_the_proposal_and_it_can_be_taken_back(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "rubrics", proposal=PROPOSAL, **ROLE)
    assert "换等级" in app.title[0].value
    assert weight(app, "negotiation").value == 60
    assert [field.value for field in app.number_input if field.key.startswith("requirement~")]
    next(button for button in app.button if button.key == "reset_proposal").click().run()
    assert "还没有改动" in sentences(app)
    assert "proposal" not in app.query_params


def test_weights_set_back_by_hand_are_no_proposal(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "rubrics", **ROLE)
    weight(app, "logic").set_value(50.0).run()
    weight(app, "logic").set_value(15.0).run()
    assert "proposal" not in app.query_params


def test_a_proposal_of_one_role_says_nothing_about_another(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "rubrics", proposal=PROPOSAL, role="data_analyst", quarter="all")
    assert "还没有改动" in sentences(app)


def test_choosing_a_role_on_the_page_chooses_it_everywhere(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "rubrics")
    box = next(box for box in app.selectbox if box.key == "own_of_role")
    box.set_value("data_analyst").run()
    assert app.query_params["role"] == "data_analyst"
    assert "数据分析师" in app.title[0].value


def test_nothing_is_written(visit: Visitor, marts_home: Path, own_seeds: Path) -> None:
    before = {path: path.read_bytes() for path in own_seeds.iterdir()}
    published = (marts_home / "published" / "current.duckdb").resolve()
    stamp = published.stat().st_mtime_ns
    visit(marts_home, "rubrics", proposal=PROPOSAL, **ROLE)
    assert {path: path.read_bytes() for path in own_seeds.iterdir()} == before
    assert published.stat().st_mtime_ns == stamp


def test_a_question_shows_its_criteria_and_phrases(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "rubrics", part="questions", question="q_general_2", lang="en")
    assert not app.exception
    said = sentences(app)
    assert "Describe a difficult problem you solved" in said
    assert ":gray-badge[排查]" in said
    assert ":gray-badge[traced it back]" in said
    assert ":gray-badge[问题在于]" in said
    table = app.table[0].value
    assert list(table["Needs"]) == ["2 of 11", "2 of 11", "2 of 12", "–"]
    assert list(table["Of the answer"]) == ["33%", "22%", "22%", "22%"]


def tried(app: AppTest, text: str) -> AppTest:
    app.text_area[0].set_value(text).run()
    assert not app.exception
    return app


def test_an_answer_is_tried_with_its_evidence_marked_and_escaped(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "rubrics", part="try", question="q_general_2")
    tried(app, "我没有逐一核对，<script>但是排查了；于是我找到瓶颈")
    assert app.title[0].value == "这个回答得 40.7 分（满分 100）"
    (painted,) = [block.value for block in app.get("html") if 'class="answer"' in (block.value or "")]
    assert '<mark class="hit" title="排查">排查</mark>' in painted
    assert '<mark class="stage" title="方案设计">于是我</mark>' in painted
    assert ">没有逐一核对</mark>" in painted
    assert "&lt;script&gt;" in painted
    assert "<script>" not in painted
    assert "前面有“没有”，被否定" in sentences(app)


def test_the_tried_answer_is_in_no_link(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "rubrics", part="try", question="q_general_2")
    tried(app, "我排查了历史数据")
    assert "排查" not in str(dict(app.query_params))


def test_a_role_weighs_the_tried_answer(visit: Visitor, marts_home: Path) -> None:
    app = visit(marts_home, "rubrics", part="try", question="q_general_1")
    tried(app, "我主动补位")
    next(box for box in app.selectbox if box.key == "trial_role").set_value("sales_rep").run()
    # teamwork 2 of 7 at weight 10, communication 0 at 20
    assert app.title[0].value == "按销售代表的权重，这个回答得 9.5 分（满分 100）"


def test_broken_rules_are_named_and_the_page_still_opens(
    visit: Visitor, marts_home: Path, own_seeds: Path
) -> None:
    (own_seeds / "phrases.csv").write_bytes(b"\xff\xfe\x00")
    for part in ("weights", "questions", "try", "check"):
        app = visit(marts_home, "rubrics", part=part, **ROLE)
        assert not app.exception
        assert "下次构建会失败" in app.error[0].value
    assert "不是 UTF\\-8 编码" in sentences(app)
    assert app.title[0].value.startswith("检查评分规则：1 个错误")


def test_an_edited_seed_is_seen_at_once(visit: Visitor, marts_home: Path, own_seeds: Path) -> None:
    app = visit(marts_home, "rubrics", part="check")
    assert "0 个错误" in app.title[0].value
    grades = own_seeds / "grade_policy.csv"
    grades.write_text(grades.read_text("utf-8").replace("A,80,90", "A,82,90"), encoding="utf-8")
    app.run()
    assert "1 个错误" in app.title[0].value
    assert "有缺口 80–82" in sentences(app)


def test_without_interviews_the_rules_are_there(visit: Visitor, empty_home: Path) -> None:
    app = visit(empty_home, "rubrics", role="sales_rep")
    assert not app.exception
    assert "销售代表看 6 项能力" in app.title[0].value
