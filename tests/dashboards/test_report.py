"""Reports as PDF: the numbers of the mart, nothing a role may not see, Chinese without fonts."""

from __future__ import annotations

import ast
import csv
import io
import os
import re
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from dashboards.catalogue import words_in
from dashboards.formats import Formats
from dashboards.report.batch import Report, report, reports, write_zip
from dashboards.report.glyphs import FONT, MISSING, Glyphs
from dashboards.report.maker import Maker, Spoken
from tests.dashboards.visitors import APP
from warehouse.errors import UsageError
from warehouse.marts import Marts
from warehouse.settings import Settings
from warehouse.viewer import OPERATOR, Viewer

MOMENT = datetime(2026, 11, 23, 1, 0, 30, 1234, tzinfo=UTC)
OF_STREAMLIT = {
    f"{kind}_chart" for kind in ("altair", "vega_lite", "line", "bar", "area", "scatter", "plotly")
}
HR, ANALYST = Viewer("hr", "hr"), Viewer("ada", "analyst")


@pytest.fixture(scope="module")
def marts(demo_home: Settings) -> Iterator[Marts]:
    with closing(Marts(demo_home)) as opened:
        yield opened


def asked(marts: Marts, sql: str, **parameters: object) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = marts.query(sql, parameters, viewer=OPERATOR).to_pylist()
    return rows


@pytest.fixture(scope="module")
def person(marts: Marts) -> dict[str, Any]:
    """Scored, named, with lost points and a band of pay."""
    (row,) = asked(
        marts,
        """select i.*, c.name from marts.interview_results i join people.candidates c using (candidate_id)
        where i.status = 'scored' and i.pay_min is not null and i.cohort_rank > 0 and c.name is not null
        order by i.composite_score, i.interview_id limit 1""",
    )
    return row


def maker(viewer: Viewer = HR, language: str = "zh") -> Maker:
    words = words_in(language)
    return Maker(viewer, words, Formats(words, Settings(home=Path()).timezone), MOMENT)


def text_of(pdf: bytes) -> str:
    """The words of a PDF in one line; the points of a radar have no words."""
    pages = pypdfium2.PdfDocument(pdf)
    return " ".join("".join(page.get_textpage().get_text_range() for page in pages).split())


