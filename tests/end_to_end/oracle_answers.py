"""The scoring rules written a second time, slowly and in exact fractions, to check the fast ones.

Nothing here imports the project. One answer at a time, one phrase at a time, `str.find` only.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path

STOPS = "。！？；，,.!?;"
WORD = re.compile(r"[a-z0-9]")


def read_csv(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def normalise(text: str) -> str:
    return re.sub(r"\s+", " ", unicodedata.normalize("NFKC", text).lower())


@dataclass
class Criterion:
    criterion_id: str
    competency_id: str
    kind: str
    weight: Fraction
    min_phrases: int
    phrases: list[tuple[str, str]] = field(default_factory=list)


class Rules:
    """Every seed that scoring reads."""

    def __init__(self, seeds: Path) -> None:
        phrases = defaultdict(list)
        for row in read_csv(seeds / "phrases.csv"):
            phrases[row["criterion_id"]].append((row["lang"], normalise(row["phrase"])))
        by_rubric: dict[str, list[Criterion]] = defaultdict(list)
        for row in read_csv(seeds / "criteria.csv"):
            by_rubric[row["rubric_id"]].append(
                Criterion(
                    row["criterion_id"],
                    row["competency_id"],
                    row["kind"],
                    Fraction(row["weight"]),
                    int(row["min_phrases"] or 0),
                    phrases[row["criterion_id"]],
                )
            )
        self.questions = {
            row["question_id"]: by_rubric[row["rubric_id"]] for row in read_csv(seeds / "questions.csv")
        }
        self.stages = defaultdict(list)
        for row in read_csv(seeds / "stage_cues.csv"):
            self.stages[row["stage"]].append((row["lang"], normalise(row["phrase"])))
        self.cues, self.exceptions = [], []
        for row in read_csv(seeds / "negation_cues.csv"):
            into = self.cues if row["kind"] == "cue" else self.exceptions
            into.append((row["lang"], normalise(row["cue"])))
        self.pace = {
            row["lang"]: [Fraction(row[name]) for name in ("outer_low", "low", "high", "outer_high")]
            for row in read_csv(seeds / "pace_bands.csv")
        }


def occurrences(text: str, phrase: str, lang: str) -> list[int]:
    """Starts of every occurrence, overlapping ones included; English ones as whole words."""
    found, at = [], text.find(phrase)
    while at >= 0:
        after = text[at + len(phrase) : at + len(phrase) + 1]
        before = text[at - 1] if at else ""
        suffix = phrase in ("n't", "n’t")
        if lang == "zh" or (not WORD.match(after) and (suffix or not WORD.match(before))):
            found.append(at)
        at = text.find(phrase, at + 1)
    return found


def is_negated(text: str, start: int, rules: Rules) -> bool:
    for lang, cue in rules.cues:
        window = max(0, start - (6 if lang == "zh" else 20))
        for at in range(window, start):
            if text[at] in STOPS:
                window = at + 1
        for at in occurrences(text, cue, lang):
            if at < window or at + len(cue) > start:
                continue
            covered = any(
                begin <= at and at + len(cue) <= begin + len(exception)
                for exception_lang, exception in rules.exceptions
                for begin in occurrences(text, exception, exception_lang)
            )
            if not covered:
                return True
    return False


def phrase_share(text: str, criterion: Criterion, rules: Rules) -> Fraction:
    hits = {
        phrase
        for lang, phrase in criterion.phrases
        if any(not is_negated(text, start, rules) for start in occurrences(text, phrase, lang))
    }
    return min(Fraction(1), Fraction(len(hits), criterion.min_phrases))


def structure(text: str, rules: Rules) -> Fraction:
    firsts = []
    for stage in ("definition", "solution", "verification"):
        starts = [start for lang, cue in rules.stages[stage] for start in occurrences(text, cue, lang)]
        if starts:
            firsts.append(min(starts))
    share = Fraction(len(firsts), 3)
    return share * Fraction(4, 5) if firsts != sorted(firsts) else share


def pace(text: str, lang: str, seconds: Fraction | None, pauses: Fraction, rules: Rules) -> Fraction | None:
    if seconds is None or seconds - pauses <= 0 or lang not in rules.pace:
        return None
    if lang == "zh":
        units = sum(0x3400 <= ord(char) <= 0x4DBF or 0x4E00 <= ord(char) <= 0x9FFF for char in text)
    else:
        units = len(re.findall(r"[a-z0-9']+", text))
    rate = Fraction(units) * 60 / (seconds - pauses)
    outer_low, low, high, outer_high = rules.pace[lang]
    if low <= rate <= high:
        return Fraction(1)
    if rate < low:
        return max(Fraction(0), (rate - outer_low) / (low - outer_low))
    return max(Fraction(0), (outer_high - rate) / (outer_high - high))


@dataclass
class Answer:
    """One counted answer as the export has it."""

    interview_id: str
    question_id: str
    attempt: int
    text: str | None
    lang: str
    seconds: Fraction | None
    pauses: Fraction
    skipped: bool


def criteria_scores(answers: list[Answer], rules: Rules) -> dict[tuple[str, str], Fraction | None]:
    """h of every criterion of one interview, by (question_id, criterion_id)."""
    scores: dict[tuple[str, str], Fraction | None] = {}
    earlier: set[str] = set()
    for answer in sorted(answers, key=lambda answer: answer.question_id):
        text = None if answer.text is None else normalise(answer.text)
        missing = text is None and not answer.skipped
        nothing = answer.skipped or (text is not None and not text.strip())
        repeated = bool(text) and text in earlier
        if text and text.strip():
            earlier.add(text)
        for criterion in rules.questions.get(answer.question_id, []):
            key = answer.question_id, criterion.criterion_id
            if missing:
                scores[key] = None
            elif nothing or repeated:
                scores[key] = None if criterion.kind == "pace" else Fraction(0)
            elif criterion.kind == "phrases":
                scores[key] = phrase_share(text, criterion, rules)
            elif criterion.kind == "structure":
                scores[key] = structure(text, rules)
            else:
                scores[key] = pace(text, answer.lang, answer.seconds, answer.pauses, rules)
    return scores
