"""What page tests share: where the app is and how to read a page."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
from streamlit.testing.v1 import AppTest

APP = Path(__file__).parents[2] / "dashboards" / "app.py"
SECONDS = 60

Visitor = Callable[..., AppTest]


def sentences(app: AppTest) -> str:
    """Every word on the page, a line an element."""
    blocks = [*app.title, *app.caption, *app.header, *app.markdown, *app.info, *app.warning, *app.error]
    labels = [*app.selectbox, *app.metric, *app.expander, *app.button]
    return "\n".join([block.value for block in blocks] + [labelled.label for labelled in labels])


def drawn(app: AppTest) -> list[dict[str, Any]]:
    """Every value that the page's charts carry."""
    found: list[dict[str, Any]] = []
    for chart in app.get("vega_lite_chart"):
        for part in chart.proto.datasets:
            found += pa.ipc.open_stream(part.data.data).read_all().to_pylist()
    return found
