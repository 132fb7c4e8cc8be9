from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from warehouse.seeds import (
    COLUMNS,
    SeedError,
    kernel_version,
    read_seeds,
    rubric_version,
    weights_version,
)
from warehouse.settings import REPOSITORY

CONTENT = {
    "competencies": "competency_id,name_zh,name_en\nlogic,逻辑,Logic\n",
    "departments": "department_id,name_zh,name_en\nsales,销售部,Sales\n",
    "roles": "role_id,name_zh,name_en,department_id,score_source\nrep,代表,Rep,sales,rubric\n",
    "role_weights": "role_id,competency_id,weight,requirement,valid_from\nrep,logic,1.0,70,2024-01-01\n",
    "questions": "question_id,rubric_id,role_id,scenario,text_zh,text_en,expected_seconds\n"
    'q1,r1,,external,"你好, 世界","Say ""hi""",60\n',
    "criteria": "rubric_id,criterion_id,competency_id,kind,weight,min_phrases,loss_zh,loss_en,"
    "advice_zh,advice_en,course_id\nr1,c1,logic,phrases,2,1,a,b,c,d,\nr1,c2,logic,structure,1,,a,b,c,d,\n",
    "phrases": "criterion_id,lang,phrase\nc1,zh,因为\nc1,en,because\n",
    "stage_cues": "stage,lang,phrase\ndefinition,zh,问题是\n",
    "negation_cues": "lang,cue,kind\nzh,没有,cue\nzh,不仅,exception\n",
    "pace_bands": "lang,outer_low,low,high,outer_high\nzh,60,150,280,400\n",
    "grade_policy": "grade,min_score,max_score\nS,90,100\n",
    "pay_policy": "grade,pay_min,pay_max,currency,valid_from\nS,18000,20000,CNY,2024-01-01\n",
    "recommendation_policy": "grade,recommendation\nS,advance\n",
    "score_calibration": "competency_id,raw,calibrated\n",
}
Change = Callable[[str, str, str], Path]


@pytest.fixture
def seeds(tmp_path: Path) -> Path:
    for name, text in CONTENT.items():
        (tmp_path / f"{name}.csv").write_text(text, encoding="utf-8")
    return tmp_path


@pytest.fixture
def change(seeds: Path) -> Change:
    """Replaces a piece of one seed's text."""

    def replace(name: str, old: str, new: str) -> Path:
        path = seeds / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        assert old in text
        path.write_text(text.replace(old, new), encoding="utf-8")
        return seeds

    return replace


def test_seeds_come_as_strings_with_empty_cells_as_null(seeds: Path) -> None:
    tables = read_seeds(seeds)
    assert set(tables) == set(COLUMNS)
    assert tables["questions"].to_pylist() == [
        {
            "question_id": "q1",
            "rubric_id": "r1",
            "role_id": None,
            "scenario": "external",
            "text_zh": "你好, 世界",
            "text_en": 'Say "hi"',
            "expected_seconds": "60",
        }
    ]
    assert tables["criteria"]["min_phrases"].to_pylist() == ["1", None]
    assert tables["score_calibration"].num_rows == 0
    assert {str(kind) for table in tables.values() for kind in table.schema.types} == {"string"}


def test_other_seeds_and_columns_may_be_added(seeds: Path, change: Change) -> None:
    (seeds / "courses.csv").write_text("course_id,name_zh\nx,课程\n", encoding="utf-8")
    change("grade_policy", "grade,min_score,max_score\nS,90,100", "grade,min_score,max_score,note\nS,90,100,")
    tables = read_seeds(seeds)
    assert tables["courses"].num_rows == 1
    assert tables["grade_policy"].column_names[-1] == "note"


def test_the_seeds_of_this_repository_can_be_read() -> None:
    tables = read_seeds(REPOSITORY / "dbt_project" / "seeds")
    assert tables["roles"].num_rows >= 8


