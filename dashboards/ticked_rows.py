"""Tables whose rows are ticked: to open what stands behind one, or to take several along."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st

from dashboards import choices
from dashboards.ask import Row
from dashboards.frame import Visit

# What the frame of a table takes beside its rows, in pixels.
_EDGE = 16


def ticked_rows(
    page: Visit,
    shown: pd.DataFrame,
    key: str,
    columns: Mapping[str, Any] | None = None,
    *,
    in_sight: int = 10,
    row_height: int = 36,
    takes_many: bool = False,
) -> list[int]:
    """Draw the table and give the places of its ticked rows, from 0.

    `columns` as of `st.dataframe`; of more than `in_sight` rows the others are scrolled to.
    """
    event = st.dataframe(
        shown,
        hide_index=True,
        key=key,
        on_select="rerun",
        selection_mode="multi-row" if takes_many else "single-row",
        height=row_height * (in_sight + 1) + _EDGE if len(shown) > in_sight else "content",
        row_height=row_height,
        placeholder=page.words("format.none"),
        column_config=columns,
    )
    return list(event.selection.rows)


def open_interview(rows: Sequence[Row], ticked: Sequence[int], field: str = "interview_id") -> None:
    """Go to the candidate's page of the ticked row, if one is ticked."""
    for index in ticked:
        st.switch_page("views/candidate.py", query_params=choices.link(interview=rows[index][field]))
