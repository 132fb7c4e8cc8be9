"""Colours of the pages and the one Altair theme, which follows the reader's light or dark mode."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import altair as alt
import streamlit as st

FONT = (
    "'Source Sans', 'PingFang SC', 'Hiragino Sans GB', 'Microsoft YaHei', "
    "'Noto Sans CJK SC', 'Noto Sans SC', sans-serif"
)
NAME = "scorehouse"


@dataclass(frozen=True)
class Palette:
    """One mode's colours; the grades differ in lightness as well as in hue."""

    ink: str
    muted: str
    grid: str
    accent: str
    contrast: str
    surface: str
    soft: str
    grades: Mapping[str, str]
    # People side by side: each has a shape and a lane of its own besides.
    people: tuple[str, ...]


LIGHT = Palette(
    ink="#1C2B33",
    muted="#6B7C85",
    grid="#E9EEF0",
    accent="#1F6F8B",
    contrast="#D9822B",
    surface="#FFFFFF",
    soft="#C6DCE3",
    grades={"S": "#0B3C5D", "A": "#2A7F9E", "B": "#7FBFB0", "C": "#E3B34C", "D": "#C2553C"},
    people=("#1F6F8B", "#D9822B", "#6B4C9A", "#B33A6B", "#3D4F58"),
)
DARK = Palette(
    ink="#E6EDF0",
    muted="#93A4AD",
    grid="#26343C",
    accent="#6CB8D2",
    contrast="#F0A65A",
    surface="#11191E",
    soft="#1F4655",
    grades={"S": "#A9D8F0", "A": "#5AA9C7", "B": "#3C8578", "C": "#E3B34C", "D": "#C8624A"},
    people=("#6CB8D2", "#F0A65A", "#B79BE0", "#F08BB0", "#C9D6DC"),
)


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
