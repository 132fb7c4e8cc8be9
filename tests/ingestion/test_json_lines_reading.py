"""JSON Lines: types as they come, broken lines set apart, and the quick way equal to the careful one."""

from __future__ import annotations

import json

import pyarrow as pa
import pytest

from ingestion.readers import json_blocks
from ingestion.readers.json_lines import are_json_lines
from tests.ingestion.house import House, json_lines

GOOD = {"interview_id": "I1", "question_id": "q1", "text": "好", "answer_seconds": 30}


def test_a_broken_line_costs_itself_only(house: House) -> None:
    lines = [
        json.dumps(GOOD),
        '{"interview_id": "I2", "question_id": "q1"',
        "[1, 2]",
        json.dumps({**GOOD, "interview_id": "I4"}),
        '{"interview_id": "I5"} {"interview_id": "I6"}',
    ]
    report = house.take("answers", "export.jsonl", "\n".join(lines))
    assert (report.rows_in, report.kept, report.quarantined) == (5, 2, 3)
    assert [reason.split(" (")[0] for reason in report.reasons] == [
        "row 2: the line is not JSON",
        "row 3: the line is JSON, but not an object",
        "row 5: the line is not JSON",
    ]
    assert [row["_row_number"] for row in house.rows("answers")] == [1, 4]


def test_keys_may_change_from_line_to_line(house: House) -> None:
    rows = [
        GOOD,
        {"面试ID": "I2", "题目编号": "q1", "回答": "好", "新的": 1},
        {**GOOD, "interview_id": "I3", "attempt": "2"},
    ]
    report = house.take("answers", "export.jsonl", json_lines(*rows))
    assert (report.kept, report.new_columns) == (3, ("新的",))
    assert [row["interview_id"] for row in house.rows("answers")] == ["I1", "I2", "I3"]
    assert [row["attempt"] for row in house.rows("answers")] == [1, 1, 2]


def test_two_headers_of_one_column_fill_each_other_and_nothing_is_lost(house: House) -> None:
    rows = [{**GOOD, "面试编号": "other"}, {"面试编号": "I2", "question_id": "q1"}]
    report = house.take("answers", "export.jsonl", json_lines(*rows))
    assert report.new_columns == ("面试编号",)
    first, second = house.rows("answers")
    assert (first["interview_id"], second["interview_id"]) == ("I1", "I2")
    assert first["_extra_sealed"] is not None
    assert second["_extra_sealed"] is None


def test_half_a_surrogate_pair_is_set_apart(house: House) -> None:
    report = house.take(
        "answers", "export.jsonl", json_lines(GOOD) + '{"interview_id": "I2", "text": "\\ud83d"}\n'
    )
    assert (report.kept, report.quarantined) == (1, 1)


def test_numbers_as_ids_keep_their_digits(house: House) -> None:
    rows = [
        {**GOOD, "interview_id": 7},
        {**GOOD, "interview_id": 12345678901234567890},
        {**GOOD, "interview_id": 8.0},
    ]
    house.take("answers", "export.jsonl", json_lines(*rows))
    assert [row["interview_id"] for row in house.rows("answers")] == ["7", "12345678901234567890", "8"]


def test_word_timings_are_checked(house: House) -> None:
    words = [{"w": "好", "start_ms": 0, "end_ms": 90}]
    rows = [{**GOOD, "words": words}, {**GOOD, "interview_id": "I2", "words": "nonsense"}]
    report = house.take("answers", "export.jsonl", json_lines(*rows))
    assert report.reasons == ("row 2, column words: the value is not JSON",)
    (row,) = house.rows("answers")
    assert json.loads(house.opened(row, "answers", "words", "I1|q1|1")) == words


@pytest.mark.parametrize(
    "odd",
    [
        {
            "interview_id": "I",
            "question_id": "2025-03-01 08:00:00",
            "text": "2025-03-01",
            "answer_seconds": 1.5,
        },
        {"interview_id": "I", "question_id": "q", "text": None, "answer_seconds": "85秒"},
        {"interview_id": "I", "question_id": "q", "new": [1, {"a": 2}]},
        {"interview_id": "I", "question_id": "q", "skipped": "是"},
    ],
)
def test_the_quick_way_gives_what_the_careful_one_gives(
    house: House, monkeypatch: pytest.MonkeyPatch, odd: dict[str, object]
) -> None:
    rows = [{**GOOD, "interview_id": f"I{n}", "question_id": f"q{n}"} for n in range(60)]
    rows[40:50] = [{**odd, "interview_id": f"I{n}"} for n in range(40, 50)]
    text = json_lines(*rows)
    monkeypatch.setattr("ingestion.readers.json_lines._FIRST_BLOCK", 300)
    monkeypatch.setattr("ingestion.readers.json_lines._BLOCK", 900)
    quick = contents(house, "quick.jsonl", text)
    monkeypatch.setattr(json_blocks.JsonBlocks, "read", lambda *_: None)
    house.drop("answers", "careful.jsonl", text + "\n")
    (report,) = house.run().files
    assert (len(quick), report.duplicates) == (60, 60)


def contents(house: House, name: str, text: str) -> list[str]:
    """The content digests of what is kept of one export."""
    house.take("answers", name, text)
    return [row["_content_hash"] for row in house.rows("answers")]


@pytest.mark.parametrize(
    "block",
    [
        b'{"a": 1}{"a": 2}\n{"a": 3,\n"a": 4}\n',
        b'{"a": 1}\n\n{"a": 2}\n',
        b'{"a": 1},\n{"a": 2}\n',
        b'{"a": 1}\n{"b": 2}\n',
        b'{"a": 1}\n{"a": "x"}\n',
        b'{"a": 1}\n{"a": 1} {"a": 1}\n',
    ],
)
def test_the_quick_way_leaves_to_the_careful_one_what_is_not_plain(block: bytes) -> None:
    blocks = json_blocks.JsonBlocks()
    blocks.learn({"a": pa.array([1])})
    assert blocks.read(b'{"a": 1}\n{"a": 2}\n') is not None
    assert blocks.read(block) is None


def test_one_document_over_several_lines_is_not_json_lines() -> None:
    assert are_json_lines('{"a": 1}\n{"a": 2}\n')
    assert are_json_lines('{"a": \n{"a": 2}\n')
    assert not are_json_lines('{\n  "a": 1\n}\n')
