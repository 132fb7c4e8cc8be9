"""`scorehouse rubric`: sentences, exit codes, a tried answer; never a traceback, never a kept text."""

from __future__ import annotations

import io
import sys
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from orchestration import cli
from tests.scoring_udfs.checked_seeds import change, write
from warehouse.settings import HOME_VARIABLE

TEXT = "首先我没有逐一排查，<b>主动补位</b>了，于是好了。"


class Said(NamedTuple):
    code: int
    out: str
    err: str


Command = Callable[..., Said]


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    return write(tmp_path / "seeds")


@pytest.fixture
def rubric(
    tmp_path: Path, seeds: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> Command:
    """`rubric("check", …)` with the seeds of the test."""

    def call(*words: str) -> Said:
        monkeypatch.setenv(HOME_VARIABLE, str(tmp_path / "home"))
        monkeypatch.setattr(sys, "argv", ["scorehouse", "rubric", *words, "--seeds", str(seeds)])
        with pytest.raises(SystemExit) as ending:
            cli.run()
        sys.stdout.flush()
        out, err = capfdbinary.readouterr()
        return Said(int(ending.value.code or 0), out.decode(), err.decode())

    return call


def test_rules_without_a_fault_pass(rubric: Command, seeds: Path) -> None:
    said = rubric("check")
    assert (said.code, said.err) == (0, "")
    assert said.out.strip() == f"{seeds}: 0 errors, 0 warnings, 0 notes"


def test_a_warning_is_said_and_passes(rubric: Command, seeds: Path) -> None:
    change(seeds, "phrases", "主动补位", "补")
    said = rubric("check")
    assert said.code == 0
    assert "Warning phrases.csv, row 6, column phrase: “补” is a single character" in said.out
    assert "0 errors, 1 warning, 0 notes" in said.out


def test_an_error_is_said_in_either_language_and_fails(rubric: Command, seeds: Path) -> None:
    change(seeds, "grade_policy", "A,80", "A,85")
    english, chinese = rubric("check"), rubric("check", "--words", "zh")
    assert (english.code, chinese.code) == (1, 1)
    assert english.out.startswith(
        "Error   grade_policy.csv, row 2, column min_score: B and A leave a gap at 80–85"
    )
    assert "错误" in chinese.out
    assert "grade_policy.csv 第 2 行 min_score 列：B 与 A 之间有缺口 80–85" in chinese.out


@pytest.mark.parametrize(
    "content",
    [b"\xff\xfe\x00\x01", b"", b'a,"b\nc', b"a\x00b,c\n", b"\x89PNG\r\n\x1a\n", "因为\n".encode("gb18030")],
)
def test_a_seed_that_is_no_csv_is_a_sentence(rubric: Command, seeds: Path, content: bytes) -> None:
    (seeds / "phrases.csv").write_bytes(content)
    said = rubric("check")
    assert said.code == 1
    assert "phrases.csv" in said.out
    assert "Traceback" not in said.out + said.err
    assert all(line.startswith(("Error", "Warning", "Note", str(seeds))) for line in said.out.splitlines())


def test_a_folder_without_seeds_is_a_sentence(rubric: Command, seeds: Path) -> None:
    for path in seeds.iterdir():
        path.unlink()
    said = rubric("check")
    assert said.code == 1
    assert "14 errors" in said.out


def test_an_answer_is_tried_at_once(rubric: Command) -> None:
    said = rubric("try", "--question", "q1", "--text", TEXT)
    assert (said.code, said.err) == (0, "")
    lines = said.out.splitlines()
    assert lines[0] == "q1 · Question one"
    # cause 0 of 2 (weight 2), help 1 (1), structure 2 of 3 stages (1)
    assert lines[1] == "This answer gets 41.7 of 100"
    assert TEXT in lines
    assert lines[lines.index("Evidence (code points, end exclusive)") + 1 :][:3] == [
        "  “首先” 0–2 · problem",
        "  “主动补位” 13–17 · help",
        "  “于是” 23–25 · solution",
    ]
    assert TEXT[13:17] == "主动补位"
    assert "  “排查”: denied by “没有” before it" in lines
    assert any(line.startswith(" −50.0  No cause · 0 of 2 phrases") for line in lines)
    assert any("Would count: 排查, 找到原因" in line for line in lines)
    assert any("Missing: result" in line for line in lines)
    assert any("✓  help · 主动补位" in line for line in lines)


def test_an_answer_without_evidence_has_no_list_of_it(rubric: Command) -> None:
    said = rubric("try", "-q", "q1", "--text", "嗯", "--words", "zh")
    assert "依据" not in said.out


def test_a_role_weighs_the_points(rubric: Command) -> None:
    said = rubric("try", "-q", "q1", "--text", TEXT, "--role", "rep", "--words", "zh")
    # logic (2 × 0 + 2/3) / 3 = 22.2 at 60, team 100 at 40
    assert "按代表的权重，这个回答得 53.3 分（满分 100）" in said.out
    assert "协作  100.0  权重 40" in said.out


def test_time_gives_a_pace(rubric: Command) -> None:
    said = rubric("try", "-q", "q2", "--text", "共享" * 30, "--seconds", "30", "--pauses", "6")
    assert "150 a minute" in said.out
    assert "pace earns 50%" in said.out


def test_an_answer_comes_from_a_file_or_from_standard_input(
    rubric: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "answer.txt"
    file.write_text(TEXT, encoding="utf-8")
    from_file = rubric("try", "-q", "q1", "--file", str(file))
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(TEXT.encode())))
    piped = rubric("try", "-q", "q1")
    assert from_file.out == piped.out
    assert TEXT in piped.out


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-q", "q9", "--text", "x"), "There is no question 'q9': did you mean q2 or q1?"),
        (("-q", "q1", "--text", "x", "--role", "repp"), "There is no role 'repp': did you mean rep?"),
        (("-q", "q1", "--file", "nowhere.txt"), "There is no file nowhere.txt."),
        (("-q", "q1", "--file", "/"), "/ is a folder: name a text file."),
        (
            ("-q", "q1", "--text", "x", "--file", "y"),
            "The answer was given twice: use either --text or --file.",
        ),
    ],
)
def test_what_cannot_be_tried_is_a_sentence(rubric: Command, words: tuple[str, ...], sentence: str) -> None:
    said = rubric("try", *words)
    assert (said.code, said.out, said.err.strip()) == (2, "", sentence)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("-q", "q9", "--text", "x"), "没有题目 'q9'：是不是 q2 或 q1？"),
        (("-q", "q1", "--text", "x", "--role", "repp"), "没有岗位 'repp'：是不是 rep？"),
        (("-q", "q1", "--text", "x", "--file", "y"), "答案给了两次：--text 与 --file 只能用一个。"),
        (("-q", "q1", "--file", "nowhere.txt"), "没有文件 nowhere.txt。"),
        (("-q", "q1", "--file", "/"), "/ 是文件夹：请给出一个文本文件。"),
    ],
)
def test_a_refusal_is_said_in_the_chosen_language(
    rubric: Command, words: tuple[str, ...], sentence: str
) -> None:
    said = rubric("try", *words, "--words", "zh")
    assert (said.code, said.out, said.err.strip()) == (2, "", sentence)


