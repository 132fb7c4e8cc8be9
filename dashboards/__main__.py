"""Streamlit's command line (`python -m dashboards run …`), which Ctrl-C ends without a word.

Its server ends properly on Ctrl-C and raises the signal once more for whoever started it: that would print
"Aborted!" over what `scorehouse serve` says.
"""

from __future__ import annotations

import signal
import sys
from types import FrameType

from streamlit.web.cli import main


def _end(_: int, __: FrameType | None) -> None:
    sys.exit(0)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, _end)
    main(prog_name="streamlit")
