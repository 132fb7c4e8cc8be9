"""For whom a report is made, and the words that were said."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dashboards.catalogue import Words
from dashboards.formats import Formats
from warehouse.viewer import Viewer

CANDIDATE = "candidate"
Tree = dict[str, Any]


@dataclass(frozen=True)
class Spoken:
    """The words of one answer, cut into (kind, text); or, in one sentence, why there are none."""

    pieces: Sequence[tuple[str, str]] = field(default=(), repr=False)
    absent: str = ""


@dataclass(frozen=True)
class Maker:
    """For whom and when a report is made, in whose language."""

    viewer: Viewer
    words: Words
    formats: Formats
    moment: datetime

    @property
    def is_own(self) -> bool:
        """Whether the reader is the person whom the report is about: no ranks among others then."""
        return self.viewer.role == CANDIDATE
