"""JSON documents: the rows wherever they are in them, and damage that costs its own element only."""

from __future__ import annotations

import json
import tracemalloc
from pathlib import Path
from typing import Any

import pytest

from ingestion.readers import json_values
from tests.ingestion.reading import opened, read

FIRST = {"employee_id": "E1", "name": "甲"}
SECOND = {"employee_id": "E2", "name": "乙"}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "gb18030"])
def test_an_array_of_objects(indent: int | None, encoding: str) -> None:
    text = json.dumps([FIRST, SECOND], ensure_ascii=False, indent=indent)
    if encoding == "gb18030":
        text = text.replace("employee_id", "员工编号")
    reading = read(text.encode(encoding))
    assert reading.layout.format == "JSON"
    assert [row["name"] for row in reading.rows.values()] == ["甲", "乙"]


@pytest.mark.parametrize(
    "document",
    [
        {"data": [FIRST, SECOND]},
        {"ok": True, "error": None, "data": [FIRST, SECOND], "page": {"size": 100, "next": None}},
        {"d": {"results": [FIRST, SECOND], "__count": "2"}},
        {"result": {"list": {"rows": [FIRST, SECOND]}}},
        {"员工": [FIRST, SECOND], "columns": [{"key": "x"}]},
    ],
)
@pytest.mark.parametrize("indent", [None, 1])
def test_a_list_of_objects_inside_an_object(document: dict[str, Any], indent: int | None) -> None:
    assert read(json.dumps(document, indent=indent)).rows == {1: FIRST, 2: SECOND}


@pytest.mark.parametrize(
    "document",
    [
        {**FIRST, "moves": [{"employee_id": "E7", "name": "x", "grade": 1}]},
        {"employee_id": "E1", "name": "甲", "tags": [{"employee_id": 1}]},
        {"text": "好", "segments": [{"start": 0.0, "end": 1.0, "text": "好"}], "language": "zh"},
        {"jobName": "x", "results": {"transcripts": [{"transcript": "好"}], "items": [{"start_time": "0"}]}},
    ],
)
def test_an_object_that_is_the_row_itself(document: dict[str, Any]) -> None:
    reading = read(json.dumps(document, indent=1))
    assert list(reading.rows) == [1]
    assert set(reading.rows[1]) == set(document)


def test_nested_values_are_json_text() -> None:
    assert read(json.dumps([{**FIRST, "x": {"a": [1, "二"]}}])).rows[1]["x"] == '{"a": [1, "二"]}'


@pytest.mark.parametrize("lines", [False, True])
def test_nan_is_absent_and_infinity_no_number(lines: bool) -> None:
    rows = [
        '{"employee_id": "E1", "monthly_salary": NaN}',
        '{"employee_id": "E2", "monthly_salary": Infinity}',
    ]
    reading = read("\n".join(rows) if lines else f"[{','.join(rows)}]")
    assert reading.rows == {1: {"employee_id": "E1"}, 2: {"employee_id": "E2", "monthly_salary": "Infinity"}}


@pytest.mark.parametrize("lines", [False, True])
def test_an_object_with_one_key_twice_is_set_apart(lines: bool) -> None:
    rows = [json.dumps(FIRST), '{"employee_id": "E9", "employee_id": "E8"}', json.dumps(SECOND)]
    reading = read("\n".join(rows) if lines else f"[{','.join(rows)}]")
    assert reading.rows == {1: FIRST, 3: SECOND}
    assert reading.reasons == {2: "an object has one key twice"}


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('"E2"', '"E2'),
        ('"E2"', "E2"),
        ('"name": "乙"', '"name" "乙"'),
        ('"name": "乙"', '"name": "\\x"'),
        ('"name": "乙"', '"name": "乙", "words": [{"employee_id": 1}, {'),
    ],
)
def test_a_damaged_element_costs_itself(indent: int | None, old: str, new: str) -> None:
    rows = [{"employee_id": f"E{n}", "name": name} for n, name in enumerate("甲乙丙丁", 1)]
    text = json.dumps(rows, ensure_ascii=False, indent=indent)
    reading = read(text.replace(old, new, 1))
    assert [row["employee_id"] for row in reading.rows.values()] == ["E1", "E3", "E4"]
    assert reading.codes == {2: "not_json"}


def test_a_document_that_breaks_off_loses_its_last_element_only() -> None:
    text = json.dumps([FIRST, SECOND])
    reading = read(text[: text.index("E2")])
    assert (reading.rows, reading.codes) == ({1: FIRST}, {2: "not_json"})


def test_elements_that_are_no_objects_are_set_apart() -> None:
    reading = read(json.dumps([FIRST, 5, None, "x", [1], SECOND]))
    assert reading.rows == {1: FIRST, 6: SECOND}
    assert set(reading.codes.values()) == {"not_an_object"}


@pytest.mark.parametrize("joint", ["", "\n", ",\n"])
def test_documents_that_were_joined(joint: str) -> None:
    assert read(f"[{json.dumps(FIRST)}]{joint}[{json.dumps(SECOND)}]".replace(",\n[", "\n[")).rows == {
        1: FIRST,
        2: SECOND,
    }
    assert read(json.dumps(FIRST, indent=1) + joint + json.dumps(SECOND, indent=1)).rows == {
        1: FIRST,
        2: SECOND,
    }


def test_text_behind_the_list_is_said() -> None:
    assert read(json.dumps([FIRST]) + " oops").reasons == {2: "text follows behind the end of the JSON list"}


@pytest.mark.parametrize("deep", ["[" * 100_000, '{"a":' * 100_000, "[" + '{"a":' * 100_000])
def test_nesting_without_end_ends_nothing(deep: str) -> None:
    assert not read(deep).rows


def test_an_element_over_the_edges_of_what_is_read_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_values, "_CHARACTERS", 7)
    rows = [{"employee_id": n, "name": "x" * (n % 40), "score": n / 7} for n in range(200)]
    kept = read(json.dumps(rows, indent=1)).rows
    assert [row["employee_id"] for row in kept.values()] == list(range(200))
    assert [row["score"] for row in kept.values()] == [row["score"] for row in rows]


def test_memory_does_not_grow_with_the_document(tmp_path: Path) -> None:
    path = tmp_path / "export"
    one = json.dumps({**FIRST, "text": "x" * 500}) + ","
    with path.open("w") as file:
        file.write("[")
        for _ in range(80):
            file.write(one * 1000)
        file.write(json.dumps(SECOND) + "]")
    reader = opened(path, b"")
    tracemalloc.start()
    rows = sum(len(batch.numbers) for batch in reader.batches())
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert rows == 80_001
    assert peak < 100 * 1024 * 1024
