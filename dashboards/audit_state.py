"""Whether the audit log of this moment holds, for the pages that say so."""

from __future__ import annotations

import streamlit as st

from warehouse import audit, audit_log
from warehouse.audit_log import Verdict
from warehouse.settings import Settings


@st.cache_data(show_spinner=False, max_entries=4)
def _verified(home: str, identity: tuple[int, ...]) -> Verdict:
    """What the whole log holds to; read anew when it has grown."""
    return audit_log.verify(Settings.from_env())


def state(settings: Settings) -> Verdict:
    """The verdict on the log as it is now."""
    paths = (audit.log_file(settings), settings.vault / audit.ANCHOR_NAME)
    status = [path.stat() for path in paths if path.exists()]
    identity = tuple(number for one in status for number in (one.st_size, one.st_mtime_ns, one.st_ino))
    return _verified(str(settings.home), identity)
