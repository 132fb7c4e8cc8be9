"""Answers as the interview vendor exports them: one JSON object a line."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import numpy as np

from ingestion.demo.answers import MISSING, REPEATED, Answers
from ingestion.demo.interviews import Sessions
from ingestion.demo.matching import CJK
from ingestion.demo.plan import Block, Bools, Floats, pick

UNKNOWN_QUESTION = "q_trial_2026"
"""A question that was asked for a while and is in no rubric."""


def answer_lines(
    block: Block, sessions: Sessions, answers: Answers, question_ids: Sequence[str], trials: Sequence[str]
) -> tuple[list[list[str]], dict[str, int]]:
    """Lines of each session in the order of the questions, and how many were written of each kind."""
    rng = block.rng(7)
    size, count = answers.state.shape
    has_lang = (rng.random((size, count)) < 0.88) & ~sessions.is_mixed[:, None]
    is_blank = rng.random((size, count)) < 0.04
    glance = rng.uniform(1.0, 6.0, (size, count))
    has_words = pick(rng, 0.006, size)
    asks_trial = pick(rng, 0.006, size, at_least_one=block.is_first) & sessions.is_completed
    writer = _Writer(answers, question_ids, has_lang, is_blank, glance, has_words)
    ids = sessions.interview_ids()
    asked = sessions.answered.tolist()
    lines = [list(writer.session(row, asked[row], ids[row])) for row in range(size)]
    for row in np.flatnonzero(asks_trial).tolist():
        text = json.dumps(trials[row % len(trials)], ensure_ascii=False)[1:-1]
        lines[row].append(_line(ids[row], UNKNOWN_QUESTION, 1, f'"{text}"', '"zh"', "31.5", "2.5"))
        writer.counts["unknown_question"] += 1
    return lines, writer.counts


class _Writer:
    """Writes sessions; everything is looked up in lists, because numpy scalars are slow one by one."""

    def __init__(
        self,
        answers: Answers,
        question_ids: Sequence[str],
        has_lang: Bools,
        is_blank: Bools,
        glance: Floats,
        has_words: Bools,
    ) -> None:
        self._texts = answers.texts
        self._weak = answers.weak
        self._state = answers.state.tolist()
        self._copied = answers.copied_from.tolist()
        self._retried = answers.is_retried.tolist()
        self._seconds = [[_number(s) for s in row] for row in answers.seconds.tolist()]
        self._pause = [[_number(p) for p in row] for row in answers.pause.tolist()]
        self._lang = np.where(has_lang, np.where(answers.is_english, '"en"', '"zh"'), "null").tolist()
        self._blank = is_blank.tolist()
        self._glance = [[_number(g) for g in row] for row in glance.tolist()]
        self._words = has_words.tolist()
        self._english = answers.is_english.tolist()
        self._questions = question_ids
        kinds = ("counted", "skipped", "skipped_as_empty_text", "repeated", "missing_text", "second_attempt")
        self.counts = dict.fromkeys((*kinds, "english", "with_words", "unknown_question"), 0)

    def session(self, row: int, asked: int, interview_id: str) -> Iterator[str]:
        """The lines of one session, second attempts after first ones."""
        counts = self.counts
        state, lang = self._state[row], self._lang[row]
        seconds, pause = self._seconds[row], self._pause[row]
        for at in range(asked):
            question = self._questions[at]
            counts["counted"] += 1
            if state[at]:
                yield self._special(row, at, interview_id)
                continue
            counts["english"] += self._english[row][at]
            text, attempt = self._texts[at][row], 1
            if self._retried[row][at]:
                weak = self._weak[at][row]
                yield _line(interview_id, question, 1, f'"{weak}"', lang[at], seconds[at], pause[at])
                counts["second_attempt"] += 1
                attempt = 2
            words = ""
            if self._words[row] and seconds[at] != "null":
                words = f',"words":{_words(text, float(seconds[at]))}'
                counts["with_words"] += 1
            yield _line(
                interview_id, question, attempt, f'"{text}"', lang[at], seconds[at], pause[at], words=words
            )

    def _special(self, row: int, at: int, interview_id: str) -> str:
        """A skipped, repeated or missing answer."""
        counts, question = self.counts, self._questions[at]
        state = self._state[row][at]
        if state == REPEATED:
            counts["repeated"] += 1
            text = self._texts[self._copied[row][at]][row]
            seconds, pause = self._seconds[row][at], self._pause[row][at]
            return _line(
                interview_id, question, 1, f'"{text}"', self._lang[row][at], seconds, pause, repeated="true"
            )
        if state == MISSING:
            counts["missing_text"] += 1
            return _line(interview_id, question, 1, "null", "null", "null", "null")
        counts["skipped"] += 1
        glance = self._glance[row][at]
        if self._blank[row][at]:
            counts["skipped_as_empty_text"] += 1
            return _line(interview_id, question, 1, '""', "null", glance, "null")
        return _line(interview_id, question, 1, "null", "null", glance, "null", skipped="true")


def _line(
    interview_id: str,
    question_id: str,
    attempt: int,
    text: str,
    lang: str,
    seconds: str,
    pause: str,
    *,
    skipped: str = "false",
    repeated: str = "false",
    words: str = "",
) -> str:
    return (
        f'{{"interview_id":"{interview_id}","question_id":"{question_id}","attempt":{attempt},"text":{text},'
        f'"lang":{lang},"answer_seconds":{seconds},"pause_seconds":{pause},"skipped":{skipped},'
        f'"repeated":{repeated}{words}}}'
    )


def _number(value: float) -> str:
    """One decimal, or null."""
    return "null" if value != value else f"{value:.1f}"


def _words(escaped: str, seconds: float) -> str:
    """Word timings as speech recognition gives them: a Chinese character or a Latin word each."""
    text = json.loads(f'"{escaped}"')
    words: list[str] = []
    latin = ""
    for character in text:
        if character.isascii() and character.isalnum():
            latin += character
            continue
        if latin:
            words.append(latin)
            latin = ""
        if CJK.match(character):
            words.append(character)
    if latin:
        words.append(latin)
    step = seconds * 1000 / max(len(words), 1)
    timed = [
        {"w": word, "start_ms": int(at * step), "end_ms": int((at + 1) * step)}
        for at, word in enumerate(words)
    ]
    return json.dumps(timed, ensure_ascii=False, separators=(",", ":"))
