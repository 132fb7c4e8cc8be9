"""What is counted in a text: function words, runs, clauses, pieces, phrases."""

from __future__ import annotations

import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_udfs.errors import ColumnError, RubricError
from scoring_udfs.signals import SIGNAL_SCHEMA, compile_function_words, signal_features
from tests.scoring_udfs.signals.making import WORDS, features, function_words


def test_function_words_are_a_share_of_characters_and_words() -> None:
    zh, en, mixed = features(["我的书在这里了", "I'm at the sea", "the 数据 is mine的"])
    assert zh["function_share"] == pytest.approx(2 / 7)
    assert en["function_share"] == pytest.approx(2 / 4)
    assert mixed["function_share"] == pytest.approx(2 / 6)


def test_runs_end_at_function_words_and_clauses_at_punctuation() -> None:
    (found,) = features(["分工，协作的推进、落实。好"])
    # 分工协作 · 的 · 推进落实好; the enumeration comma parts no clauses: 协作的推进落实.
    assert (found["longest_run"], found["longest_clause"]) == (5, 7)


def test_words_that_only_contain_a_function_word_are_none() -> None:
    (found,) = features(["theme bathe the"])
    assert found["function_share"] == pytest.approx(1 / 3)
    assert found["longest_run"] == 2


def test_a_text_that_says_the_same_again_has_few_distinct_pieces() -> None:
    once, thrice = features(["一二三四五六七八九十", "一二三四五六七八九十" * 3])
    assert (once["shingles"], once["distinct_share"]) == (8, 1)
    # 28 pieces; the two across the seam come with the first repetition.
    assert (thrice["shingles"], thrice["distinct_share"]) == (10, pytest.approx(10 / 28))


def test_phrases_cover_a_share_of_the_original_where_they_overlap_only_once() -> None:
    found = features(
        ["零一二三四五六七八九", "零一"],
        evidence=[[(0, 3), (2, 5), (8, 10)], []],
        negated=[[(4, 6)], []],
    )
    assert [row["phrase_density"] for row in found] == [pytest.approx(0.8), 0]


@pytest.mark.parametrize("text", [None, "", "   "])
def test_nothing_is_said_of_nothing(text: str | None) -> None:
    (found,) = features([text], skipped=[text is not None])
    assert set(found.values()) == {None}


def test_punctuation_alone_is_no_word() -> None:
    (found,) = features(["……！？ 😀"])
    assert (found["function_share"] or 0) == 0
    assert found["distinct_share"] is None


def test_a_short_text_has_no_sketch() -> None:
    short, long = features(["一二三四五", "".join(map(chr, range(0x4E00, 0x4E00 + 26)))])
    assert short["bands"] is None and short["sketch_1"] is None
    assert len(long["bands"]) == 16


def test_without_function_words_nothing_is_said_of_them() -> None:
    (found,) = features(["我的书"], words=compile_function_words({}))
    assert (found["function_share"], found["longest_run"], found["longest_clause"]) == (None, None, 3)


@pytest.mark.parametrize(
    ("lang", "word", "complaint"),
    [
        ("zh", "因为", "is not one Chinese character"),
        ("zh", "a", "is not one Chinese character"),
        ("en", "such as", "is not one English word"),
        ("fr", "le", "is not one of"),
    ],
)
def test_a_function_word_that_cannot_be_found_in_one_pass_is_refused(
    lang: str, word: str, complaint: str
) -> None:
    seed = pa.concat_tables([WORDS, pa.table({"lang": [lang], "word": [word]})])
    with pytest.raises(RubricError, match=rf"function_words\.csv, row 6, column \w+: .*{complaint}"):
        compile_function_words({"function_words": seed})


def test_as_many_scores_as_texts_are_asked_for() -> None:
    with pytest.raises(ColumnError, match="scores were given for"):
        signal_features(_Texts(), SIGNAL_SCHEMA.empty_table(), b"k", function_words())


class _Texts:
    """One null text."""

    points = np.zeros(0, np.uint32)
    offsets = np.zeros(2, np.int64)
    is_null = np.ones(1, np.bool_)


@settings(deadline=None)  # the first example compiles
@given(st.lists(st.none() | st.text(max_size=120), min_size=1, max_size=6))
def test_each_row_is_by_itself(texts: list[str | None]) -> None:
    together = features(texts)
    assert together == [features([text])[0] for text in texts]
    assert features(texts[::-1]) == together[::-1]


@settings(deadline=None)
@given(st.text())
def test_shares_are_shares(text: str) -> None:
    (found,) = features([text])
    for name in ("function_share", "distinct_share", "phrase_density"):
        assert found[name] is None or 0 <= found[name] <= 1
    assert (found["longest_run"] or 0) <= len(text) * 18  # one code point may become 18 by NFKC


def test_a_very_long_text_takes_time_in_proportion() -> None:
    piece = "我们的系统在高峰时段变慢了，the team 把日志逐段看过。"
    features([piece * 10])
    seconds = []
    for times in (4_000, 16_000):
        began = time.process_time()
        features([piece * times])
        seconds.append(time.process_time() - began)
    assert seconds[1] < 12 * max(seconds[0], 0.01)
