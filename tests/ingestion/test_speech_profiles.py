"""Recognisers' results in their documented shapes: the same answer, whoever recognised it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from ingestion.contract import Contract
from tests.ingestion.shapes import Shapes, lines


@pytest.fixture
def shapes(tmp_path: Path, contracts: dict[str, Contract]) -> Shapes:
    return Shapes(tmp_path, contracts)


WHISPER = {
    "text": " 我先看数据。",
    "segments": [
        {
            "id": 0,
            "start": 0.0,
            "end": 2.0,
            "text": " 我先看数据。",
            "words": [
                {"word": " 我", "start": 0.5, "end": 0.7, "probability": 0.9},
                {"word": "先看", "start": 0.7, "end": 1.1, "probability": 0.9},
                {"word": "数据。", "start": 1.5, "end": 2.0, "probability": 0.9},
            ],
        }
    ],
    "language": "zh",
}
SAID = {
    "interview_id": "iv-0001",
    "question_id": "q2",
    "attempt": 2,
    "text": "我先看数据。",
    "lang": "zh",
    "answer_seconds": 2.0,
    "pause_seconds": 0.9,
}


def without_words(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "words"}


def test_whisper_is_one_file_an_answer_and_the_file_says_which(shapes: Shapes) -> None:
    taken = shapes.only("whisper", "answers", **{"iv-0001__q2__2_dot_json": json.dumps(WHISPER)})
    (row,) = taken.rows
    assert without_words(row) == SAID
    assert json.loads(row["words"])[1] == {"w": "先看", "start_ms": 700, "end_ms": 1100}


def test_a_recording_without_a_telling_name_is_quarantined(shapes: Shapes) -> None:
    taken = shapes.only("whisper", "answers", audio_dot_json=json.dumps(WHISPER))
    assert [(row.column, row.code) for row in taken.bad] == [("interview_id", "broken")]


def test_funasr_has_a_pair_of_milliseconds_a_character(shapes: Shapes) -> None:
    good = {
        "key": "iv-0001__q2__2",
        "text": "我 先 看 数 据。",
        "timestamp": [[500, 700], [700, 900], [900, 1100]],
    }
    good["timestamp"] += [[1500, 1800], [1800, 2000]]
    cut = {**good, "key": "iv-0001__q3", "timestamp": good["timestamp"][:3]}
    taken = shapes.only("funasr", "answers", asr_dot_jsonl=lines(good, cut))
    (row,) = taken.rows
    assert {**without_words(row), "lang": "zh"} == SAID
    assert len(json.loads(row["words"])) == 5
    assert [(row.number, row.reason) for row in taken.bad] == [(2, "5 characters and words have 3 times")]


def test_the_funasr_server_writes_its_times_as_text(shapes: Shapes) -> None:
    record = {
        "mode": "offline",
        "wav_name": "iv-0001__q2__2",
        "text": "好的",
        "timestamp": "[[0,200],[600,900]]",
    }
    (row,) = shapes.only("funasr", "answers", asr_dot_jsonl=lines(record)).rows
    assert (row["question_id"], row["pause_seconds"], row["answer_seconds"]) == ("q2", 0.4, 0.9)


def transcribed(content: str, start: str, end: str) -> dict[str, Any]:
    return {
        "type": "pronunciation",
        "start_time": start,
        "end_time": end,
        "alternatives": [{"confidence": "0.99", "content": content}],
    }


def test_amazon_transcribe_writes_times_as_texts_and_punctuation_without_any(shapes: Shapes) -> None:
    items = [
        transcribed("我", "0.5", "0.7"),
        transcribed("先看", "0.7", "1.1"),
        transcribed("数据", "1.5", "2.0"),
        {"type": "punctuation", "alternatives": [{"confidence": "0.0", "content": "。"}]},
    ]
    job = {
        "jobName": "iv-0001__q2__2",
        "accountId": "111122223333",
        "results": {
            "language_code": "zh-CN",
            "transcripts": [{"transcript": "我先看数据。"}],
            "items": items,
        },
        "status": "COMPLETED",
    }
    running = {**job, "status": "IN_PROGRESS"}
    taken = shapes.only("aws_transcribe", "answers", jobs_dot_jsonl=lines(job, running))
    (row,) = taken.rows
    assert without_words(row) == SAID
    assert [word["w"] for word in json.loads(row["words"])] == ["我", "先看", "数据"]
    assert taken.codes == ["not_usable_speech"]


def test_emotion_beside_or_inside_a_result_never_reaches_the_quarantine(shapes: Shapes) -> None:
    heard = {"text": "好", "tokens": ["好"], "timestamps": [0.3], "emotion": "<|HAPPY|>"}
    bad_attempt = {"wav": "iv-1__q1__0.wav", "result": heard, "emotion": "HAPPY"}
    no_times = {"wav": "iv-1__q1.wav", "result": {**heard, "timestamps": "[0.3]"}, "emotion": "HAPPY"}
    taken = shapes.only("asr_sherpa", "answers", asr_dot_jsonl=lines(bad_attempt, no_times))
    assert taken.codes == ["out_of_range", "not_usable_speech"]
    assert not any("HAPPY" in row.content for row in taken.bad)
    bare = shapes.only(
        "asr_sherpa", "answers", **{"iv-1__q1_dot_json": json.dumps({**heard, "lang": "<|zh|>"})}
    )
    assert [(row["question_id"], row["lang"]) for row in bare.rows] == [("q1", "zh")]
