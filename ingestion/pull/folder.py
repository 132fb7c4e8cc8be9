"""Where pulls are configured; asked before each build, so it loads nothing."""

from __future__ import annotations

from pathlib import Path

from warehouse.settings import Settings

FOLDER = "pull"


def configured(settings: Settings) -> dict[str, Path]:
    """The files of all pulls, by name: `SCOREHOUSE_HOME/pull/<name>.yml`."""
    return {path.stem: path for path in sorted((settings.home / FOLDER).glob("*.y*ml"))}
