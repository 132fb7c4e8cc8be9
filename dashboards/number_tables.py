"""Small tables of words and numbers, the numbers in line on the right."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import pandas as pd
import streamlit as st


def number_table(columns: Mapping[str, Sequence[object]], key: str, words_n: int = 1) -> None:
    """A table without scroll bars; `words_n`: how many columns on the left hold words (1 or 2)."""
    with st.container(key=f"numbers_{words_n}_{key}"):
        st.table(pd.DataFrame(columns), border="horizontal", hide_index=True)


def numbers_right(names: Iterable[str]) -> dict[str, Any]:
    """Columns of `st.dataframe` whose numbers arrive as text."""
    return {name: st.column_config.TextColumn(alignment="right") for name in names}