def test_generated_people_are_said_to_be(
    marts: Marts, person: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    mark = "演示数据：人物与回答均为生成"
    assert mark in text_of(report(marts, maker(), person["interview_id"]).pdf)
    monkeypatch.setattr(Marts, "holds_demo", False)
    assert mark not in text_of(report(marts, maker(), person["interview_id"]).pdf)


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_report_has_the_numbers_of_the_marts(marts: Marts, person: dict[str, Any], language: str) -> None:
    made = report(marts, maker(language=language), person["interview_id"])
    text = text_of(made.pdf)
    assert f"{made.row['score_shown']:.1f}" in text and person["name"] in text
    assert f"{person['rubric_version']}" in text and person["run_id"] in text
    skills = asked(
        marts,
        """select score, requirement, cohort_mean from marts.competency_scores
        where interview_id = $id and weight is not null""",
        id=person["interview_id"],
    )
    lost = asked(
        marts,
        "select points_lost from marts.loss_points where interview_id = $id and points_lost > 0",
        id=person["interview_id"],
    )
    assert skills and lost
    for value in (value for skill in skills for value in skill.values() if value is not None):
        assert re.search(rf"(?<![\d.]){value:.1f}(?!\d)", text), value
    for loss in lost:
        assert f"−{loss['points_lost']:.1f}" in text
    assert len(made.pdf) < 300_000 and not made.missing


def test_an_analyst_sees_neither_name_nor_pay(marts: Marts, person: dict[str, Any]) -> None:
    text = text_of(report(marts, maker(ANALYST), person["interview_id"]).pdf)
    assert person["candidate_id"] in text
    assert person["name"] not in text and "薪酬" not in text


def test_an_own_report_has_no_place_among_others(marts: Marts, person: dict[str, Any]) -> None:
    own = maker(Viewer("hr", "hr"))
    object.__setattr__(own, "viewer", Viewer("someone", "candidate"))
    from dashboards.report.content import content
    from dashboards.report.facts import facts_of

    basis, (facts,) = facts_of(marts, HR, [person["interview_id"]], "zh")
    labels = [label for label, _ in content(facts, basis, own, {}, Glyphs())["facts"]]
    assert "同岗名次" not in labels
    assert "同岗名次" in [label for label, _ in content(facts, basis, maker(), {}, Glyphs())["facts"]]


def test_what_was_said_is_text_and_never_a_command(marts: Marts, person: dict[str, Any]) -> None:
    (answer, *_) = asked(
        marts,
        "select question_id from marts.answer_scores where interview_id = $id",
        id=person["interview_id"],
    )
    attack = '#panic("x") $a$ \\ = 标题 😀'
    spoken = {answer["question_id"]: Spoken([("plain", attack), ("hit", "客户"), ("denied", "没有")])}
    made = report(marts, maker(), person["interview_id"], spoken)
    text = text_of(made.pdf)
    assert '#panic("x")' in text and MISSING in text
    assert made.missing == ["U+1F600"] and "U+1F600" in text


def test_the_font_has_every_character_of_gbk_and_rare_ones_of_names() -> None:
    glyphs = Glyphs()
    pairs = (bytes([high, low]) for high in range(0x81, 0xFF) for low in range(0x40, 0xFF))
    signs = "".join(pair.decode("gbk", "ignore") for pair in pairs)
    chinese = "".join(sign for sign in signs if "\u4e00" <= sign <= "\u9fff")
    assert len(set(chinese)) > 20_000
    assert glyphs(chinese + "㛃䶮喆𠮷") == chinese + "㛃䶮喆𠮷"
    assert not glyphs.missing
    assert glyphs("a\u200db\ufe0f") == "ab"
    assert FONT.stat().st_size < 8_000_000


def test_a_machine_without_fonts_makes_the_same_pages(
    demo_home: Settings, person: dict[str, Any], tmp_path: Path
) -> None:
    (tmp_path / "fonts.conf").write_text("<fontconfig><dir>/nowhere</dir></fontconfig>")
    file = tmp_path / "one.pdf"
    script = "import sys; from orchestration.cli import run; sys.argv[0] = 'scorehouse'; run()"
    subprocess.run(
        [
            sys.executable,
            "-c",
            script,
            "report",
            "--interview",
            person["interview_id"],
            "--out",
            str(file),
            "--as",
            "hr",
        ],
        check=True,
        env={
            **os.environ,
            "SCOREHOUSE_HOME": str(demo_home.home),
            "FONTCONFIG_FILE": str(tmp_path / "fonts.conf"),
            "HOME": str(tmp_path),
        },
        capture_output=True,
    )
    assert person["name"] in text_of(file.read_bytes())
    assert file.stat().st_mode & 0o777 == 0o600
    fonts = set(re.findall(rb"/FontName ?/([\w+-]+)", file.read_bytes()))
    assert fonts and all(b"ScorehouseSansSC" in name for name in fonts), fonts


def test_many_reports_come_with_an_index(marts: Marts) -> None:
    chosen = [
        row["interview_id"]
        for row in asked(marts, "select interview_id from marts.interview_results order by 1 limit 5")
    ]
    seen: list[int] = []
    target = io.BytesIO()
    assert write_zip(target, reports(marts, maker(), [*chosen, "unknown"]), maker(), seen.append) == 5
    assert seen == [1, 2, 3, 4, 5]
    with zipfile.ZipFile(target) as archive:
        index = list(csv.DictReader(io.StringIO(archive.read("目录.csv").decode("utf-8-sig"))))
        assert [row["面试编号"] for row in index] == chosen
        assert {row["文件"] for row in index} | {"目录.csv"} == set(archive.namelist())


def test_an_interview_that_does_not_exist_is_said(marts: Marts) -> None:
    with pytest.raises(UsageError, match="no interview nope"):
        report(marts, maker(), "nope")


def test_the_same_moment_gives_the_same_bytes(marts: Marts, person: dict[str, Any]) -> None:
    def once() -> Report:
        return report(marts, maker(), person["interview_id"])

    assert once().pdf == once().pdf


def test_every_chart_has_words_and_goes_one_way() -> None:
    """Only `frame.draw` hands a chart to Streamlit, with words for readers who cannot see it."""
    for path in APP.parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call):
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            assert name not in OF_STREAMLIT or path.name == "frame.py", f"{path.name} draws by itself"
            if name == "draw" and path.name != "app.py":
                assert len(node.args) >= 2, f"{path.name}:{node.lineno} draws a chart without words"
