"""Which column of a file is which column of the contract: English and Chinese headers, however written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from ingestion.contract import Column, Contract

# A unit behind a header is understood where it cannot change the value; 万元 or 分钟 would, and is not.
_UNITS = {
    "score": {"分", "百分制", "0100", "满分100", "100分制"},
    "money": {"元", "人民币", "rmb", "cny", "¥", "元月", "月"},
    "seconds": {"秒", "s", "sec", "seconds"},
}
_REMARKS = {"必填", "选填", "required", "optional"}
_PUNCTUATION = re.compile(r"[\s_\-./\\'\"“”‘’「」*:：#·|~～]+")
_BRACKETED = re.compile(r"^(.*?)[(\[{【〔]([^()\[\]{}【】〔〕]*)[)\]}】〕]$")
_EMOTION_WORDS = {
    *("emotion", "emotions", "emotional", "facial", "expressions", "microexpression", "sentiment"),
    *("prosody", "gaze", "arousal", "valence", "mood"),
}
_EMOTION_PARTS = ("情绪", "情感", "表情", "面部", "语气", "语调", "眼神")


def fold(text: str) -> str:
    """Without case, space, punctuation and full-width forms: ` Interview＿ID ` → interviewid."""
    return _PUNCTUATION.sub("", unicodedata.normalize("NFKC", text).casefold())


def is_emotion(header: str) -> bool:
    """Whether a header names an inference about emotion, which is dropped (EU AI Act, Art. 5(1)(f))."""
    text = unicodedata.normalize("NFKC", header)
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower())
    return any(part in text for part in _EMOTION_PARTS) or not _EMOTION_WORDS.isdisjoint(words)


@dataclass(frozen=True)
class HeaderMap:
    """A file's headers: `columns` name → headers, best first; `unknown` kept aside, `emotion` dropped."""

    columns: dict[str, tuple[str, ...]]
    unknown: tuple[str, ...]
    emotion: tuple[str, ...]

    def missing(self, contract: Contract) -> tuple[str, ...]:
        """Required columns that no header stands for."""
        return tuple(name for name in contract.required_columns if name not in self.columns)


class HeaderReader:
    """Maps headers onto one contract; remembers what it has seen, since JSON Lines repeat their keys."""

    def __init__(self, contract: Contract, keep_emotion: bool = False) -> None:
        self._keep_emotion = keep_emotion
        # folded header → (column name, rank): the canonical name first, then the aliases as listed.
        self._known: dict[str, tuple[str, int]] = {}
        self._types: dict[str, str] = {}
        for column in (*contract.columns.values(), contract.exported_at):
            self._types[column.name] = column.type
            for rank, name in enumerate(_names(column)):
                self._known.setdefault(fold(name), (column.name, rank))

    def find(self, header: str) -> tuple[str, int] | None:
        """The contract's column behind a header and how good a match it is (0 is best), or None."""
        known = self._known.get(fold(header))
        if known is not None:
            return known
        bracketed = _BRACKETED.match(unicodedata.normalize("NFKC", header).strip())
        if bracketed is None:
            return None
        known = self._known.get(fold(bracketed[1]))
        remark = fold(bracketed[2])
        if known and (remark in _REMARKS or remark in _UNITS.get(self._types[known[0]], ())):
            return known
        return None

    def read(self, headers: Iterable[str]) -> HeaderMap:
        """Sorts the headers of a file; several may stand for one column, the best comes first."""
        found: dict[str, list[tuple[int, str]]] = {}
        unknown: list[str] = []
        emotion: list[str] = []
        for header in headers:
            known = self.find(header)
            if known is not None:
                found.setdefault(known[0], []).append((known[1], header))
            elif is_emotion(header) and not self._keep_emotion:
                emotion.append(header)
            else:
                unknown.append(header)
        columns = {
            name: tuple(header for _, header in sorted(ranked, key=lambda item: item[0]))
            for name, ranked in found.items()
        }
        return HeaderMap(columns, tuple(unknown), tuple(emotion))


def _names(column: Column) -> tuple[str, ...]:
    return (column.name, *column.aliases)
