"""What a reader sees when something goes wrong: a sentence. What went wrong goes to the log."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import streamlit as st

from dashboards.catalogue import Words
from warehouse.errors import ScorehouseError
from warehouse.logs import logger

_LOG = logger("dashboards")


@contextmanager
def told(words: Words) -> Iterator[None]:
    """Turn an exception of a page into words; Streamlit's own control flow is no exception."""
    try:
        yield
    except ScorehouseError as error:
        _LOG.warning("page: %s", error)
        st.error(words("trouble.known"), icon=":material/error:")
        if words.language == "en":
            st.caption(str(error))
    except Exception as error:
        # The type and place tell an engineer enough; the message might hold data of a person.
        _LOG.error("page failed: %s at %s", type(error).__name__, _place(error))
        st.error(words("trouble.unknown"), icon=":material/error:")


def _place(error: BaseException) -> str:
    trace = error.__traceback__
    place = "unknown place"
    while trace is not None:
        code = trace.tb_frame.f_code
        if "dashboards" in code.co_filename or "warehouse" in code.co_filename:
            place = f"{code.co_filename.rsplit('/', 1)[-1]}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
