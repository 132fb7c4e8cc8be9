"""Beside the editor: what there is to query, examples to start from, what was run and what was saved."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

import pandas as pd
import streamlit as st

from dashboards.formats import plain
from dashboards.frame import Visit
from warehouse import query_shelf
from warehouse.errors import UsageError
from warehouse.example_queries import examples
from warehouse.mart_words import MartWords

Take = Callable[[str], None]
_HEIGHT = 316
# What is said of a column, with widths in pixels; Streamlit wraps text in rows this high, and four lines fit.
_COLUMNS = {"name": 108, "label": 78, "description": 168, "type": 70}
_COLUMNS_HEIGHT, _ROW = 420, 76
_LINE = 60


def shelf(
    page: Visit, columns: Mapping[str, Sequence[str]], marts: Mapping[str, MartWords], text: str, take: Take
) -> None:
    """Four tabs; `take` puts a query into the editor."""
    words = page.words
    names = ("schema", "examples", "history", "saved")
    schema, starts, history, saved = st.tabs([words(f"sql.tab_{name}") for name in names])
    with schema:
        _schema(page, columns, marts)
    with starts, st.container(height=_HEIGHT, border=False):
        for example in examples(page.settings):
            _line(example.question[words.language], f"example_{example.name}", example.sql, take)
    with history, st.container(height=_HEIGHT, border=False):
        _history(page, take)
    with saved, st.container(height=_HEIGHT, border=False):
        _saved(page, text, take)


def _schema(page: Visit, columns: Mapping[str, Sequence[str]], marts: Mapping[str, MartWords]) -> None:
    words = page.words
    language = words.language

    def called(name: str) -> str:
        label = marts[name].label[language] if name in marts else ""
        return f"{name.removeprefix('marts.')} · {label}" if label else name

    name = st.selectbox(
        words("sql.mart"), list(columns), format_func=called, key="sql_mart", label_visibility="collapsed"
    )
    mart = marts.get(name)
    if mart is not None:
        st.caption(plain(mart.description[language]))
    known = mart.columns if mart else {}
    rows = [
        (
            column,
            known[column].label[language] if column in known else words("sql.suppressed_column"),
            known[column].description[language] if column in known else "",
            known[column].type if column in known else "boolean",
        )
        for column in columns[name]
    ]
    headers = [words(f"sql.column_{part}") for part in _COLUMNS]
    st.dataframe(
        pd.DataFrame(rows, columns=headers),
        hide_index=True,
        height=_COLUMNS_HEIGHT,
        row_height=_ROW,
        column_config={
            header: st.column_config.TextColumn(width=width)
            for header, width in zip(headers, _COLUMNS.values(), strict=True)
        },
        key=f"sql_columns_{name}",
    )


def _history(page: Visit, take: Take) -> None:
    words = page.words
    owner = page.ask.viewer.name
    ran = query_shelf.shelf_of(page.settings, owner).history
    if not ran:
        st.caption(words("sql.no_history"))
        return
    for number, one in enumerate(ran):
        at = page.formats.moment(datetime.fromisoformat(one.at).replace(tzinfo=None))
        came = words("sql.failed") if one.rows is None else words("sql.rows", n=page.formats.count(one.rows))
        _line(_first(one.sql), f"history_{number}", one.sql, take, note=f"{at} · {came}")
    if st.button(words("sql.clear_history"), icon=":material/delete:", type="tertiary"):
        query_shelf.clear_history(page.settings, owner)
        st.rerun()


def _saved(page: Visit, text: str, take: Take) -> None:
    words = page.words
    owner = page.ask.viewer.name
    with st.form("sql_save", border=False, clear_on_submit=True):
        name = st.text_input(
            words("sql.save_name"), max_chars=query_shelf.LONGEST_NAME, placeholder=words("sql.save_hint")
        )
        is_shared = st.checkbox(words("sql.share"))
        if st.form_submit_button(words("sql.save"), icon=":material/bookmark_add:"):
            try:
                query_shelf.save(page.settings, owner, name, text, is_shared=is_shared)
            except UsageError:
                st.error(words("sql.save_refused", most=query_shelf.LONGEST_NAME))
    mine = query_shelf.shelf_of(page.settings, owner).saved
    for number, one in enumerate(mine):
        line, bin_ = st.columns([6, 1], vertical_alignment="center")
        with line:
            note = words("sql.shared") if one.is_shared else ""
            _line(one.name, f"saved_{number}", one.sql, take, note=note)
        with bin_:
            if st.button(
                words("sql.delete"),
                icon=":material/delete:",
                type="tertiary",
                key=f"delete_{number}",
                help=words("sql.delete_note", name=plain(one.name)),
            ):
                query_shelf.delete(page.settings, owner, one.name)
                st.rerun()
    for number, one in enumerate(query_shelf.shared_by_others(page.settings, owner)):
        _line(one.name, f"shared_{number}", one.sql, take, note=words("sql.shared_by", owner=one.owner))


def _line(label: str, key: str, sql: str, take: Take, note: str = "") -> None:
    st.button(plain(label), key=f"take_{key}", type="tertiary", on_click=take, args=(sql,), help=None)
    if note:
        st.caption(plain(note))


def _first(sql: str) -> str:
    text = " ".join(sql.split())
    return text if len(text) <= _LINE else f"{text[: _LINE - 1]}…"
