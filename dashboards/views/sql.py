"""SQL: questions of one's own to the marts that the reader may see; a grid, a chart, files."""

from __future__ import annotations

import streamlit as st

from dashboards import choices, sql_errors, sql_result
from dashboards.ask import marts as reader_of
from dashboards.formats import plain
from dashboards.frame import Visit, head, how, visit
from dashboards.sql_editor import editor
from dashboards.sql_job import Job
from dashboards.sql_shelf import shelf
from warehouse.errors import ScorehouseError
from warehouse.mart_words import marts_of
from warehouse.plan_words import steps

# Longer addresses break in mail and chat programs.
LONGEST_IN_LINK = 1_500
FIRST = "select role_id, grade, count(*) as n\nfrom interview_results\ngroup by all\norder by role_id, grade"
_TEXT, _REVISION, _JOB, _TOLD = "sql_text", "sql_revision", "sql_job", "sql_told"
_QUIET_SECONDS, _LOOK_SECONDS = 0.3, 0.2


def take(sql: str) -> None:
    """Put another query into the editor."""
    st.session_state[_TEXT] = sql
    st.session_state[_REVISION] = st.session_state.get(_REVISION, 0) + 1


def written(page: Visit) -> str:
    """The text that the editor begins with: of the link, of this session, or a first example."""
    linked = choices.get("query")
    if _TEXT not in st.session_state or (linked and linked != st.session_state.get("sql_linked")):
        take(linked or st.session_state.get(_TEXT) or FIRST)
    st.session_state["sql_linked"] = linked
    return str(st.session_state[_TEXT])


def write(page: Visit) -> tuple[str, bool]:
    """Editor, buttons and what is beside them; the text, and whether it is to run."""
    words = page.words
    columns = reader_of(str(page.settings.home)).columns(page.ask.viewer)
    marts = marts_of(page.settings)
    left, right = st.columns([1.75, 1], gap="medium")
    with left:
        begun = written(page)
        text, from_keys = editor(words, begun, st.session_state.get(_REVISION, 0), columns, marts)
        if from_keys is not None:
            text = from_keys
        st.session_state[_TEXT] = text
        with st.container(horizontal=True, gap="small", vertical_alignment="center", key="sql_buttons"):
            pressed = st.button(
                words("sql.run"), type="primary", icon=":material/play_arrow:", help=words("sql.run_note")
            )
            is_told = st.toggle(words("sql.explain"), key=_TOLD)
    with right:
        shelf(page, columns, marts, text, take)
    if is_told:
        explain(page, text)
    return text, pressed or from_keys is not None


def explain(page: Visit, text: str) -> None:
    """What the query does in words, and what runs in its place."""
    words = page.words
    try:
        prepared = reader_of(str(page.settings.home)).prepare(text, page.ask.viewer)
        told = steps(text, prepared, words.language)
    except ScorehouseError as error:
        say(page, error)
        return
    with st.container(border=True, key="sql_explained"):
        st.markdown("\n".join(f"{number}. {plain(step)}" for number, step in enumerate(told, 1)))
        with st.expander(words("sql.effective"), icon=":material/shield:"):
            st.caption(words("sql.effective_note"))
            st.code(prepared.sql, language="sql", wrap_lines=True)


def run(page: Visit, text: str) -> None:
    """Begin; a query that still runs for this reader's page is stopped."""
    before = st.session_state.get(_JOB)
    if isinstance(before, Job):
        before.cancel()
        if before.sql != text:
            sql_result.forget_axes()
    st.session_state[_JOB] = Job(page.settings, page.ask.viewer, text, page.ask.standing)
    is_short = len(text) <= LONGEST_IN_LINK
    choices.put("query", text if is_short else None)
    st.session_state["sql_linked"] = choices.get("query")
    choices.write_to_url("sql")


def wait(page: Visit, job: Job) -> None:
    """Until it has ended; a click on anything interrupts the waiting, not the query."""
    place = st.empty()
    if job.wait(_QUIET_SECONDS):
        return
    with place.container(horizontal=True, key="sql_running", vertical_alignment="center"):
        st.button(
            page.words("sql.cancel"), icon=":material/stop_circle:", on_click=job.cancel, key="sql_cancel"
        )
        clock = st.empty()
    while not job.wait(_LOOK_SECONDS):
        clock.caption(page.words("sql.running", n=f"{job.running_seconds:.0f}"))
    place.empty()


def say(page: Visit, error: ScorehouseError) -> None:
    """Why there is no answer."""
    sentence, more = sql_errors.sentence(page.words, error)
    st.error(plain(sentence), icon=":material/error:")
    if more:
        st.caption(plain(more))


def answer(page: Visit, job: Job) -> None:
    """What came of it."""
    if job.failure is not None:
        say(page, job.failure)
        return
    if job.is_broken or job.table is None:
        st.error(page.words("trouble.unknown"), icon=":material/error:")
        return
    sql_result.summary(page, job)
    view = st.segmented_control(
        page.words("sql.view"),
        ["table", "chart"],
        required=True,
        default="table",
        format_func=lambda code: page.words(f"sql.as_{code}"),
        key="sql_view",
        label_visibility="collapsed",
    )
    if view == "chart":
        sql_result.chart(page, job)
    else:
        sql_result.grid(page, job)


def page() -> None:
    """The page from top to bottom."""
    here = visit()
    words = here.words
    head(
        words("sql.title"),
        [
            words("sql.who", role=words.of("role_name", here.ask.role)),
            words("caption.as_of", moment=here.formats.moment(here.run["data_as_of"])),
        ],
    )
    text, is_asked = write(here)
    if is_asked:
        run(here, text)
    job = st.session_state.get(_JOB)
    if isinstance(job, Job) and job.viewer == here.ask.viewer and job.standing != here.ask.standing:
        # A grant has ended since, or somebody was erased: what may be seen now is asked anew.
        run(here, job.sql)
        job = st.session_state[_JOB]
    if isinstance(job, Job) and job.viewer == here.ask.viewer:
        wait(here, job)
        answer(here, job)
    how(here, "sql")


page()
