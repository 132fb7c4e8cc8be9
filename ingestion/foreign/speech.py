"""A speech recogniser's record → what was said, the words with their times, and how long the pauses were.

A record is taken whole or not at all: `UnusableSpeechError` says why it is none.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from ingestion.foreign.foreign_rows import walk
from ingestion.foreign.profile_columns import Speech
from ingestion.foreign.speech_tokens import heard, letters
from ingestion.values.arrays import number_text

_TO_SECONDS = {"s": 1.0, "ms": 0.001}
_CJK = "㐀-䶿一-鿿豈-﫿぀-ヿ가-힯"
_BETWEEN_CJK = re.compile(rf"(?<=[{_CJK}，。！？；：、])\s+(?=[{_CJK}，。！？；：、])")
_UNITS = re.compile(rf"[{_CJK}]|[^\W_{_CJK}]+(?:['’][^\W_{_CJK}]+)*")
_BYTE_TOKEN = re.compile(r"<0x[0-9A-Fa-f]{2}>")


class UnusableSpeechError(ValueError):
    """A record that cannot be read whole; the text is a reason without anything that was said."""


@dataclass(frozen=True)
class Word:
    """A word (in Chinese often one character) and its time in seconds from the start of the recording."""

    w: str
    start: float
    end: float


@dataclass(frozen=True)
class Spoken:
    """What an answer needs to know. `words` is JSON as the contract has it, None where words have no times.

    `answer_seconds`: from the start of the recording to the end of the last word, None when nothing was said.
    `pause_seconds`: the silences in it, the one before the first word included, so that their difference is
    the time of speaking by which pace is scored (scoring.md, section 2).
    """

    text: str
    words: str | None
    pause_seconds: float | None
    answer_seconds: float | None


def read_speech(value_at: Callable[[str], object], speech: Speech) -> Spoken:
    """The record whose values `value_at(path)` gives; raises `UnusableSpeechError`."""
    for path, allowed in speech.whole_when.items():
        if _as_text(value_at(path)) not in ("", *allowed):
            raise UnusableSpeechError(f"{path} says that the record is only a part of what was said")
    text = value_at(speech.text)
    if text is None:
        raise UnusableSpeechError(f"{speech.text} is missing")
    if not isinstance(text, str):
        raise UnusableSpeechError(f"{speech.text} is not a text")
    if _BYTE_TOKEN.search(text):
        raise UnusableSpeechError(f"{speech.text} holds bytes that the recogniser did not put together")
    spans, words = _SHAPES[speech.shape](value_at, speech, text)
    return _told(_tidy(text), spans, words, speech.shortest_pause_seconds)


def _told(text: str, spans: list[Word], words: list[Word] | None, shortest: float) -> Spoken:
    """The record's numbers; `spans` are the stretches of speech, in order."""
    if not spans:
        if letters(text):
            raise UnusableSpeechError("there is a text, but there are no times for all of its words")
        return Spoken(text, "[]", None, None)
    pauses, at = 0, 0
    for span in spans:
        silence = _milliseconds(span.start) - at
        pauses += silence if silence >= _milliseconds(shortest) else 0
        at = max(at, _milliseconds(span.end))
    told = None
    if words is not None:
        listed = [
            {"w": word.w, "start_ms": _milliseconds(word.start), "end_ms": _milliseconds(word.end)}
            for word in words
        ]
        told = json.dumps(listed, ensure_ascii=False)
    return Spoken(text, told, pauses / 1000, at / 1000 if at else None)


def _milliseconds(seconds: float) -> int:
    """Whole ones, so that 0.9 − 0.65 is a quarter of a second."""
    return math.floor(seconds * 1000 + 0.5)


def _from_tokens(
    value_at: Callable[[str], object], speech: Speech, text: str
) -> tuple[list[Word], list[Word] | None]:
    """Lists side by side: a token ends where the next begins, or sooner when that would be too long."""
    tokens = _listed(value_at, str(speech.tokens))
    starts = _times(_listed(value_at, str(speech.starts)), str(speech.starts), speech.unit)
    if len(tokens) != len(starts):
        raise UnusableSpeechError(f"{len(tokens)} tokens have {len(starts)} times")
    if not all(isinstance(token, str) for token in tokens):
        raise UnusableSpeechError(f"{speech.tokens} holds something that is no text")
    given = value_at(speech.durations) if speech.durations else None
    lengths = (
        _times(given, str(speech.durations), speech.unit, in_order=False) if isinstance(given, list) else []
    )
    longest = float(speech.longest_token_seconds or 0)
    if len(lengths) != len(starts):
        gaps = [min(after - start, longest) for start, after in pairwise(starts)]
        # Of the last one nothing tells the end: it is taken to last as long as its like.
        lengths = [*gaps, median(gaps) if gaps else longest] if starts else []
    said = heard([str(token) for token in tokens], text)
    spans = [
        Word("", start, start + length)
        for start, length, is_spoken in zip(starts, lengths, said.is_spoken, strict=True)
        if is_spoken
    ]
    if said.words is None:
        return spans, None
    words = [
        Word(word, starts[first], starts[last] + lengths[last]) for word, first, last in said.words if word
    ]
    return spans, words