@pytest.mark.parametrize(
    ("name", "old", "new", "words"),
    [
        (
            "criteria",
            "phrases,2",
            "phrases,two",
            r"criteria\.csv, row 2, column weight: 'two' is not a number",
        ),
        ("criteria", "phrases,2", "phrases,-1", "row 2, column weight: '-1' is not a number of 0 or more"),
        ("criteria", "phrases,2", "phrases,nan", "'nan' is not a number"),
        ("criteria", "phrases,2", "phrases,", "row 2, column weight: must not be empty"),
        ("criteria", "2,1,a", "2,0,a", "column min_phrases: '0' is not a whole number"),
        ("criteria", "2,1,a", "2,1.5,a", "'1.5' is not a whole number"),
        ("criteria", "structure", "magic", "row 3, column kind: 'magic' is not phrases · structure · pace"),
        ("criteria", "c2,logic", "c2,magic", r"'magic' is not a competency_id of competencies\.csv"),
        ("criteria", "r1,c2", "r1,c1", "row 3, column criterion_id: 'c1' stands in row 2 too"),
        (
            "phrases",
            "c1,en",
            "c9,en",
            r"row 3, column criterion_id: 'c9' is not a criterion_id of criteria\.csv",
        ),
        ("phrases", "en,because", "en,", "row 3, column phrase: must not be empty"),
        ("phrases", "en,because", "en,because,x", "row 3: 4 cells where the header has 3"),
        ("phrases", "criterion_id,", "id,", r"phrases\.csv has no column 'criterion_id'"),
        ("phrases", "lang", "phrase", "row 1: every column needs a name of its own"),
        ("roles", "rubric", "guess", "column score_source: 'guess' is not rubric · vendor · mean"),
        ("roles", "sales,rubric", "hr,rubric", "'hr' is not a department_id"),
        ("roles", "\nrep,", "\n,", "row 2, column role_id: must not be empty"),
        ("role_weights", "2024-01-01", "1.1.2024", "column valid_from: '1.1.2024' is not a date"),
        ("role_weights", "2024-01-01", "", "column valid_from: '' is not a date"),
        ("questions", "q1,r1", "q1,r9", r"'r9' is not a rubric_id of criteria\.csv"),
        ("negation_cues", "exception", "maybe", "row 3, column kind: 'maybe'"),
        ("stage_cues", "definition", "middle", "row 2, column stage: 'middle'"),
        ("questions", '"你好', 'x"你好', "not a CSV file|cells where"),
    ],
)
def test_what_no_score_can_be_made_from_is_named_by_file_row_and_column(
    change: Change, name: str, old: str, new: str, words: str
) -> None:
    directory = change(name, old, new)
    with pytest.raises(SeedError, match=words) as caught:
        read_seeds(directory)
    assert f"{name}.csv" in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_seed_is_named(seeds: Path) -> None:
    (seeds / "phrases.csv").unlink()
    for read in (read_seeds, rubric_version, kernel_version):
        with pytest.raises(SeedError, match=r"phrases\.csv is missing"):
            read(seeds)


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(SeedError, match="the folder is missing"):
        read_seeds(tmp_path / "nowhere")


def test_an_empty_file_is_named(seeds: Path) -> None:
    (seeds / "phrases.csv").write_text("", encoding="utf-8")
    with pytest.raises(SeedError, match="is empty"):
        read_seeds(seeds)


def test_a_file_that_is_not_utf8_is_named_with_its_line(seeds: Path) -> None:
    (seeds / "phrases.csv").write_bytes("criterion_id,lang,phrase\nc1,zh,因为\n".encode("gb18030"))
    with pytest.raises(SeedError, match=r"phrases\.csv, line 2: not UTF-8"):
        read_seeds(seeds)


def test_versions_are_short_and_stable(seeds: Path) -> None:
    versions = [rubric_version(seeds), weights_version(seeds), kernel_version(seeds)]
    assert versions == [rubric_version(seeds), weights_version(seeds), kernel_version(seeds)]
    assert [version[:2] for version in versions] == ["r-", "w-", "k-"]
    assert all(len(version) == 10 and int(version[2:], 16) >= 0 for version in versions)


@pytest.mark.parametrize(
    ("name", "old", "new", "changed"),
    [
        ("phrases", "because", "since", {"rubric", "kernel"}),
        ("role_weights", "1.0", "2.0", {"rubric", "weights"}),
        ("grade_policy", "90,100", "91,100", {"rubric"}),
        ("criteria", "structure,1", "structure,2", {"rubric", "kernel"}),
    ],
)
def test_a_version_changes_with_the_seeds_that_it_covers(
    seeds: Path, change: Change, name: str, old: str, new: str, changed: set[str]
) -> None:
    versions = {"rubric": rubric_version, "weights": weights_version, "kernel": kernel_version}
    before = {key: version(seeds) for key, version in versions.items()}
    change(name, old, new)
    after = {key: version(seeds) for key, version in versions.items()}
    assert {key for key in versions if before[key] != after[key]} == changed


def test_line_ends_quoting_and_a_byte_order_mark_change_no_version(seeds: Path) -> None:
    before = rubric_version(seeds)
    text = CONTENT["phrases"].replace("because", '"because"').replace("\n", "\r\n")
    (seeds / "phrases.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert rubric_version(seeds) == before


def test_moving_text_from_one_cell_to_the_next_changes_the_version(seeds: Path, change: Change) -> None:
    before = rubric_version(seeds)
    change("stage_cues", "zh,问题是", "zh问,题是")
    assert rubric_version(seeds) != before
