"""The cues that a text is told to hold are those that deny when people are scored (naive.py says which)."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from scoring_udfs.negation import Cue, NegationCues
from scoring_udfs.normalise import normalise_text
from scoring_udfs.said import denied_in
from scoring_udfs.spoken import cues_spoken
from tests.scoring_udfs import naive
from tests.scoring_udfs.small_seeds import PIECES, SEEDS, rubrics, scored

ROWS = SEEDS["negation_cues"]
CUES = rubrics().negation
TEXTS = st.lists(st.sampled_from(PIECES), max_size=24).map("".join)


def told(text: str) -> set[tuple[str, str, int]]:
    (spoken,) = cues_spoken([normalise_text(text)], CUES)
    return {(said.cue.lang, said.cue.text, said.start) for said in spoken}


def expected(text: str) -> set[tuple[str, str, int]]:
    normal = naive.normalise(text)
    covers = [
        (start, start + len(row["cue"]))
        for row in ROWS
        if row["kind"] == "exception"
        for start in naive.found(normal, row["cue"], row["lang"])
    ]
    return {
        (row["lang"], row["cue"], start)
        for row in ROWS
        if row["kind"] == "cue"
        for start in naive.found(normal, row["cue"], row["lang"])
        if not any(left <= start and start + len(row["cue"]) <= right for left, right in covers)
    }


@given(TEXTS)
@settings(deadline=None)
def test_a_cue_is_told_where_it_stands_as_it_must_and_in_no_exception(text: str) -> None:
    assert told(text) == expected(text)


@given(TEXTS)
@settings(deadline=None)
def test_what_was_denied_is_denied_by_the_cue_that_is_named(text: str) -> None:
    (row,) = scored([text], question_id="q2")
    for denied in denied_in(text, row["negated"], CUES):
        window = naive.normalise(text[denied.cue_start : denied.start])
        assert window.startswith(denied.cue)
        assert any(cue == denied.cue for _, cue, _ in expected(text))


def test_texts_of_a_batch_do_not_run_into_each_other() -> None:
    first, second, third = cues_spoken(["没", "有 not", ""], CUES)
    assert [said.cue for said in first] == [Cue("没", "zh")]
    assert [(said.cue, said.start, said.end) for said in second] == [(Cue("not", "en"), 2, 5)]
    assert third == []


def test_without_cues_nothing_denies() -> None:
    assert cues_spoken(["没有 not"], NegationCues()) == [[]]
    assert cues_spoken([], CUES) == []


def test_of_several_cues_the_nearest_is_named() -> None:
    for text, cue, start in (("没一不团队", "不", 2), ("没有团队", "没有", 0), ("not 不 a 团队", "不", 4)):
        (row,) = scored([text], question_id="q2")
        (denied,) = denied_in(text, row["negated"], CUES)
        assert (denied.cue, denied.cue_start) == (cue, start)
