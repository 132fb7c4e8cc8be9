"""Quoting an answer in a comment: its place is kept, its words are shown only to whom the texts are open."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import escape

from dashboards.frame import Visit
from warehouse.answer_texts import AnswerText
from warehouse.note_marks import Quote

# A sentence with its closing sign, in Chinese and English.
_SENTENCE = re.compile(r"[^。!?！？\n]+[。!?！？]?|[。!?！？]+")
_SHOWN = 60


def quoted(page: Visit, quote: Quote, interview: str, texts: Mapping[str, AnswerText]) -> str:
    """A quote as HTML: the words where the reader has them open, else which phrases stand there."""
    words = page.words
    answers = {row["question_id"]: row for row in page.ask.rows("candidate_quotes", interview=interview)}
    row = answers.get(quote.question_id)
    place = words("talk.quote_gone") if row is None else words("talk.quote", place=row["place"])
    text = texts[quote.question_id].text if quote.question_id in texts else None
    if text is not None and quote.end <= len(text):
        said = escape(text[quote.start : quote.end])
        return f"<blockquote><span>{escape(place)}</span><div class='answer'>{said}</div></blockquote>"
    evidence = [] if row is None else row["evidence"] or []
    hits = dict.fromkeys(
        span["phrase"] for span in evidence if quote.start <= span["start"] and span["end"] <= quote.end
    )
    hint = words("talk.quote_hits", phrases=words("format.comma").join(hits)) if hits else ""
    note = hint or ("" if row is None else words("talk.quote_closed"))
    return f"<blockquote><span>{escape(place)}</span> {escape(note)}</blockquote>"


def can_be_quoted(page: Visit, interview: str, texts: Mapping[str, AnswerText]) -> dict[Quote, str]:
    """What a comment may quote and how it is listed: sentences where texts are open, else scored phrases."""
    words = page.words
    found: dict[Quote, str] = {}
    for row in page.ask.rows("candidate_quotes", interview=interview):
        question = row["question_id"]
        text = texts[question].text if question in texts else None
        spans = (
            [(match.start(), match.end(), match[0].strip()) for match in _SENTENCE.finditer(text)]
            if text
            else [(span["start"], span["end"], span["phrase"]) for span in row["evidence"] or []]
        )
        for start, end, said in spans:
            if said:
                shown = said if len(said) <= _SHOWN else f"{said[: _SHOWN - 1]}…"
                found[Quote(question, start, end)] = words(
                    "talk.quote_option", place=row["place"], said=shown
                )
    return found
