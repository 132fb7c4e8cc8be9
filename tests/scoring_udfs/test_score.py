"""Batches of answers: null rules, columns, order, batches, layouts."""

from __future__ import annotations

import hashlib

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_udfs.errors import ColumnError
from scoring_udfs.score import INPUT_COLUMNS, SCORE_SCHEMA, score_answers
from tests.scoring_udfs.small_seeds import KEY, PIECES, batch, h_of, phrases_of, rubrics, scored

COMPILED = rubrics()
TEXTS = st.lists(st.sampled_from(PIECES), max_size=12).map("".join)
ANSWER = st.fixed_dictionaries(
    {
        "question_id": st.sampled_from(["q1", "q2", "unknown", None]),
        "text": st.none() | TEXTS,
        "lang": st.sampled_from(["zh", "en", None]),
        "answer_seconds": st.none() | st.floats(0, 60),
        "pause_seconds": st.none() | st.floats(0, 60),
        "skipped": st.sampled_from([True, False, None]),
    }
)


def table_of(answers: list[dict]) -> pa.Table:
    schema = batch([]).schema
    return pa.Table.from_pylist(answers, schema=schema)


def test_an_answer_gets_every_column() -> None:
    (row,) = scored(["首先，我做了 需求分析！"], answer_seconds=3.0, pause_seconds=1.0)
    assert row == {
        "lang": "zh",
        "is_known_question": True,
        "is_skipped": False,
        "is_missing": False,
        "text_chars": 12,
        "units": 9,
        "units_per_minute": 270.0,
        "text_fingerprint": hashlib.blake2b(
            "首先,我做了 需求分析!".encode(), key=KEY, digest_size=16
        ).hexdigest(),
        "criteria": [
            {"criterion_id": "need", "kind": "phrases", "hits": 2, "h": 1.0},
            {"criterion_id": "data", "kind": "phrases", "hits": 0, "h": 0.0},
            {"criterion_id": "order", "kind": "structure", "hits": 1, "h": 1 / 3},
            {"criterion_id": "speed", "kind": "pace", "hits": 0, "h": 1.0},
        ],
        "evidence": [
            {"criterion_id": "need", "phrase": "需求", "start": 7, "end": 9},
            {"criterion_id": "need", "phrase": "需求分析", "start": 7, "end": 11},
            {"criterion_id": "order", "phrase": "首先", "start": 0, "end": 2},
        ],
        "negated": [],
    }


def test_a_skipped_answer_scores_zero_has_no_pace_and_shows_no_evidence() -> None:
    rows = scored(
        [None, "需求分析，首先", "", " \u3000\n"], skipped=[True, True, None, False], answer_seconds=9.0
    )
    for row in rows:
        assert (row["is_skipped"], row["is_missing"]) == (True, False)
        assert h_of(row) == {"need": 0.0, "data": 0.0, "order": 0.0, "speed": None}
        assert (row["evidence"], row["negated"], row["units_per_minute"]) == ([], [], None)


def test_a_missing_text_is_no_verdict() -> None:
    (row,) = scored([None], answer_seconds=9.0, lang="zh")
    assert (row["is_skipped"], row["is_missing"], row["lang"]) == (False, True, "zh")
    assert set(h_of(row).values()) == {None}
    assert (row["text_chars"], row["units"], row["units_per_minute"]) == (None, None, None)


@pytest.mark.parametrize("question_id", ["nobody asked this", "", None])
def test_an_unknown_question_is_kept_and_unscored(question_id: str | None) -> None:
    (row,) = scored(["需求分析"], question_id=question_id)
    assert (row["is_known_question"], row["criteria"], row["evidence"]) == (False, [], [])
    assert row["text_chars"] == 4


def test_the_fingerprint_is_that_of_the_normalised_text_and_of_the_key() -> None:
    same, wide, other, empty, missing = scored(["ok ＡＢ", "OK\t\tab", "ok abc", " ", None])
    assert same["text_fingerprint"] == wide["text_fingerprint"] != other["text_fingerprint"]
    assert (empty["text_fingerprint"], missing["text_fingerprint"]) == (None, None)
    elsewhere = score_answers(batch(["ok ab"]), COMPILED, b"another key").to_pylist()[0]
    assert elsewhere["text_fingerprint"] != same["text_fingerprint"]


def test_the_language_is_the_given_one_else_that_of_the_script() -> None:
    rows = scored(["we", "we 好", "好", "", None, "12"], lang=[None, None, "en", None, None, ""])
    assert [row["lang"] for row in rows] == ["en", "zh", "en", "en", None, "en"]


