"""The colours of pages and reports in their light and dark values."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Palette:
    """One mode's colours; the grades differ in lightness as well as in hue."""

    ink: str
    muted: str
    grid: str
    accent: str
    contrast: str
    # The contrast colour as text, which needs more of it than a bar does.
    said: str
    surface: str
    soft: str
    grades: Mapping[str, str]
    # People side by side: each has a shape and a lane of its own besides.
    people: tuple[str, ...]


LIGHT = Palette(
    ink="#1C2B33",
    muted="#5D6E77",
    grid="#E9EEF0",
    accent="#1F6F8B",
    contrast="#D9822B",
    said="#A3540B",
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
    said="#F0A65A",
    surface="#11191E",
    soft="#1F4655",
    grades={"S": "#A9D8F0", "A": "#5AA9C7", "B": "#3C8578", "C": "#E3B34C", "D": "#C8624A"},
    people=("#6CB8D2", "#F0A65A", "#B79BE0", "#F08BB0", "#C9D6DC"),
)
