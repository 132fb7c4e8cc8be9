"""What was found in a text, what denies the rest, and the text cut into pieces for whoever paints it."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Literal

from scoring_udfs.negation import REACH, NegationCues
from scoring_udfs.normalise import Normalised, normalise
from scoring_udfs.spoken import SpokenCue, cues_spoken


@dataclass(frozen=True)
class Said:
    """A phrase or a stage cue that was found in the text, in code points; `stage` is '' for phrases."""

    criterion_id: str
    phrase: str
    start: int
    end: int
    stage: str = ""


@dataclass(frozen=True)
class Denied(Said):
    """An occurrence that does not count, since `cue`, which begins at `cue_start`, denies it."""

    cue: str = ""
    cue_start: int = 0


PieceKind = Literal["plain", "hit", "stage", "denied"]


@dataclass(frozen=True)
class Piece:
    """A stretch of the text; `of` are the findings that cover it, those that count first."""

    text: str
    kind: PieceKind
    of: tuple[Said, ...]


def pieces(text: str, said: Sequence[Said], denied: Sequence[Denied]) -> list[Piece]:
    """The whole text in order, cut wherever something found begins or ends.

    What counts wins over what is denied, a phrase over a stage; a denial reaches from its cue to its end.
    """
    marks = [(s.start, s.end, s) for s in said] + [(d.cue_start, d.end, d) for d in denied]
    marks.sort(key=lambda mark: (mark[0], mark[1]))
    edges = sorted({0, len(text), *(edge for start, end, _ in marks for edge in (start, end))})
    found: list[Piece] = []
    open_marks: list[tuple[int, int, Said]] = []
    waiting = iter([*marks, None])
    mark = next(waiting)
    for start, end in pairwise(edges):
        open_marks = [entry for entry in open_marks if entry[1] > start]
        while mark is not None and mark[0] <= start:
            open_marks.append(mark)
            mark = next(waiting)
        of = sorted((entry[2] for entry in open_marks), key=lambda s: _ORDER[_kind(s)])
        found.append(Piece(text[start:end], _kind(of[0]) if of else "plain", tuple(of)))
    return found


_ORDER: dict[PieceKind, int] = {"hit": 0, "stage": 1, "denied": 2, "plain": 3}


def _kind(found: Said) -> PieceKind:
    if isinstance(found, Denied):
        return "denied"
    return "stage" if found.stage else "hit"


def denied_in(text: str, spans: Sequence[Mapping[str, Any]], negation: NegationCues) -> tuple[Denied, ...]:
    """Occurrences that did not count (criterion_id, phrase, start, end), each with the cue that denies it."""
    if not spans:
        return ()
    normal = normalise(text)
    (cues,) = cues_spoken([normal.text], negation)
    found = []
    for span in spans:
        start = bisect_left(range(len(normal.text)), span["start"], key=lambda at: normal.span(at, at + 1)[0])
        cue, cue_start = _cue_before(normal, start, cues)
        found.append(Denied(**span, cue=cue, cue_start=cue_start))
    return tuple(found)


def _cue_before(normal: Normalised, start: int, cues: Sequence[SpokenCue]) -> tuple[str, int]:
    """The nearest cue that denies what starts at `start`: as it stands, and where in the original text."""
    # What a mark cuts off ends before the mark, so that the cue that counts is always nearer.
    first = bisect_left(cues, start - max(REACH.values()), key=lambda c: c.start)
    last = bisect_left(cues, start, lo=first, key=lambda c: c.start)
    near = [c for c in cues[first:last] if c.end <= start and c.start >= start - REACH[c.cue.lang]]
    if not near:
        return "", normal.span(start, start + 1)[0]
    cue = max(near, key=lambda c: (c.end, -c.start))
    return normal.text[cue.start : cue.end], normal.span(cue.start, cue.end)[0]
