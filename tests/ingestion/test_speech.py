"""A recogniser's record becomes words, pauses and seconds, checked by hand; or is refused whole."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ingestion.foreign.foreign_rows import walk
from ingestion.foreign.profile_columns import Speech
from ingestion.foreign.speech import Spoken, UnusableSpeechError, read_speech

TOKENS = Speech.model_validate(
    {
        "shape": "tokens",
        "text": "text",
        "tokens": "tokens",
        "starts": "timestamps",
        "durations": "durations",
        "whole_when": {"segment": ["0"]},
        "shortest_pause_seconds": 0.25,
        "longest_token_seconds": 0.5,
    }
)
PAIRS = Speech.model_validate(
    {"shape": "pairs", "text": "text", "times": "timestamp", "unit": "ms", "shortest_pause_seconds": 0.25}
)
ITEMS = Speech.model_validate(
    {
        "shape": "items",
        "text": "text",
        "items": ["segments.*.words.*", "segments.*"],
        "word": ["word", "text"],
        "shortest_pause_seconds": 0.25,
    }
)


def read(speech: Speech, **record: Any) -> Spoken:
    return read_speech(lambda path: walk(record, path), speech)


def words(spoken: Spoken) -> list[tuple[str, int, int]]:
    return [(item["w"], item["start_ms"], item["end_ms"]) for item in json.loads(spoken.words or "[]")]


def reason(speech: Speech, **record: Any) -> str:
    with pytest.raises(UnusableSpeechError) as caught:
        read(speech, **record)
    return str(caught.value)


def test_a_token_lasts_until_the_next_but_never_longer_than_half_a_second() -> None:
    spoken = read(TOKENS, text="你好吗好", tokens=["你", "好", "吗", "好"], timestamps=[1.0, 1.2, 1.6, 3.0])
    assert words(spoken) == [("你", 1000, 1200), ("好", 1200, 1600), ("吗", 1600, 2100), ("好", 3000, 3400)]
    # One second before the first word, 0.9 s between 2.1 and 3.0; the last one lasts like the median of all.
    assert spoken.pause_seconds == 1.9
    assert spoken.answer_seconds == 3.4


def test_a_silence_shorter_than_a_quarter_of_a_second_is_no_pause() -> None:
    spoken = read(TOKENS, text="好好好", tokens=["好", "好", "好"], timestamps=[0.24, 0.5, 1.24])
    assert words(spoken) == [("好", 240, 500), ("好", 500, 1000), ("好", 1240, 1620)]
    assert (spoken.pause_seconds, spoken.answer_seconds) == (0, 1.62)


def test_given_durations_are_believed() -> None:
    spoken = read(TOKENS, text="好好", tokens=["好", "好"], timestamps=[0, 1], durations=[0.2, 0.3])
    assert words(spoken) == [("好", 0, 200), ("好", 1000, 1300)]
    assert (spoken.pause_seconds, spoken.answer_seconds) == (0.8, 1.3)


def test_punctuation_and_blanks_are_not_spoken() -> None:
    spoken = read(
        TOKENS, text=" 好，的。", tokens=[" ", "好", "，", "的", "。"], timestamps=[0, 0.4, 0.6, 1.5, 1.8]
    )
    assert spoken.text == "好，的。"
    assert words(spoken) == [("好", 400, 600), ("的", 1500, 1800)]
    # 0 to 0.4 and 0.6 to 1.5.
    assert (spoken.pause_seconds, spoken.answer_seconds) == (1.3, 1.8)


def test_pieces_of_a_latin_word_are_one_word() -> None:
    tokens = ["是", " MO", "N", "DAY", " TO", "DAY", "吗"]
    spoken = read(TOKENS, text="是 MONDAY TODAY吗", tokens=tokens, timestamps=[0, 1, 1.2, 1.4, 1.6, 1.8, 2])
    assert [word for word, _, _ in words(spoken)] == ["是", "MONDAY", "TODAY", "吗"]
    assert words(spoken)[1] == ("MONDAY", 1000, 1600)


def test_pieces_that_say_that_they_go_on_are_joined_and_others_not() -> None:
    tokens = ["ye@@", "ster@@", "day", "was", "星", "期"]
    spoken = read(TOKENS, text="yesterday was 星期", tokens=tokens, timestamps=[0, 0.1, 0.2, 0.4, 0.6, 0.8])
    assert [word for word, _, _ in words(spoken)] == ["yesterday", "was", "星", "期"]


def test_bytes_in_tokens_are_put_together_as_the_text_has_them() -> None:
    tokens = ["动", "<0xE8>", "<0x8D>", "<0xA1>", "的"]
    spoken = read(TOKENS, text="动荡的", tokens=tokens, timestamps=[0, 0.2, 0.3, 0.4, 0.5])
    assert [(word, start) for word, start, _ in words(spoken)] == [("动", 0), ("荡", 200), ("的", 500)]


def test_letters_that_stand_for_bytes_are_read() -> None:
    # Byte-level BPE of icefall: ƌŕş is E5 AF B9, 对; the second character lies in three tokens.
    tokens = ["▁ƌŕş", "▁Ǝ", "š", "Į", "▁Ɛģň"]
    spoken = read(TOKENS, text="对绍那", tokens=tokens, timestamps=[0.3, 0.5, 0.6, 0.7, 0.9])
    assert words(spoken) == [("对", 300, 500), ("绍", 500, 900), ("那", 900, 1050)]


def test_characters_put_right_afterwards_take_the_times_of_those_that_were_heard() -> None:
    spoken = read(TOKENS, text="玄戒", tokens=["悬", "界"], timestamps=[0, 0.2])
    assert [word for word, _, _ in words(spoken)] == ["玄", "戒"]


def test_words_that_cannot_be_told_apart_are_left_out_but_their_times_count() -> None:
    spoken = read(TOKENS, text="一百二十", tokens=["1", "2", "0"], timestamps=[0, 0.2, 0.4])
    assert spoken.words is None
    assert (spoken.pause_seconds, spoken.answer_seconds) == (0, 0.6)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        ({"timestamps": "[0.0, 0.2]"}, "timestamps is not a list"),
        ({"timestamps": None}, "timestamps is missing"),
        ({"timestamps": [0.0]}, "2 tokens have 1 times"),
        ({"timestamps": [0.0, "0.2"]}, "timestamps holds a time that is no number"),
        ({"timestamps": [0.0, True]}, "timestamps holds a time that is no number"),
        ({"timestamps": [0.0, float("nan")]}, "timestamps holds a time that is no number"),
        ({"timestamps": [-0.1, 0.2]}, "timestamps holds a time below zero"),
        ({"timestamps": [0.2, 0.1]}, "the times in timestamps run backwards"),
        ({"tokens": "你好"}, "tokens is not a list"),
        ({"tokens": ["你", 1]}, "tokens holds something that is no text"),
        ({"text": None}, "text is missing"),
        ({"text": ["你好"]}, "text is not a text"),
        ({"text": "动<0xE8><0x8D><0xA1>"}, "text holds bytes that the recogniser did not put together"),
        ({"segment": 1}, "segment says that the record is only a part of what was said"),
        ({"tokens": [], "timestamps": []}, "there is a text, but there are no times for all of its words"),
    ],
)
def test_a_malformed_record_is_refused_whole_without_a_word_of_what_was_said(
    record: dict[str, Any], why: str
) -> None:
    assert (
        reason(TOKENS, **{"text": "你好", "tokens": ["你", "好"], "timestamps": [0.0, 0.2], **record}) == why
    )


def test_silence_is_an_answer_without_a_time() -> None:
    assert read(TOKENS, text="", tokens=[], timestamps=[]) == Spoken("", "[]", None, None)


def test_pairs_of_milliseconds_belong_to_characters_and_words() -> None:
    pairs = [[880, 1120], [1120, 1360], [1700, 2100]]
    spoken = read(PAIRS, text="欢 迎 FunASR，", timestamp=pairs)
    assert spoken.text == "欢迎 FunASR，"
    assert words(spoken) == [("欢", 880, 1120), ("迎", 1120, 1360), ("FunASR", 1700, 2100)]
    assert (spoken.pause_seconds, spoken.answer_seconds) == (1.22, 2.1)


@pytest.mark.parametrize(
    ("pairs", "why"),
    [
        ([[0, 1]], "2 characters and words have 1 times"),
        ([[0, 1], [1]], "timestamp is not a list of [start, end]"),
        ([[0, 200], [300, 250]], "in timestamp something ends before it begins"),
    ],
)
def test_pairs_that_do_not_fit_the_text_are_refused(pairs: list[list[int]], why: str) -> None:
    assert reason(PAIRS, text="欢迎", timestamp=pairs) == why


def segment(text: str, start: float, end: float, *said: tuple[str, float, float]) -> dict[str, Any]:
    listed = [{"word": word, "start": begins, "end": ends} for word, begins, ends in said]
    return {"text": text, "start": start, "end": end, "words": listed}


def test_words_of_segments_are_read_where_there_are_some() -> None:
    spoken = read(
        ITEMS,
        text=" I did it. Well.",
        segments=[
            segment(" I did it.", 0, 2, (" I", 0.5, 0.6), (" did", 0.7, 0.9), (" it.", 0.9, 1.2)),
            segment(" Well.", 2, 4, (" Well.", 3, 3.5)),
        ],
    )
    assert words(spoken) == [("I", 500, 600), ("did", 700, 900), ("it.", 900, 1200), ("Well.", 3000, 3500)]
    # 0.5 before the first word and 1.8 between the sentences; 0.1 between two words is none.
    assert (spoken.pause_seconds, spoken.answer_seconds) == (2.3, 3.5)


def test_without_words_the_segments_tell_the_times_and_no_word_has_one() -> None:
    spoken = read(ITEMS, text=" A. B.", segments=[segment(" A.", 0, 2), segment(" B.", 3, 4)])
    assert (spoken.words, spoken.pause_seconds, spoken.answer_seconds) == (None, 1, 4)


def test_a_segment_without_its_words_does_not_pass_for_a_pause() -> None:
    segments = [segment(" A.", 0, 2, (" A.", 0, 1)), segment(" B.", 2, 4)]
    spoken = read(ITEMS, text=" A. B.", segments=segments)
    assert (spoken.words, spoken.pause_seconds, spoken.answer_seconds) == (None, 0, 4)


def test_words_that_are_not_the_text_are_refused() -> None:
    why = "there is a text, but there are no times for all of its words"
    assert reason(ITEMS, text="A B C", segments=[segment(" A", 0, 2)]) == why


@given(
    st.lists(st.tuples(st.integers(0, 3000), st.sampled_from("你好吗的，。 ")), max_size=30),
)
def test_pauses_and_words_fill_the_answer_exactly(steps: list[tuple[int, str]]) -> None:
    starts, at = [], 0
    for step, _ in steps:
        at += step
        starts.append(at / 1000)
    tokens = [token for _, token in steps]
    text = "".join(tokens)
    spoken = read(TOKENS, text=text, tokens=tokens, timestamps=starts)
    said = words(spoken)
    if not said or not said[-1][2]:
        # Nothing said, or all of it at the very beginning: there is no time to speak of.
        assert spoken.answer_seconds is None
        return
    ends = [0, *(end for _, _, end in said)]
    gaps = [start - before for (_, start, _), before in zip(said, ends, strict=False)]
    assert all(gap >= 0 for gap in gaps)
    assert spoken.pause_seconds == pytest.approx(sum(gap for gap in gaps if gap >= 250) / 1000)
    assert spoken.answer_seconds == pytest.approx(ends[-1] / 1000)
    assert "".join(word for word, _, _ in said) == "".join(filter(str.isalnum, text))
