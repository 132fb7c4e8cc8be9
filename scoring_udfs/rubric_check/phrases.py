"""Phrases as they are written: what can never match, matches too much, or counts less than it seems to."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator

from scoring_udfs.negation import WORD_CHARACTERS
from scoring_udfs.rubric_check.finding import Finding, Line, Policies
from scoring_udfs.seeds import LANGUAGES

# A phrase as long as this is a sentence: nobody says it word for word.
LONGEST_SAID = 40
_CJK = "\u3400-\u4dbf\u4e00-\u9fff"
_SPACE_IN_CHINESE = re.compile(f"(?<=[{_CJK}]) (?=[{_CJK}])")
_HAS_CJK = re.compile(f"[{_CJK}]")
_ENDS_OF_SENTENCES = re.compile("[。！？；，!?;]|[,.](?![0-9a-z])")
# Signs that join a word to its neighbour: what begins or ends with one stands beside a letter nearly always.
_JOINTS = "'’-_/"
_SUFFIXES = frozenset({"n't", "n’t"})
_UNSEEN = frozenset({"Cc", "Cf", "Cn", "Co", "Cs"})


def check(policies: Policies) -> Iterator[Finding]:
    """Every phrase and every stage cue by itself, then those of each criterion together."""
    for seed in ("phrases", "stage_cues"):
        for line in policies.lines(seed):
            if line.text("phrase"):
                yield from _spelling(line)
                yield from _language(line)
    yield from _criteria(policies)
    yield from _stages(policies)


def _spelling(line: Line) -> Iterator[Finding]:
    written, text = line.cells.get("phrase") or "", line.normalised("phrase")
    shown = line.text("phrase")
    unseen = [character for character in shown if unicodedata.category(character) in _UNSEEN]
    if unseen:
        code = f"U+{ord(unseen[0]):04X}"
        yield line.found("warning", "phrase_unseen", "phrase", phrase=shown, character=code)
    if unicodedata.combining(text[:1] or " "):
        yield line.found("warning", "phrase_joins", "phrase", phrase=shown)
    if not any(character.isalnum() for character in text):
        yield line.found("warning", "phrase_no_word", "phrase", phrase=shown)
    elif len(text) == 1:
        yield line.found("warning", "phrase_one_character", "phrase", phrase=shown)
    if len(text) > LONGEST_SAID:
        yield line.found("note", "phrase_long", "phrase", phrase=shown, characters=len(text))
    if written != " ".join(written.split()):
        yield line.found("note", "phrase_space_folded", "phrase", phrase=shown)
    if _SPACE_IN_CHINESE.search(text):
        yield line.found("warning", "phrase_space_in_chinese", "phrase", phrase=shown)
    if _ENDS_OF_SENTENCES.search(text):
        yield line.found("note", "phrase_punctuation", "phrase", phrase=shown)


def _language(line: Line) -> Iterator[Finding]:
    lang, shown, text = line.text("lang"), line.text("phrase"), line.normalised("phrase")
    # An empty cell is told of by whoever reads the seed.
    if lang and lang not in LANGUAGES:
        yield line.found("error", "lang_unknown", "lang", value=lang)
    elif lang == "en" and _HAS_CJK.search(text):
        yield line.found("warning", "phrase_chinese_as_english", "lang", phrase=shown)
    elif lang == "zh" and not _HAS_CJK.search(text) and WORD_CHARACTERS & set(text):
        yield line.found("warning", "phrase_latin_as_chinese", "lang", phrase=shown)
    if lang == "en" and (text[:1] in _JOINTS or text[-1:] in _JOINTS or text in _SUFFIXES):
        yield line.found("warning", "phrase_beside_letter", "phrase", phrase=shown)


def _criteria(policies: Policies) -> Iterator[Finding]:
    by_criterion: dict[str, list[Line]] = {}
    for line in policies.lines("phrases"):
        if line.text("phrase"):
            by_criterion.setdefault(line.text("criterion_id"), []).append(line)
    for criterion in policies.lines("criteria"):
        lines = by_criterion.get(criterion.text("criterion_id"), [])
        yield from _doubles(lines)
        if criterion.text("kind") == "phrases":
            yield from _enough(criterion, lines)
        elif criterion.text("min_phrases"):
            kind = criterion.text("kind")
            yield criterion.found("error", "min_phrases_not_wanted", "min_phrases", kind=kind)


def _doubles(lines: list[Line]) -> Iterator[Finding]:
    """Phrases of one criterion that are the same once normalised; only one of them counts."""
    written: dict[tuple[str, str], Line] = {}
    looked_for: dict[str, Line] = {}
    for line in lines:
        cell = (line.text("lang"), line.cells.get("phrase") or "")
        first = looked_for.setdefault(line.normalised("phrase"), line)
        if written.setdefault(cell, line) is not line:
            yield line.found(
                *("error", "phrase_twice", "phrase"), phrase=line.text("phrase"), first=written[cell].number
            )
        elif first is not line:
            yield line.found(
                *("warning", "phrase_same", "phrase"),
                phrase=line.text("phrase"),
                other=first.text("phrase"),
                first=first.number,
            )


def _enough(criterion: Line, lines: list[Line]) -> Iterator[Finding]:
    """Whether full marks are within reach, in each language."""
    name, least = criterion.text("criterion_id"), criterion.value("min_phrases")
    if not criterion.text("min_phrases"):
        yield criterion.found("error", "min_phrases_missing", "min_phrases", criterion=name)
        return
    if not lines or least is None:
        return
    distinct = {line.normalised("phrase") for line in lines}
    if least > len(distinct):
        yield criterion.found(
            "error", "min_phrases_too_many", "min_phrases", least=f"{least:g}", n=len(distinct)
        )
        return
    for lang in LANGUAGES:
        n = len({line.normalised("phrase") for line in lines if line.text("lang") == lang})
        if n == 0:
            yield criterion.found(
                "warning", "criterion_one_language", "criterion_id", criterion=name, lang=lang
            )
        elif least > n:
            yield criterion.found(
                "warning", "min_phrases_too_many_in", "min_phrases", least=f"{least:g}", n=n, lang=lang
            )


def _stages(policies: Policies) -> Iterator[Finding]:
    """One saying that opens two stages, and stages that one language has no words for."""
    lines = [line for line in policies.lines("stage_cues") if line.text("phrase")]
    first: dict[str, Line] = {}
    for line in lines:
        other = first.setdefault(line.normalised("phrase"), line)
        if other.text("stage") != line.text("stage"):
            yield line.found(
                *("warning", "cue_in_two_stages", "phrase"),
                phrase=line.text("phrase"),
                stage=line.text("stage"),
                other_stage=other.text("stage"),
            )
        elif other is not line:
            yield line.found(
                *("warning", "phrase_same", "phrase"),
                phrase=line.text("phrase"),
                other=other.text("phrase"),
                first=other.number,
            )
    for stage in dict.fromkeys(line.text("stage") for line in lines):
        for lang in LANGUAGES:
            own = [line for line in lines if line.text("stage") == stage]
            if lang not in {line.text("lang") for line in own}:
                yield own[0].found("warning", "stage_one_language", "stage", stage=stage, lang=lang)
