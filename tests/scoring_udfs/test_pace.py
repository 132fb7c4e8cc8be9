"""Length and pace."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring_udfs.code_points import decode, encoded
from scoring_udfs.normalised_texts import normalise_column
from scoring_udfs.pace import PaceBand, count_cjk, units_per_minute
from scoring_udfs.units import BY_SCRIPT, CHARACTERS, WORDS, count_units
from tests.scoring_udfs import naive
from tests.scoring_udfs.small_seeds import SEEDS, h_of, scored

BAND = PaceBand(100, 200, 300, 400)


@pytest.mark.parametrize(
    ("per_minute", "h"),
    [
        (0, 0),
        (100, 0),
        (150, 0.5),
        (199, 0.99),
        (200, 1),
        (250, 1),
        (300, 1),
        (325, 0.75),
        (400, 0),
        (900, 0),
    ],
)
def test_pace_is_full_inside_the_band_and_falls_linearly_to_the_outer_limits(
    per_minute: float, h: float
) -> None:
    assert BAND.score(np.array([float(per_minute)]))[0] == pytest.approx(h)


def test_a_band_without_slopes_is_a_step_and_includes_its_edges() -> None:
    step = PaceBand(200, 200, 300, 300)
    assert step.score(np.array([199.9, 200.0, 300.0, 300.1])).tolist() == [0, 1, 1, 0]


@given(st.floats(0, 500))
def test_the_band_equals_the_naive_one(per_minute: float) -> None:
    assert BAND.score(np.array([per_minute]))[0] == naive.pace(per_minute, SEEDS["pace_bands"][0])


@given(st.lists(st.text(max_size=20)))
def test_units_equal_the_naive_ones(texts: list[str]) -> None:
    column = normalise_column(decode(encoded(texts)))
    for wanted, lang in ((CHARACTERS, "zh"), (WORDS, "en"), (BY_SCRIPT, None)):
        wants = np.full(len(texts), wanted, np.uint8)
        units, are_characters = count_units(column.points, column.offsets, wants)
        langs = [naive.language(text, lang) for text in texts]
        assert units.tolist() == [naive.units(text, of) for text, of in zip(texts, langs, strict=True)]
        assert are_characters.tolist() == [of == "zh" for of in langs]
    texts = [naive.normalise(text) for text in texts]
    assert count_cjk(texts).tolist() == [naive.units(text, "zh") for text in texts]


def test_only_the_two_blocks_of_ideographs_count() -> None:
    assert count_cjk(["㐀䶿一鿿", "、。aー가\u33ff\u4dc0\ua000", ""]).tolist() == [4, 0, 0]


def test_pauses_are_taken_off_and_a_time_that_is_none_gives_nothing() -> None:
    seconds = np.array([60.0, 60.0, 60.0, 0.0, np.nan, np.inf, -5.0, 60.0, 1e-320])
    pauses = np.array([np.nan, 30.0, 60.0, np.nan, np.nan, np.nan, np.nan, 90.0, np.nan])
    pace = units_per_minute(np.full(9, 100.0), seconds, pauses)
    assert pace[:2].tolist() == [100.0, 200.0]
    assert np.isnan(pace[2:]).all()


def test_a_pace_that_is_exactly_on_an_edge_stays_there_although_binary_fractions_miss_it() -> None:
    # 33.3 s − 3.3 s is 29.999999999999996 s: 150 characters would be 300.00000000000006 a minute.
    per_minute = units_per_minute(np.array([150.0]), np.array([33.3]), np.array([3.3]))
    assert per_minute[0] == 300
    assert BAND.score(per_minute)[0] == 1


def test_chinese_answers_are_counted_in_characters_and_english_ones_in_words() -> None:
    chinese, english, told = scored(
        ["好" * 50 + " fine", "it's fine " * 25, "好 one two"],
        lang=[None, None, "en"],
        answer_seconds=[15.0, 30.0, 1.0],
    )
    assert (chinese["lang"], chinese["units"], h_of(chinese)["speed"]) == ("zh", 50, 1.0)
    assert (english["lang"], english["units"], h_of(english)["speed"]) == ("en", 50, 1.0)
    assert (told["lang"], told["units"], told["units_per_minute"]) == ("en", 2, 120.0)


def test_a_language_without_a_band_has_no_pace() -> None:
    (row,) = scored(["bon jour"], lang="fr", answer_seconds=1.0)
    assert row["units_per_minute"] == 120.0
    assert h_of(row)["speed"] is None


def test_without_a_time_pace_is_null_and_never_zero() -> None:
    for row in scored(["好"] * 3, answer_seconds=[None, 0.0, 10.0], pause_seconds=[None, None, 10.0]):
        assert row["units_per_minute"] is None
        assert h_of(row)["speed"] is None
        assert not math.isnan(h_of(row)["need"])
