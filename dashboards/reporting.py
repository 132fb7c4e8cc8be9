"""Reports from pages: one as PDF beside a result, many as a ZIP for a list; audited."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

import streamlit as st

from dashboards import access, ask
from dashboards.answer_texts import cut
from dashboards.ask import Row
from dashboards.formats import plain
from dashboards.frame import Visit
from dashboards.report.batch import NO_TEXTS, file_name, report, reports, write_zip
from dashboards.report.maker import CANDIDATE, Maker, Spoken
from warehouse import audit
from warehouse.answer_texts import HR, TextState, texts_of
from warehouse.marts import Marts
from warehouse.policy import policy
from warehouse.viewer import Viewer

PDF = "application/pdf"
_READY = "reports_ready"
_EVERY = 5


def of_one(page: Visit, row: Row) -> None:
    """On a person's page: the report without texts, or with them for HR after a second factor."""
    words = page.words
    may_have_texts = page.ask.role == HR and access.has_second_factor(page.settings)
    with_texts = may_have_texts and st.session_state.get("report_texts", False)
    _button(page, row, words("pdf.download"), bool(with_texts))
    if may_have_texts:
        st.toggle(words("pdf.download_texts"), key="report_texts")


def own(page: Visit, row: Row) -> None:
    """In the portal: the person's own, with the own words."""
    _button(page, row, page.words("pdf.download"), True)


def _button(page: Visit, row: Row, label: str, with_texts: bool) -> None:
    maker = _maker(page, page.ask.viewer)
    st.download_button(
        label,
        partial(_one, page, row, access.token(), with_texts),
        file_name=file_name(row, maker),
        mime=PDF,
        icon=":material/picture_as_pdf:",
        on_click="ignore",
        key="report_pdf",
        help=page.words("pdf.mine_note" if maker.is_own else "pdf.download_note"),
    )


def _maker(page: Visit, viewer: Viewer) -> Maker:
    return Maker(viewer, page.words, page.formats, datetime.now(UTC))


def _one(page: Visit, row: Row, token: str, with_texts: bool) -> bytes:
    """The report for who is still signed in when the button is pressed."""
    viewer = access.who_saves(page, token)
    subject = f"candidate:{row['candidate_id']}"
    audit.record(
        page.settings,
        who=viewer.name,
        role=viewer.role,
        action="export",
        subject=subject,
        rows=1,
        format="pdf",
    )
    spoken = _spoken(page, row["interview_id"], viewer) if with_texts else NO_TEXTS
    return report(_marts(page), _maker(page, viewer), row["interview_id"], spoken).pdf


def _marts(page: Visit) -> Marts:
    return ask.marts(str(page.settings.home))


def _spoken(page: Visit, interview: str, viewer: Viewer) -> Mapping[str, Spoken]:
    """The words of each answer, cut where something was found in them."""
    found = texts_of(page.settings, interview, viewer, marts=_marts(page))
    return {
        question: (
            Spoken(absent=page.words(f"texts.state.{answer.state}"))
            if answer.state is not TextState.HERE
            else Spoken([(piece.kind, piece.text) for piece in cut(page, answer)])
        )
        for question, answer in found.items()
    }


def of_many(page: Visit, interviews: Sequence[str], found: int) -> None:
    """Beside a list: a report of each of its `found` interviews, when they are not too many."""
    words, formats = page.words, page.formats
    most = policy().reports_at_once
    if page.ask.role == CANDIDATE:
        return
    with st.popover(words("reports.open"), icon=":material/picture_as_pdf:", width="stretch"):
        if not interviews:
            st.caption(words("reports.none"))
            return
        if found > most or found > len(interviews):
            told = words("reports.too_many", n=formats.count(found), most=formats.count(most))
            st.caption(plain(told))
            return
        st.caption(plain(words("reports.explain", n=formats.count(found))))
        if st.button(words("reports.make", n=formats.count(found)), key="reports_make", width="stretch"):
            st.session_state[_READY] = (_fingerprint(page, interviews), _many(page, interviews))
        fingerprint, made = st.session_state.get(_READY, ("", b""))
        if fingerprint == _fingerprint(page, interviews):
            _save(page, made, found)


def _fingerprint(page: Visit, interviews: Sequence[str]) -> str:
    """For whom in which role and with which grants, of what, in which language: no other ZIP is offered."""
    of = "\n".join((repr(page.ask.standing), page.words.language, *interviews))
    return hashlib.sha256(of.encode()).hexdigest()


def _many(page: Visit, interviews: Sequence[str]) -> bytes:
    words, formats, viewer = page.words, page.formats, page.ask.viewer
    n = len(interviews)

    def told(done: int) -> str:
        return words("reports.making", done=formats.count(done), n=formats.count(n))

    audit.record(page.settings, who=viewer.name, role=viewer.role, action="export", rows=n, format="pdf")
    bar = st.progress(0.0, told(0))

    def on_progress(done: int) -> None:
        if done % _EVERY == 0 or done == n:
            bar.progress(done / n, told(done))

    maker, buffer = _maker(page, viewer), io.BytesIO()
    write_zip(buffer, reports(_marts(page), maker, interviews), maker, on_progress)
    bar.empty()
    return buffer.getvalue()


def _save(page: Visit, made: bytes, n: int) -> None:
    words, formats, token = page.words, page.formats, access.token()

    def kept() -> bytes:
        access.who_saves(page, token)
        return made

    st.caption(plain(words("reports.ready", n=formats.count(n), size=f"{len(made) / 1e6:.1f}")))
    st.download_button(
        words("reports.save"),
        kept,
        file_name=words("reports.file", day=page.today.isoformat()),
        mime="application/zip",
        icon=":material/download:",
        on_click="ignore",
        key="reports_save",
        width="stretch",
        type="primary",
    )