def test_a_long_answer_is_scored_whole_and_shown_in_part(rubric: Command, tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_text("我排查了。没有排查。" * 3_000, encoding="utf-8")
    said = rubric("try", "-q", "q1", "--file", str(file), "--words", "zh")
    assert said.code == 0
    assert "……后面还有 10,000 个字未显示，已照常评分" in said.out
    assert "还有 2,900 处" in said.out
    assert said.out.count("“排查”：前面有“没有”，被否定") == 1
    assert len(said.out) < 30_000


@pytest.mark.parametrize(("language", "phrase"), [("zh", "找到原因"), ("en", "root cause")])
def test_what_shows_no_language_is_answered_in_the_readers(
    rubric: Command, language: str, phrase: str
) -> None:
    said = rubric("try", "-q", "q1", "--text", "😀 100%", "--words", language)
    assert [name for name in ("找到原因", "root cause") if name in said.out] == [phrase]


def test_broken_rules_are_a_sentence_in_the_chosen_language(rubric: Command, seeds: Path) -> None:
    change(seeds, "roles", "rubric", "guess")
    said = rubric("try", "-q", "q1", "--text", "x", "--words", "zh")
    assert said.code == 1
    assert said.err.startswith("roles.csv 第 2 行 score_source 列：“guess”")


def test_a_file_in_another_encoding_is_a_sentence(rubric: Command, tmp_path: Path) -> None:
    file = tmp_path / "answer.txt"
    file.write_bytes(TEXT.encode("gb18030"))
    said = rubric("try", "-q", "q1", "--file", str(file))
    assert said.err.strip() == f"{file} is not UTF-8: save the answer as UTF-8."


def test_broken_rules_are_a_sentence(rubric: Command, seeds: Path) -> None:
    change(seeds, "roles", "rubric", "guess")
    said = rubric("try", "-q", "q1", "--text", "x")
    assert said.code == 1
    assert "roles.csv, row 2, column score_source: 'guess' is not rubric" in said.err


def test_nothing_of_a_tried_answer_is_kept(rubric: Command, tmp_path: Path) -> None:
    rubric("try", "-q", "q1", "--text", TEXT)
    rubric("try", "-q", "q9", "--text", TEXT)
    kept = [path for path in (tmp_path / "home").rglob("*") if path.is_file()]
    assert all("主动补位".encode() not in path.read_bytes() for path in kept)
