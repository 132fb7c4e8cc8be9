"""What a reader sees when something goes wrong: a sentence. What went wrong goes to the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboards.catalogue import Words
from warehouse.errors import ScorehouseError
from warehouse.logs import explain, logger
from warehouse.settings import Settings


@contextmanager
def told(words: Words, settings: Settings) -> Iterator[None]:
    """Turn an exception of a page into words; Streamlit's own control flow is no exception."""
    try:
        yield
    except ScorehouseError as error:
        logger(settings).warning("page: %s", error)
        st.error(words("trouble.known"), icon=":material/error:")
        if words.language == "en":
            st.caption(str(error))
    except Exception as error:
        explain(error, settings)
        st.error(words("trouble.unknown"), icon=":material/error:")