@settings(max_examples=100, deadline=None)
@given(st.lists(ANSWER, max_size=12), st.randoms(use_true_random=False))
def test_permuting_rows_permutes_results(answers: list[dict], random) -> None:
    order = list(range(len(answers)))
    random.shuffle(order)
    straight = score_answers(table_of(answers), COMPILED, KEY).to_pylist()
    shuffled = score_answers(table_of([answers[i] for i in order]), COMPILED, KEY).to_pylist()
    assert shuffled == [straight[i] for i in order]


@settings(max_examples=100, deadline=None)
@given(st.lists(ANSWER, max_size=12), st.integers(0, 12))
def test_splitting_and_slicing_a_batch_changes_nothing(answers: list[dict], cut: int) -> None:
    whole = table_of(answers)
    result = score_answers(whole, COMPILED, KEY)
    assert result.schema == SCORE_SCHEMA
    assert result.num_rows == len(answers)
    parts = [whole.slice(0, cut), whole.slice(cut)]
    assert pa.concat_tables(score_answers(part, COMPILED, KEY) for part in parts).equals(result)
    chunked = pa.concat_tables(parts)
    assert score_answers(chunked, COMPILED, KEY).equals(result)


def test_the_size_of_a_chunk_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = batch(["需求分析", None, "好" * 30, "首先 data"] * 5, answer_seconds=4.0)
    whole = score_answers(answers, COMPILED, KEY)
    monkeypatch.setattr("scoring_udfs.score._CHUNK_ROWS", 3)
    monkeypatch.setattr("scoring_udfs.score._CHUNK_BYTES", 20)
    assert score_answers(answers, COMPILED, KEY).combine_chunks().equals(whole.combine_chunks())


def test_sliced_large_and_dictionary_arrays_are_read_alike() -> None:
    plain = batch(["x", "需求分析", None, "数据"]).slice(1)
    wanted = score_answers(plain, COMPILED, KEY).to_pylist()
    for kind in (pa.large_string(), pa.dictionary(pa.int32(), pa.string()), pa.string_view()):
        other = plain.set_column(1, "text", plain.column("text").cast(kind))
        assert score_answers(other, COMPILED, KEY).to_pylist() == wanted
    (record_batch,) = plain.combine_chunks().to_batches()
    assert score_answers(record_batch, COMPILED, KEY).to_pylist() == wanted


def test_columns_of_nulls_without_a_type_are_read() -> None:
    nothing = pa.table({name: pa.nulls(2) for name in INPUT_COLUMNS})
    assert [row["is_missing"] for row in score_answers(nothing, COMPILED, KEY).to_pylist()] == [True, True]


def test_no_rows_give_no_rows() -> None:
    result = score_answers(batch([]), COMPILED, KEY)
    assert (result.num_rows, result.schema) == (0, SCORE_SCHEMA)


def test_a_column_that_is_missing_or_of_another_kind_is_named() -> None:
    with pytest.raises(ColumnError, match="no column lang"):
        score_answers(batch(["x"]).drop_columns(["lang"]), COMPILED, KEY)
    words = batch(["x"]).set_column(3, "answer_seconds", pa.array(["soon"]))
    with pytest.raises(ColumnError, match="Column answer_seconds is string"):
        score_answers(words, COMPILED, KEY)
    with pytest.raises(ColumnError, match="1 texts were given for 2 rows"):
        score_answers(batch(["x", "y"]), COMPILED, KEY, texts=["x"])


def test_lone_surrogates_and_broken_bytes_are_scored_not_refused() -> None:
    texts = ["需求\ud800分析", "\udfff", None]
    rows = score_answers(batch(["", "", None]), COMPILED, KEY, texts=texts).to_pylist()
    assert phrases_of(rows[0]["evidence"]) == [("need", "需求")]
    assert [row["text_chars"] for row in rows] == [5, 1, None]
    raw = [t.encode("utf-8", "surrogatepass") for t in texts[:2]] + [b"\xff\xfe" + "需求".encode()]
    offsets = pa.array([0, *[sum(map(len, raw[: i + 1])) for i in range(3)]], pa.int32()).buffers()[1]
    broken = pa.StringArray.from_buffers(3, offsets, pa.py_buffer(b"".join(raw)))
    answers = batch(["", "", ""]).set_column(1, "text", broken)
    by_bytes = score_answers(answers, COMPILED, KEY).to_pylist()
    assert by_bytes[:2] == rows[:2]
    assert phrases_of(by_bytes[2]["evidence"]) == [("need", "需求")]
