"""Questions with their criteria and phrases as the files have them, and what the check finds in the files."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.criteria import names
from dashboards.findings import with_place
from dashboards.formats import plain
from dashboards.frame import Visit, nothing, section
from dashboards.own_choices import bound
from dashboards.rulebook import Rulebook
from scoring_udfs.rubric_check import SEVERITIES
from scoring_udfs.seeds import LANGUAGES

FINDINGS_SHOWN = 100
QUESTION_LETTERS = 60
ICONS = {"error": ":material/error:", "warning": ":material/warning:", "note": ":material/info:"}


def questions(page: Visit, book: Rulebook) -> str:
    """A question with what it is judged by; gives the title."""
    words, formats = page.words, page.formats
    counts = {seed: formats.count(len(book.rows(seed))) for seed in ("questions", "criteria", "phrases")}
    title = words("rubrics.title_questions", **counts)
    chosen = question(page, book)
    if chosen is None:
        nothing(words("rubrics.no_questions"))
        return title
    row = book.by("questions", "question_id")[chosen]
    st.markdown(f"**{plain(_in(page, row, 'text'))}**")
    seconds = row.get("expected_seconds")
    facts = [row["question_id"], row["rubric_id"]]
    if seconds:
        facts.append(words("rubrics.expected", seconds=formats.count(float(seconds))))
    st.caption(plain(" · ".join(facts)))
    criteria = [line for line in book.rows("criteria") if line["rubric_id"] == row["rubric_id"]]
    with st.container(key="criteria"):
        _criteria_table(page, book, criteria)
    section(words("rubrics.phrases"), words("rubrics.phrases_note"))
    for line in criteria:
        with st.expander(plain(f"{_competency(page, book, line)} · {_name(page, book, line)}")):
            _criterion(page, book, line)
    return title


def question(page: Visit, book: Rulebook) -> str | None:
    """The question that is looked at: those of the sidebar's role and the general ones are offered."""
    words, role = page.words, page.choices.role
    rows = {
        row["question_id"]: row
        for row in book.rows("questions")
        if role == choices.ALL
        or row["role_id"] in (None, role)
        or row["question_id"] == choices.get("question")
    }
    if not rows:
        return None
    roles = book.by("roles", "role_id")
    order = sorted(rows, key=lambda name: role != choices.ALL and rows[name]["role_id"] != role)

    def label(name: str) -> str:
        asked = rows[name]["role_id"]
        of = _in(page, roles[asked], "name") if asked in roles else words("rubrics.general")
        return f"{of} · {_in(page, rows[name], 'text')}"

    return bound(
        "question",
        order[0],
        st.selectbox,
        label=words("column.question"),
        options=order,
        format_func=label,
    )


def _criteria_table(page: Visit, book: Rulebook, criteria: list[Row]) -> None:
    words, formats = page.words, page.formats
    total = sum(float(line["weight"] or 0) for line in criteria)
    phrases = [row["criterion_id"] for row in book.rows("phrases")]
    st.table(
        pd.DataFrame(
            {
                words("column.criterion"): [plain(_name(page, book, line)) for line in criteria],
                words("column.competency"): [plain(_competency(page, book, line)) for line in criteria],
                words("column.kind"): [words.of("criterion_kind", line["kind"]) for line in criteria],
                words("column.of_answer"): [
                    formats.percent(float(line["weight"] or 0) / total) if total else words("format.none")
                    for line in criteria
                ],
                words("column.needed"): [
                    words("rubrics.needed", n=line["min_phrases"], all=phrases.count(line["criterion_id"]))
                    if line["kind"] == "phrases"
                    else words("format.none")
                    for line in criteria
                ],
            }
        ),
        border="horizontal",
        hide_index=True,
    )


def _criterion(page: Visit, book: Rulebook, line: Row) -> None:
    """Its phrases (or cues, or bands) in both languages, the advice and the course."""
    words = page.words
    if line["kind"] == "pace":
        for band in book.rows("pace_bands"):
            edges = {name: band[name] for name in ("outer_low", "low", "high", "outer_high")}
            st.markdown(words("rubrics.pace_band", name=words.of("lang_name", band["lang"]), **edges))
    elif line["kind"] == "structure":
        for stage in words.choices("stage"):
            cues = [row["phrase"] for row in book.rows("stage_cues") if row["stage"] == stage]
            st.markdown(f"{words.of('stage', stage)}  \n{_chips(cues)}")
    else:
        for lang in LANGUAGES:
            said = [
                row["phrase"]
                for row in book.rows("phrases")
                if row["criterion_id"] == line["criterion_id"] and row["lang"] == lang
            ]
            st.markdown(f"{words.of('lang_name', lang)}  \n{_chips(said)}")
    st.markdown(f":material/remove_circle: {plain(_in(page, line, 'loss'))}")
    st.markdown(f":material/lightbulb: {plain(_in(page, line, 'advice'))}")
    course = book.by("courses", "course_id").get(line["course_id"] or "")
    if course is not None:
        st.markdown(f":material/school: {plain(_in(page, course, 'name'))}")
    st.caption(plain(line["criterion_id"]))


def _chips(texts: list[str | None]) -> str:
    return " ".join(f":gray-badge[{plain((text or '').strip())}]" for text in texts)


def _name(page: Visit, book: Rulebook, line: Row) -> str:
    return names(book, page.words.language).get(line["criterion_id"]) or str(line["criterion_id"])


def _competency(page: Visit, book: Rulebook, line: Row) -> str:
    row = book.by("competencies", "competency_id").get(line["competency_id"])
    return line["competency_id"] if row is None else _in(page, row, "name")


def _in(page: Visit, row: Row, column: str) -> str:
    return str(row.get(f"{column}_{page.words.language}") or page.words("format.none"))


def findings(page: Visit, book: Rulebook) -> str:
    """What the check found, gravest first; gives the title."""
    words, formats = page.words, page.formats
    counts = {str(severity): formats.count(book.count(severity)) for severity in SEVERITIES}
    for severity in SEVERITIES:
        found = [finding for finding in book.findings if finding.severity == severity]
        if found:
            section(
                words(f"check.{severity}", n=formats.count(len(found))), words(f"rubrics.{severity}_note")
            )
            lines = [f"{ICONS[severity]} {plain(with_place(words, f))}" for f in found[:FINDINGS_SHOWN]]
            st.markdown("\n\n".join(lines))
            if len(found) > FINDINGS_SHOWN:
                st.caption(words("rubrics.more_findings", n=formats.count(len(found) - FINDINGS_SHOWN)))
    if not book.findings:
        nothing(words("rubrics.no_findings"))
    st.caption(words("rubrics.check_command"))
    return words("rubrics.title_check", **{name: words(f"check.{name}", n=n) for name, n in counts.items()})
