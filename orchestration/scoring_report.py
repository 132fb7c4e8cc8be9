"""What a pass of scoring tells."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class ScoringReport:
    """What a pass did: files and answers scored, files left as they were, texts whose key was erased."""

    files: int
    answers: int
    seconds: float
    skipped_files: int
    erased: int
