"""Colours of the pages and the one Altair theme, which follows the reader's light or dark mode."""

from __future__ import annotations

from typing import Any

import altair as alt
import streamlit as st

from dashboards.palette import DARK as DARK
from dashboards.palette import LIGHT as LIGHT
from dashboards.palette import Palette as Palette

FONT = (
    "'Source Sans', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"
)
NAME = "scorehouse"


def palette() -> Palette:
    """The colours of the reader's mode; light until the browser has told."""
    return DARK if st.context.theme.type == "dark" else LIGHT


@alt.theme.register(NAME, enable=True)
def _theme() -> alt.theme.ThemeConfig:
    """Asked anew for every chart, in the thread of its reader, so two readers may have two modes."""
    return alt.theme.ThemeConfig(config=_config(palette()))


def _config(colours: Palette) -> Any:
    text = {"font": FONT, "color": colours.ink, "fontSize": 12}
    axis = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelColor": colours.muted,
        "titleColor": colours.muted,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
        "gridColor": colours.grid,
        "domain": False,
        "ticks": False,
        "labelPadding": 6,
    }
    legend = {
        "labelFont": FONT,
        "titleFont": FONT,
        "labelColor": colours.ink,
        "labelFontSize": 12,
        "title": None,
    }
    title = {
        "font": FONT,
        "subtitleFont": FONT,
        "color": colours.ink,
        "subtitleColor": colours.muted,
        "fontSize": 14,
        "subtitleFontSize": 12,
        "fontWeight": 600,
        "anchor": "start",
        "frame": "group",
        "offset": 10,
        "subtitlePadding": 3,
    }
    return {
        "background": "transparent",
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "axisX": {"grid": False},
        "legend": {**legend, "orient": "top", "symbolType": "square", "symbolSize": 90, "offset": 4},
        "title": title,
        "text": text,
        "line": {"color": colours.accent, "strokeWidth": 2},
        "area": {"color": colours.soft},
        "bar": {"color": colours.accent},
        "point": {"color": colours.accent, "filled": True, "size": 60},
        "rule": {"color": colours.muted},
    }
