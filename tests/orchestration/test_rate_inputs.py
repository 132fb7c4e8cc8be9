"""Rated answers out of files of every format and encoding, and one sentence about those that are wrong."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from orchestration.rating.errors import RatingInputError
from orchestration.rating.inputs import RATING_SCHEMA, read_answers, read_ratings

ROWS = [
    {
        "question_id": "q1",
        "answer_id": "a1",
        "text": "先检查日志，再修复。\n第二行",
        "rating": 7.5,
        "rater_id": "甲",
        "reference": "看日志",
    },
    {
        "question_id": "q1",
        "answer_id": "a1",
        "text": "先检查日志，再修复。\n第二行",
        "rating": 8.0,
        "rater_id": "乙",
        "reference": "看日志",
    },
    {
        "question_id": "q2",
        "answer_id": "a1",
        "text": 'He said "wait", then left',
        "rating": 3.0,
        "rater_id": "甲",
        "reference": None,
    },
    {
        "question_id": "q2",
        "answer_id": "a2",
        "text": "",
        "rating": 0.0,
        "rater_id": "甲",
        "reference": None,
    },
]
HEADER = ("question_id", "answer_id", "text", "rating", "rater_id", "reference")


def csv_text(separator: str = ",", header: tuple[str, ...] = HEADER, end: str = "\n") -> str:
    lines = [separator.join(header)]
    for row in ROWS:
        cells = ["" if row[name] is None else str(row[name]) for name in HEADER]
        lines.append(separator.join('"' + cell.replace('"', '""') + '"' for cell in cells))
    return end.join(lines) + end


def json_lines() -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in ROWS)


def parquet(path: Path) -> None:
    pq.write_table(pa.Table.from_pylist(ROWS), path)


def text_as(text: str, encoding: str) -> Callable[[Path], None]:
    return lambda path: path.write_bytes(text.encode(encoding)) and None


FILES: dict[str, Callable[[Path], None]] = {
    "csv": text_as(csv_text(), "utf-8"),
    "csv with a mark": text_as(csv_text(), "utf-8-sig"),
    "csv in GB18030": text_as(csv_text(), "gb18030"),
    "csv in UTF-16": text_as(csv_text(), "utf-16"),
    "csv with semicolons and CRLF": text_as(csv_text(";", end="\r\n"), "utf-8"),
    "tsv under Chinese headers": text_as(
        csv_text("\t", ("题目编号", "回答编号", "回答文本", "评分", "评分人", "参考答案")), "utf-8"
    ),
    "headers in another case": text_as(
        csv_text(header=("Question ID", "Answer ID", "Text", "Rating", "Rater ID", "Reference")), "utf-8"
    ),
    "json lines": text_as(json_lines(), "utf-8"),
    "json lines in UTF-16": text_as(json_lines(), "utf-16"),
    "one json document": text_as(json.dumps(ROWS), "utf-8"),
    "parquet": parquet,
}


@pytest.mark.parametrize("kind", FILES)
def test_the_same_ratings_are_read_from_every_format_and_encoding(kind: str, tmp_path: Path) -> None:
    # The name says nothing: the content decides.
    path = tmp_path / "ratings.dat"
    FILES[kind](path)
    found = read_ratings(path)
    expected = [{**row, "reference": [row["reference"]] if row["reference"] else None} for row in ROWS]
    assert found.table.schema == RATING_SCHEMA
    assert found.table.select(HEADER).to_pylist() == expected


def test_the_data_hash_is_that_of_the_ratings_not_of_the_file(tmp_path: Path) -> None:
    FILES["csv in GB18030"](tmp_path / "one")
    (tmp_path / "other").write_text(
        "".join(json.dumps(row) + "\n" for row in reversed(ROWS)), encoding="utf-8"
    )
    changed = json_lines().replace("7.5", "7.0")
    (tmp_path / "changed").write_text(changed, encoding="utf-8")
    one, other, third = (read_ratings(tmp_path / name).data_hash for name in ("one", "other", "changed"))
    assert one == other != third
    assert re.fullmatch("d-[0-9a-f]{16}", one)


@pytest.mark.parametrize(
    ("reference", "read"),
    [
        (["one", " ", None, "two"], ["one", "two"]),
        ("one", ["one"]),
        ('["one", "two"]', ["one", "two"]),
        ("[sic] one", ["[sic] one"]),
        ([], None),
        ("", None),
        (None, None),
    ],
)
def test_a_reference_is_a_text_or_a_list(reference: object, read: list[str] | None, tmp_path: Path) -> None:
    row = {"question_id": "q", "answer_id": "a", "text": "t", "reference": reference}
    path = tmp_path / "answers"
    path.write_text(f"{json.dumps(row)}\n{json.dumps(row)}\n", encoding="utf-8")
    assert read_answers(path).table["reference"].to_pylist() == [read, read]


def test_references_may_stand_in_several_columns_and_in_a_list_of_parquet(tmp_path: Path) -> None:
    several = "question_id,answer_id,text,reference1,reference2\nq,a,t,one,\nq,b,t,one,two\n"
    (tmp_path / "csv").write_text(several)
    assert read_answers(tmp_path / "csv").table["reference"].to_pylist() == [["one"], ["one", "two"]]
    table = pa.table({"question_id": ["q"], "answer_id": ["a"], "text": ["t"], "reference": [["one", "two"]]})
    pq.write_table(table, tmp_path / "parquet")
    assert read_answers(tmp_path / "parquet").table["reference"].to_pylist() == [["one", "two"]]


@pytest.mark.parametrize("rating", ["7", "7.0", "７", "7分", " 7 "])
def test_a_rating_may_be_written_as_people_write_it(rating: str, tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text(f"question_id,answer_id,text,rating\nq,a,t,{rating}\n", encoding="utf-8")
    assert read_ratings(path).table["rating"].to_pylist() == [7.0]


def test_ids_that_are_numbers_are_read_as_written_and_known_as_numbers(tmp_path: Path) -> None:
    table = pa.table({"question_id": [1, 1], "answer_id": ["007", "8"], "text": ["a", "b"]})
    pq.write_table(table, tmp_path / "a.parquet")
    found = read_answers(tmp_path / "a.parquet")
    assert found.table["question_id"].to_pylist() == ["1", "1"]
    assert found.table["answer_id"].to_pylist() == ["007", "8"]
    assert found.integers == {"question_id"}


SECRET = "王小明的回答"
HEAD = "question_id,answer_id,text,rating,rater_id\n"
WRONG = {
    "an empty file": ("", "is empty"),
    "headers alone": (HEAD, "no rows"),
    "a missing column": ("question_id,answer_id,rating\nq,a,1\n", "no column text"),
    "a rating that is no number": (HEAD + f"q,a,{SECRET},good,r\n", "row 1, column rating"),
    "a rating that is missing": (HEAD + f"q,a,{SECRET},1,r\nq,b,{SECRET},,r\n", "row 2, column rating"),
    "a rating without end": (HEAD + f"q,a,{SECRET},inf,r\n", "row 1, column rating"),
    "an answer without an id": (HEAD + f"q,,{SECRET},1,r\n", "row 1, column answer_id"),
    "a question without an id": (HEAD + f" ,a,{SECRET},1,r\n", "row 1, column question_id"),
    "a rating twice": (
        HEAD + f"q,a,{SECRET},1,r\nq,b,x,1,r\nq,a,{SECRET},2,r\n",
        "row 3, column rating.*row 1",
    ),
    "two ratings by nobody": (
        "question_id,answer_id,text,rating\nq,a,t,1\nq,a,t,2\n",
        "row 2, column rating.*without a rater_id",
    ),
    "two texts": (HEAD + f"q,a,{SECRET},1,r\nq,a,other,2,s\n", "row 2, column text.*row 1"),
    "a row of other length": (HEAD + f"q,a,{SECRET},1,r\nq,b,{SECRET},1\n", "row 2"),
    "a broken line of JSON": ('{"question_id": "q"}\n{"question_id": \n', "row 2"),
    "a web page": ("<html><body>no</body></html>", "HTML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_a_wrong_file_is_refused_in_one_sentence_with_its_place(case: str, tmp_path: Path) -> None:
    content, says = WRONG[case]
    path = tmp_path / "wrong.csv"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(RatingInputError) as refusal:
        read_ratings(path)
    sentence = str(refusal.value)
    assert re.search(says, sentence)
    assert sentence.startswith(str(path))
    assert sentence.endswith(".") and "\n" not in sentence
    assert SECRET not in sentence and "王小明" not in sentence


def test_what_is_no_file_is_said(tmp_path: Path) -> None:
    with pytest.raises(RatingInputError, match="folder"):
        read_ratings(tmp_path)
    with pytest.raises(RatingInputError, match="cannot be read"):
        read_ratings(tmp_path / "absent.csv")


def test_a_group_is_a_column_of_the_file_under_any_spelling(tmp_path: Path) -> None:
    path = tmp_path / "r.csv"
    path.write_text("question_id,answer_id,text,rating,Gender\nq,a,t,1,f\nq,b,u,2,\n")
    assert read_ratings(path, ["gender"]).groups == {"gender": ["f", None]}
    with pytest.raises(RatingInputError, match="no column ethnicity"):
        read_ratings(path, ["ethnicity"])


def test_real_graded_answers_are_read_whole(shared_data: Path, tmp_path: Path) -> None:
    lines = (shared_data / "graded_answers_zh/ADS/train.jsonl").read_text(encoding="utf-8").splitlines()
    path = tmp_path / "ads.jsonl"
    rows = [json.loads(line) for line in lines]
    path.write_text(
        "".join(
            json.dumps({**row, "answer_id": number}, ensure_ascii=False) + "\n"
            for number, row in enumerate(rows)
        ),
        encoding="utf-8",
    )
    found = read_ratings(path).table
    assert found["text"].to_pylist() == [row["answer"] for row in rows]
    assert found["rating"].to_pylist() == [float(row["score"]) for row in rows]
    assert found["question_id"].to_pylist() == [row["q_id"] for row in rows]
    assert found["reference"].to_pylist()[0] == [rows[0]["reference1"]]
