"""Saving a chart as an image: a small script puts a menu in the language of the page beside each chart.

Streamlit's own menu speaks English only and knows no SVG; a chart cannot bring another one along.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import streamlit as st

from dashboards.catalogue import Words

SCRIPT = Path(__file__).parent / "chart_image" / "chart_image.js"


@cache
def _component() -> Any:
    return st.components.v2.component("scorehouse_chart_image", js=SCRIPT.read_text(encoding="utf-8"))


def menus(words: Words) -> None:
    """Once a page, where nothing is seen: the charts get their menus when they are drawn."""
    data = {name: words(f"image.{name}") for name in ("menu", "png", "svg", "failed")}
    with st.container(key="chart_images"):
        _component()(key="chart_images_script", data=data, height=1)
