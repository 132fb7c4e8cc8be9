"""Try an answer: points, evidence and losses, by the kernels that score everybody; nothing is kept."""

from __future__ import annotations

from html import escape

import streamlit as st

from dashboards import trial_words
from dashboards.formats import plain
from dashboards.frame import Visit, nothing, section
from dashboards.number_tables import number_table
from dashboards.rubric_rules import question
from dashboards.rulebook import Rulebook
from scoring_udfs.said import Piece, pieces
from scoring_udfs.trial import Answer, CriterionTrial, Trial, in_language, try_answer

LONGEST = 20_000
HEIGHT = 180
NO_ROLE = ""


def part(page: Visit, book: Rulebook) -> str:
    """The fields, and what the answer in them is worth; gives the title."""
    words = page.words
    chosen = question(page, book)
    if book.rubrics is None or chosen is None:
        nothing(words("rubrics.cannot_try"), words("rubrics.cannot_try_next"))
        return words("rubrics.title_try")
    roles = {row["role_id"]: str(row[f"name_{words.language}"]) for row in book.rows("roles")}
    text = st.text_area(
        words("rubrics.answer"),
        key="trial_text",
        height=HEIGHT,
        max_chars=LONGEST,
        placeholder=words("rubrics.answer_hint"),
    )
    left, middle, right = st.columns([1, 1, 1], vertical_alignment="bottom")
    seconds = left.number_input(
        words("rubrics.seconds"),
        min_value=0.0,
        step=10.0,
        value=None,
        format="%g",
        key="trial_seconds",
        placeholder=words("rubrics.optional"),
    )
    role = middle.selectbox(
        words("rubrics.weigh_as"),
        [NO_ROLE, *roles],
        format_func=lambda name: roles.get(name, words("rubrics.no_role")),
        key="trial_role",
    )
    right.button(
        words("rubrics.try_it"), type="primary", icon=":material/play_arrow:", width="stretch", key="trial_go"
    )
    if not text.strip():
        st.caption(words("rubrics.try_note"))
        return words("rubrics.title_try")
    answer = in_language(Answer(chosen, text, seconds=seconds), words.language)
    trial = try_answer(book.seeds, book.rubrics, answer, role or None, page.today)
    result(page, book, trial)
    return trial_words.headline(trial, words, roles.get(role))


def result(page: Visit, book: Rulebook, trial: Trial) -> None:
    """Everything about a tried answer."""
    words = page.words
    left, right = st.columns([1.6, 1], gap="large")
    with left:
        section(words("rubrics.evidence"), trial_words.as_said(trial, words))
        st.html(painted(page, trial))
        st.caption(plain(words("rubrics.legend")))
        for sentence in trial_words.denials(trial, words):
            st.markdown(f":material/block: {plain(sentence)}")
    with right:
        section(words("rubrics.competencies"))
        _competencies(page, book, trial)
    missed = sorted((c for c in trial.criteria if (c.h or 0) < 1), key=lambda c: -c.lost)
    section(words("trial.missed"), words("rubrics.missed_note"))
    if not missed:
        st.markdown(words("rubrics.none_missed"))
    for criterion in missed:
        _missed(page, trial, criterion)
    met = [criterion for criterion in trial.criteria if criterion.h == 1]
    if met:
        section(words("trial.met"))
        lines = (_met(page, book, trial, criterion) for criterion in met)
        st.markdown("\n\n".join(f":material/check: {line}" for line in lines))


def painted(page: Visit, trial: Trial) -> str:
    """The answer as HTML, everything in it escaped, with its evidence marked."""
    colours = page.colours
    style = f"--hit: {colours.soft}; --accent: {colours.accent}; --denied: {colours.contrast}"
    marked = "".join(_painted(page, piece) for piece in pieces(trial.answer.text, trial.said, trial.denied))
    return f'<div class="answer" style="{style}">{marked}</div>'


def _painted(page: Visit, piece: Piece) -> str:
    text = escape(piece.text)
    if piece.kind == "plain":
        return text
    words = page.words
    if piece.kind == "denied":
        told = trial_words.denial(piece.of[0], words)
    elif piece.kind == "stage":
        told = words.of("stage", piece.of[0].stage)
    else:
        told = words("format.comma").join(dict.fromkeys(said.phrase for said in piece.of if not said.stage))
    return f'<mark class="{piece.kind}" title="{escape(told)}">{text}</mark>'


def _competencies(page: Visit, book: Rulebook, trial: Trial) -> None:
    words, formats = page.words, page.formats
    columns = {
        words("column.competency"): [
            plain(trial_words.name_of(book.seeds, "competencies", "competency_id", c.competency_id, words))
            for c in trial.competencies
        ],
        words("column.points"): [formats.score(c.points) for c in trial.competencies],
    }
    if any(c.weight is not None for c in trial.competencies):
        columns[words("column.weight")] = [
            words("format.none") if c.weight is None else f"{c.weight:g}" for c in trial.competencies
        ]
    number_table(columns, "competencies_of_trial")


def _met(page: Visit, book: Rulebook, trial: Trial, criterion: CriterionTrial) -> str:
    words = page.words
    wanted = criterion.row["competency_id"] or ""
    name = trial_words.name_of(book.seeds, "competencies", "competency_id", wanted, words)
    said = trial_words.earned(criterion, trial, words) or trial_words.found(criterion, words)
    return f"**{plain(name)}** · {plain(said)}"


def _missed(page: Visit, trial: Trial, criterion: CriterionTrial) -> None:
    words = page.words
    lost = "–" if criterion.h is None else trial_words.signed(-criterion.lost)
    head = f"**{lost}** · {plain(trial_words.criterion_name(criterion, words))}"
    told = [
        f"{head} :gray[:small[{plain(trial_words.found(criterion, words))}]]",
        plain(trial_words.missing(criterion, trial, words)),
        plain(criterion.row.get(f"advice_{words.language}") or ""),
        f":gray[{plain(trial_words.would_count(criterion, words))}]"
        if trial_words.would_count(criterion, words)
        else "",
    ]
    st.markdown("\\\n".join(line for line in told if line))
