"""Words that deny, and the exceptions that only look like them: which of them can ever have an effect."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scoring_udfs.negation import REACH, WINDOW_CUTS, Cue, NegationCues
from scoring_udfs.rubric_check.finding import Finding, Line, Policies
from scoring_udfs.seeds import LANGUAGES
from scoring_udfs.spoken import cues_spoken

_CUT = re.compile(f"[{re.escape(WINDOW_CUTS)}]")


def check(policies: Policies) -> Iterator[Finding]:
    """Cues longer than their window, cut by punctuation, or always excepted; exceptions of nothing."""
    lines = [line for line in policies.lines("negation_cues") if line.text("cue")]
    cues = {cue_of(line): line for line in lines if line.text("kind") == "cue"}
    exceptions = {cue_of(line): line for line in lines if line.text("kind") == "exception"}
    for line in lines:
        if line.text("lang") and line.text("lang") not in LANGUAGES:
            yield line.found("error", "lang_unknown", "lang", value=line.text("lang"))
    yield from _doubles(lines)
    for cue, line in cues.items():
        if len(cue.text) > REACH.get(cue.lang, len(cue.text)):
            yield line.found("warning", "cue_too_long", "cue", cue=line.text("cue"), reach=REACH[cue.lang])
        elif _CUT.search(cue.text):
            yield line.found("warning", "cue_cut", "cue", cue=line.text("cue"))
        elif any(exception.text == cue.text for exception in exceptions):
            yield line.found("warning", "cue_excepted", "cue", cue=line.text("cue"))
    known = NegationCues(tuple(cue for cue in cues if cue.lang in LANGUAGES))
    held = cues_spoken([exception.text for exception in exceptions], known)
    for line, spoken in zip(exceptions.values(), held, strict=True):
        if not spoken:
            yield line.found("warning", "exception_of_nothing", "cue", cue=line.text("cue"))


def cue_of(line: Line) -> Cue:
    """The cue as the kernels look for it."""
    return Cue(line.normalised("cue"), line.text("lang"))


def _doubles(lines: list[Line]) -> Iterator[Finding]:
    first: dict[Cue, Line] = {}
    for line in lines:
        other = first.setdefault(cue_of(line), line)
        if other is not line:
            is_equal = other.cells.get("cue") == line.cells.get("cue")
            yield line.found(
                "error" if is_equal else "warning",
                "cue_twice",
                "cue",
                cue=line.text("cue"),
                first=other.number,
            )
