"""A quiet line while a build runs: what is shown will soon be replaced."""

from __future__ import annotations

import streamlit as st

from dashboards.catalogue import Words
from warehouse.locks import running_build
from warehouse.settings import Settings

_LOOKS_AGAIN = "5s"


def told(settings: Settings, words: Words) -> None:
    """The line, if a build runs now; it looks by itself whether the build has ended, and then draws anew."""
    if running_build(settings) is not None:
        _line(settings, words)


@st.fragment(run_every=_LOOKS_AGAIN)
def _line(settings: Settings, words: Words) -> None:
    if running_build(settings) is None:
        st.rerun()
    st.caption(f":material/sync: {words('health.updating')}")
