"""What happens when a phrase is really said: every one is scored by the kernels as an answer of its own.

So the findings mean what scores mean: whole words, negation and exceptions are those of the kernels.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from scoring_udfs.match import STAGES, Criterion, Rubric
from scoring_udfs.negation import SUFFIX_CUES, WORD_CHARACTERS, Cue, NegationCues
from scoring_udfs.rubric import RubricSet
from scoring_udfs.rubric_check.cues import cue_of
from scoring_udfs.rubric_check.finding import Finding, Line, Policies
from scoring_udfs.score import score_answers
from scoring_udfs.spoken import cues_spoken

_NO_KEY = b""
_NOT_GIVEN = {
    "lang": pa.string(),
    "answer_seconds": pa.float64(),
    "pause_seconds": pa.float64(),
    "skipped": pa.bool_(),
}


@dataclass(frozen=True)
class _Phrase:
    line: Line
    rubric: str
    criterion: Line

    @property
    def text(self) -> str:
        return self.line.normalised("phrase")


def check(policies: Policies, rubrics: RubricSet) -> Iterator[Finding]:
    """Phrases that never count, that score twice, that count although denied, or that deny something."""
    criteria = policies.ids("criteria", "criterion_id")
    phrases = [
        _Phrase(
            line, criteria[line.text("criterion_id")].text("rubric_id"), criteria[line.text("criterion_id")]
        )
        for line in policies.lines("phrases")
    ]
    # Every rubric can be asked for, also one that no question has.
    every = replace(rubrics, questions={rubric.rubric_id: n for n, rubric in enumerate(rubrics.rubrics)})
    said = _said(every, [phrase.rubric for phrase in phrases], [phrase.text for phrase in phrases])
    known = {(p.rubric, p.criterion.text("criterion_id"), p.text): p for p in reversed(phrases)}
    for phrase, heard in zip(phrases, said, strict=True):
        yield from _alone(phrase, heard, known)
    yield from _denied(policies, every, phrases)
    yield from _denying(policies, every, phrases)
    yield from _stages(policies, every)


def _said(rubrics: RubricSet, rubric_ids: Sequence[str], texts: Sequence[str]) -> list[list[dict[str, Any]]]:
    """The evidence of each text under its rubric."""
    nothing = {name: pa.nulls(len(texts), kind) for name, kind in _NOT_GIVEN.items()}
    batch = pa.table(
        {"question_id": pa.array(rubric_ids, pa.string()), "text": pa.array(texts, pa.string()), **nothing}
    )
    evidence: list[list[dict[str, Any]]] = (
        score_answers(batch, rubrics, _NO_KEY).column("evidence").to_pylist()
    )
    return evidence


def _alone(
    phrase: _Phrase, heard: list[dict[str, Any]], known: dict[tuple[str, str, str], _Phrase]
) -> Iterator[Finding]:
    """A phrase said alone must count, and should count for nothing else."""
    own = phrase.criterion.text("criterion_id")
    shown = phrase.line.text("phrase")
    if own not in {hit["criterion_id"] for hit in heard}:
        yield phrase.line.found("warning", "phrase_never_counts", "phrase", phrase=shown)
    for hit in heard:
        text = phrase.text[hit["start"] : hit["end"]]
        other = known.get((phrase.rubric, hit["criterion_id"], text))
        if other is None or other.line is phrase.line:
            continue
        details = {"phrase": shown, "other": other.line.text("phrase"), "criterion": hit["criterion_id"]}
        if hit["criterion_id"] != own:
            code = "phrase_equal" if text == phrase.text else "phrase_contains"
            if code == "phrase_contains" or other.line.number < phrase.line.number:
                yield phrase.line.found("warning", code, "phrase", **details, row=other.line.number)
        elif text != phrase.text and (phrase.criterion.value("min_phrases") or 0) > 1:
            yield phrase.line.found(
                "warning", "phrase_contains_own", "phrase", **details, row=other.line.number
            )


def _denied(policies: Policies, rubrics: RubricSet, phrases: Sequence[_Phrase]) -> Iterator[Finding]:
    """A phrase that begins with the end of a cue: said in one with it, they overlap and nothing is denied."""
    pairs = [
        (phrase, line.text("cue"), cue.text + phrase.text[length:])
        for line in policies.lines("negation_cues")
        if line.text("kind") == "cue" and (cue := cue_of(line)).text not in SUFFIX_CUES
        for phrase in phrases
        for length in range(1, min(len(cue.text), len(phrase.text)))
        if _runs_on(cue, phrase.text, length)
    ]
    texts = [text for _, _, text in pairs]
    said = _said(rubrics, [phrase.rubric for phrase, _, _ in pairs], texts) if pairs else []
    for (phrase, shown_cue, text), heard in zip(pairs, said, strict=True):
        own = phrase.criterion.text("criterion_id")
        start = len(text) - len(phrase.text)
        if any(hit["criterion_id"] == own and hit["start"] == start for hit in heard):
            shown = phrase.line.text("phrase")
            yield phrase.line.found(
                "warning", "phrase_counts_denied", "phrase", phrase=shown, cue=shown_cue, text=text
            )


def _runs_on(cue: Cue, phrase: str, length: int) -> bool:
    """Whether the last `length` characters of the cue begin the phrase; in English, as whole words."""
    if not cue.text.endswith(phrase[:length]):
        return False
    beside = {cue.text[-length - 1], phrase[length]}
    return cue.lang != "en" or not beside & WORD_CHARACTERS


def _denying(policies: Policies, rubrics: RubricSet, phrases: Sequence[_Phrase]) -> Iterator[Finding]:
    """A phrase that holds a cue of its own: it counts when it says no."""
    shown: dict[Cue, str] = {}
    for line in policies.lines("negation_cues"):
        shown.setdefault(cue_of(line), line.text("cue"))
    for phrase, spoken in zip(
        phrases, cues_spoken([phrase.text for phrase in phrases], rubrics.negation), strict=True
    ):
        if spoken:
            cue = min(spoken, key=lambda said: said.number).cue
            yield phrase.line.found(
                "note", "phrase_says_no", "phrase", phrase=phrase.line.text("phrase"), cue=shown[cue]
            )


def _stages(policies: Policies, rubrics: RubricSet) -> Iterator[Finding]:
    """A cue inside a cue of another stage: one saying opens both."""
    lines = policies.lines("stage_cues")
    # As if every stage were a criterion with its cues for phrases: then all that stands in a text is told.
    criteria = (
        Criterion(stage, "phrases", 1, cues) for stage, cues in zip(STAGES, rubrics.stage_cues, strict=True)
    )
    stages = RubricSet({"": 0}, (Rubric("", tuple(criteria)),), (), NegationCues())
    said = _said(stages, [""] * len(lines), [line.normalised("phrase") for line in lines])
    for line, heard in zip(lines, said, strict=True):
        outer = line.normalised("phrase")
        inside = {(hit["criterion_id"], outer[hit["start"] : hit["end"]]) for hit in heard}
        for other in lines:
            inner = other.normalised("phrase")
            if (
                line.text("stage") != other.text("stage")
                and inner != outer
                and (other.text("stage"), inner) in inside
            ):
                yield line.found(
                    *("warning", "cue_contains", "phrase"),
                    phrase=line.text("phrase"),
                    stage=line.text("stage"),
                    other=other.text("phrase"),
                    other_stage=other.text("stage"),
                )
