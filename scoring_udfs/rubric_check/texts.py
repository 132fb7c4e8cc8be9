"""Texts that people read: there in both languages, each in its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from scoring_udfs.rubric_check.finding import Finding, Line, Policies, Severity

_NAMES = ("name_zh", "name_en")
# Whose absence a build refuses, and whose absence only leaves a reader without words.
_REQUIRED: dict[str, tuple[str, ...]] = {
    "competencies": _NAMES,
    "departments": _NAMES,
    "roles": _NAMES,
    "criteria": ("loss_zh", "loss_en", "advice_zh", "advice_en"),
}
_WANTED: dict[str, tuple[str, ...]] = {"questions": ("text_zh", "text_en"), "courses": _NAMES}
_SEVERITIES: dict[Severity, dict[str, tuple[str, ...]]] = {"error": _REQUIRED, "warning": _WANTED}
_CJK = re.compile("[\u3400-\u4dbf\u4e00-\u9fff]")


def check(policies: Policies) -> Iterator[Finding]:
    """Empty texts, texts in the other language, and one question asked under two ids."""
    for severity, seeds in _SEVERITIES.items():
        for seed, columns in seeds.items():
            for line in policies.lines(seed):
                for column in columns:
                    yield from _text(line, column, severity)
    for column in _WANTED["questions"]:
        yield from _asked_twice(policies, column)


def _text(line: Line, column: str, severity: Severity) -> Iterator[Finding]:
    text = line.text(column)
    if not text:
        yield line.found(severity, "text_empty", column)
    elif column.endswith("_en") and _CJK.search(text):
        yield line.found("warning", "text_not_english", column)
    elif column.endswith("_zh") and not _CJK.search(text):
        yield line.found("warning", "text_not_chinese", column)


def _asked_twice(policies: Policies, column: str) -> Iterator[Finding]:
    first: dict[str, Line] = {}
    for line in policies.lines("questions"):
        text = line.normalised(column)
        if text and first.setdefault(text, line) is not line:
            yield line.found("warning", "question_twice", column, other=first[text].text("question_id"))
