"""The text of each answer with what earned points and what was denied marked in it; read anew each time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

import streamlit as st

from dashboards import access, ask
from dashboards.ask import Row
from dashboards.formats import plain
from dashboards.frame import Visit, go, section
from dashboards.rulebook import rulebook
from scoring_udfs.said import Denied, Piece, Said, denied_in, pieces
from warehouse.answer_texts import HR, AnswerText, TextsRefusedError, TextState, texts_of
from warehouse.hr_notes import note_of


def texts_for_hr(page: Visit, interview: str, rows: Sequence[Row]) -> Mapping[str, AnswerText]:
    """On the candidate page: for HR alone, after a second factor, and only when asked for; what is open."""
    if page.ask.role != HR:
        return {}
    words = page.words
    section(words("texts.title"), words("texts.note"))
    if not access.has_second_factor(page.settings):
        st.info(words("texts.needs_factor"), icon=":material/lock:")
        go(words("factor.go"), "account")
        return {}
    found: Mapping[str, AnswerText] = {}
    if st.toggle(words("texts.show"), key=f"texts_{interview}"):
        found = texts(page, interview)
        answers(page, rows, found)
    if st.toggle(words("texts.show_note"), key=f"note_{interview}"):
        _note_of_hr(page, interview)
    return found


def _note_of_hr(page: Visit, interview: str) -> None:
    """What HR noted on the interview in the system that it came from."""
    viewer = access.signed_in(page.settings)
    if viewer is None:
        return
    note = note_of(page.settings, interview, viewer, marts=ask.marts(str(page.settings.home)))
    with st.container(border=True, key="hr_note"):
        st.markdown(f"**{page.words('texts.hr_note')}**")
        if note is None:
            st.caption(page.words("texts.no_hr_note"))
        else:
            st.html(f'<div class="answer">{escape(note)}</div>')


def texts(page: Visit, interview: str) -> Mapping[str, AnswerText]:
    """What the reader may read of an interview, each time from the sealed files; nothing when refused."""
    viewer = access.signed_in(page.settings)
    if viewer is None:
        return {}
    try:
        return texts_of(page.settings, interview, viewer, marts=ask.marts(str(page.settings.home)))
    except TextsRefusedError as refused:
        st.info(page.words(f"texts.refused.{refused.why}"), icon=":material/lock:")
        return {}


def answers(page: Visit, rows: Sequence[Row], found: Mapping[str, AnswerText]) -> None:
    """A card an answer: question, points, the text as it was said, what its marks are."""
    if not found:
        return
    for row in rows:
        with st.container(border=True, key=f"said_{row['place']}"):
            _answer(page, row, found.get(row["question_id"]))
    st.caption(plain(page.words("texts.legend")))


def _answer(page: Visit, row: Row, answer: AnswerText | None) -> None:
    words, formats = page.words, page.formats
    points = words("texts.no_points") if row["points"] is None else formats.score(row["points"])
    st.markdown(
        words("texts.question", question=plain(row["question"] or row["question_id"]), points=plain(points))
    )
    state = TextState.GONE if answer is None else answer.state
    if answer is None or answer.text is None:
        st.caption(plain(words(f"texts.state.{state}")))
        return
    st.html(painted(page, answer))
    hits = words("format.comma").join(dict.fromkeys(span["phrase"] for span in answer.evidence))
    st.caption(plain(words("texts.hits", phrases=hits) if hits else words("texts.no_hits")))


def painted(page: Visit, answer: AnswerText) -> str:
    """The text as HTML, everything in it escaped, with its evidence marked."""
    colours = page.colours
    style = f"--hit: {colours.soft}; --accent: {colours.accent}; --denied: {colours.contrast}"
    return f'<div class="answer" style="{style}">{marked(page, answer)}</div>'


def marked(page: Visit, answer: AnswerText) -> str:
    """The marks alone, for whoever has styles of their own."""
    return "".join(_marked(piece) for piece in cut(page, answer))


def cut(page: Visit, answer: AnswerText) -> list[Piece]:
    """The text in pieces: plain, what earned points, what was denied."""
    text = answer.text or ""
    said = [Said(**span) for span in answer.evidence]
    return pieces(text, said, _denied(page, text, answer.negated))


def _denied(page: Visit, text: str, spans: Sequence[Mapping[str, object]]) -> Sequence[Denied]:
    """What is struck through reaches from the word that denies to the end of the phrase."""
    if not spans:
        return ()
    rubrics = rulebook(page.settings.seeds, page.today).rubrics
    if rubrics is not None:
        return denied_in(text, spans, rubrics.negation)
    return [Denied(**span, cue_start=int(str(span["start"]))) for span in spans]  # type: ignore[arg-type]


def _marked(piece: Piece) -> str:
    text = escape(piece.text)
    if piece.kind == "plain":
        return text
    said = escape(", ".join(dict.fromkeys(one.phrase for one in piece.of)))
    return f'<mark class="{piece.kind}" title="{said}">{text}</mark>'