def _from_pairs(
    value_at: Callable[[str], object], speech: Speech, text: str
) -> tuple[list[Word], list[Word] | None]:
    """A text and [start, end] for each of its characters and words; punctuation has no time."""
    pairs = _listed(value_at, str(speech.times))
    both = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2]
    if len(both) != len(pairs):
        raise UnusableSpeechError(f"{speech.times} is not a list of [start, end]")
    starts = _times([pair[0] for pair in both], str(speech.times), speech.unit)
    ends = _times([pair[1] for pair in both], str(speech.times), speech.unit, in_order=False)
    if any(end < start for start, end in zip(starts, ends, strict=True)):
        raise UnusableSpeechError(f"in {speech.times} something ends before it begins")
    units = _UNITS.findall(text)
    if len(units) != len(pairs):
        raise UnusableSpeechError(f"{len(units)} characters and words have {len(pairs)} times")
    words = [Word(unit, start, end) for unit, start, end in zip(units, starts, ends, strict=True)]
    return words, words


def _from_items(
    value_at: Callable[[str], object], speech: Speech, text: str
) -> tuple[list[Word], list[Word] | None]:
    """A list of objects: one a word in the first place named, one a longer stretch in the others.

    Only a list that says the whole text counts: a stretch without its words would pass for a pause.
    """
    wanted = letters(text)
    for place, path in enumerate(speech.items):
        found = value_at(path)
        items = [item for item in found if isinstance(item, dict)] if isinstance(found, list) else []
        items = [item for item in items if all(_as_text(walk(item, k)) == v for k, v in speech.only.items())]
        said = [next((w for p in speech.word if isinstance(w := walk(item, p), str)), "") for item in items]
        if not items or letters("".join(said)) != wanted:
            continue
        starts = _times([walk(item, speech.start) for item in items], path, speech.unit, is_text_ok=True)
        ends = _times(
            [walk(item, speech.end) for item in items], path, speech.unit, in_order=False, is_text_ok=True
        )
        if any(end < start for start, end in zip(starts, ends, strict=True)):
            raise UnusableSpeechError(f"in {path} something ends before it begins")
        words = [Word(w.strip(), start, end) for w, start, end in zip(said, starts, ends, strict=True)]
        return words, [word for word in words if letters(word.w)] if place == 0 else None
    return [], []


_SHAPES: dict[str, Callable[[Callable[[str], object], Speech, str], tuple[list[Word], list[Word] | None]]] = {
    "tokens": _from_tokens,
    "pairs": _from_pairs,
    "items": _from_items,
}


def _listed(value_at: Callable[[str], object], path: str) -> list[object]:
    value = value_at(path)
    if value is None:
        raise UnusableSpeechError(f"{path} is missing")
    if not isinstance(value, list):
        raise UnusableSpeechError(f"{path} is not a list")
    return value


def _times(
    values: Sequence[object], path: str, unit: str, in_order: bool = True, is_text_ok: bool = False
) -> list[float]:
    """Seconds; every one a number, none negative, and where they are starts none before the one before it."""
    seconds = []
    for value in values:
        number = value
        if is_text_ok and isinstance(value, str):
            try:
                number = float(value)
            except ValueError:
                number = None
        if isinstance(number, bool) or not isinstance(number, int | float) or not math.isfinite(number):
            raise UnusableSpeechError(f"{path} holds a time that is no number")
        if number < 0:
            raise UnusableSpeechError(f"{path} holds a time below zero")
        seconds.append(number * _TO_SECONDS[unit])
    if in_order and any(after < before for before, after in pairwise(seconds)):
        raise UnusableSpeechError(f"the times in {path} run backwards")
    return seconds


def _tidy(text: str) -> str:
    """Trimmed, and without the spaces that some recognisers put between Chinese characters."""
    return _BETWEEN_CJK.sub("", " ".join(text.split()))


def _as_text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return str(value).lower()
    return (number_text(value) or "") if isinstance(value, float) else str(value)
