"""Which column of a file is which column of the contract: English and Chinese headers, however written."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Literal

from ingestion.contract import Column, Contract
from ingestion.rows.traditional import simplified

How = Literal["name", "alias", "decorated", "bilingual"]
# What may stand in brackets beside a header without changing what it means.
_REMARKS = {
    *(
        "必填",
        "必须",
        "必填项",
        "选填",
        "可选",
        "非必填",
        "唯一",
        "只读",
        "不可修改",
        "请勿修改",
        "系统字段",
        "自动生成",
    ),
    *(
        "文本",
        "数字",
        "日期",
        "时间",
        "日期格式",
        "required",
        "optional",
        "mandatory",
        "readonly",
        "text",
        "number",
    ),
    *("date", "datetime", "string", "unique", "yn", "yesno", "是否", "01", "truefalse"),
}
_DATE_FORMAT = re.compile(r"(?:格式)?(?:[ymdhs年月日时分秒]|24|mi){3,}|格式?\d{8}|例?\d{8}")
# A unit is understood where it cannot change the value; 万元 or 分钟 would, and is not.
_UNITS = {
    "score": {"分", "分数", "points", "pts"},
    "money": {
        *(
            "元",
            "人民币",
            "rmb",
            "cny",
            "¥",
            "元月",
            "月",
            "元每月",
            "rmb月",
            "cny月",
            "人民币元",
            "税前",
            "税前元",
        ),
        *("元税前", "permonth", "monthly", "每月"),
    },
    "seconds": {"秒", "秒钟", "s", "sec", "secs", "second", "seconds", "insec", "inseconds"},
    "number": {"年", "years", "yrs", "单位年"},
    "integer": {"次", "人", "名", "个", "次数", "年"},
}
# `_` and marks that people put around words; invisible characters that spreadsheets leave behind.
_PUNCTUATION = re.compile(r"[\s_\-./\\'\"“”‘’「」*:：#·|~～,，;；、!！?？※★☆●•\u200b-\u200f\u2060\ufeff]+")
_BEHIND = re.compile(r"^(?P<base>.*?)\s*[(\[{【〔<](?P<remark>[^()\[\]{}【】〔〕<>]*)[)\]}】〕>]\W*$", re.S)
_BEFORE = re.compile(r"^\W*[(\[{【〔<](?P<remark>[^()\[\]{}【】〔〕<>]*)[)\]}】〕>]\s*(?P<base>.+)$", re.S)
_NUMBERING = re.compile(r"^\s*(?:[①-⑳]\s*|[(（]?\d{1,3}\s*[.、)）．:：]\s*)(?=[^\W\d])")
_SEAM = re.compile(r"[\s/|]+|(?<=[\u4e00-\u9fff])(?=[A-Za-z])|(?<=[A-Za-z])(?=[\u4e00-\u9fff])")
_LONGEST = 120
# So many answers are remembered, of header rows and of the rows around them.
_MOST_MATCHED = 20_000
_MOST_REMARKS = 3
# A header that says more than the name comes behind every one that says just the name.
_DECORATED = 1_000
_EMOTION_WORDS = {
    *("emotion", "emotions", "emotional", "facial", "expressions", "microexpression", "sentiment"),
    *("prosody", "gaze", "arousal", "valence", "mood"),
}
_EMOTION_PARTS = ("情绪", "情感", "表情", "面部", "语气", "语调", "眼神")


def fold(text: str) -> str:
    """Without case, space, punctuation, full-width and traditional forms: ` Interview＿ID ` → interviewid."""
    return _fold_short(text) if len(text) <= _LONGEST else _fold(text)


def _fold(text: str) -> str:
    return _PUNCTUATION.sub("", simplified(unicodedata.normalize("NFKC", text)).casefold())


# The same headers come in every file of a pass.
_fold_short = lru_cache(maxsize=50_000)(_fold)


def is_emotion(header: str) -> bool:
    """Whether a header names an inference about emotion, which is dropped (EU AI Act, Art. 5(1)(f))."""
    text = simplified(unicodedata.normalize("NFKC", header))
    words = re.findall(r"[a-z]+", re.sub(r"(?<=[a-z])(?=[A-Z])", " ", text).lower())
    return any(part in text for part in _EMOTION_PARTS) or not _EMOTION_WORDS.isdisjoint(words)


@dataclass(frozen=True)
class Match:
    """A header's column, how good a match it is (0 is best), and how it was recognised.

    `written` is the contract's own word for it; `remark` what stood beside it in brackets.
    """

    column: str
    rank: int
    how: How
    written: str
    remark: str | None = None


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
    """Maps headers onto one contract."""

    def __init__(self, contract: Contract, keep_emotion: bool = False) -> None:
        self._keep_emotion = keep_emotion
        self._matched: dict[str, Match | None] = {}
        # folded header → match: the canonical name first, then the aliases as listed.
        self._known: dict[str, Match] = {}
        self._remarks: dict[str, frozenset[str]] = {}
        for column in (*contract.columns.values(), contract.exported_at):
            self._remarks[column.name] = _remarks(column)
            for rank, name in enumerate((column.name, *column.aliases)):
                match = Match(column.name, rank, "alias" if rank else "name", name)
                self._known.setdefault(fold(name), match)

    def find(self, header: str) -> tuple[str, int] | None:
        """The contract's column behind a header and how good a match it is (0 is best), or None."""
        match = self.match(header)
        return (match.column, match.rank) if match else None

    def match(self, header: str) -> Match | None:
        """What `find` found, and why."""
        if len(header) > _LONGEST:
            return self._known.get(fold(header))
        if header not in self._matched:
            if len(self._matched) >= _MOST_MATCHED:
                self._matched = {}
            self._matched[header] = self._match(header)
        return self._matched[header]

    def _match(self, header: str) -> Match | None:
        known = self._known.get(fold(header))
        if known is not None:
            return known
        bare = _NUMBERING.sub("", header)
        text = unicodedata.normalize("NFKC", bare).strip()
        remarks: list[str] = []
        for _ in range(_MOST_REMARKS):
            known = self._known.get(fold(text)) or self._bilingual(text)
            if known is not None:
                return self._decorated(known, remarks)
            bracketed = _BEHIND.match(text) or _BEFORE.match(text)
            if bracketed is None:
                return None
            text = bracketed["base"].strip()
            remarks.append(bracketed["remark"])
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

    def _decorated(self, known: Match, remarks: list[str]) -> Match | None:
        """The match, unless something beside the header could change what its values mean."""
        for remark in remarks:
            other = self._known.get(fold(remark))
            if not (other and other.column == known.column) and not self._is_harmless(known.column, remark):
                return None
        how: How = "bilingual" if known.how == "bilingual" else "decorated"
        return replace(known, rank=known.rank + _DECORATED, how=how, remark=" ".join(remarks) or None)

    def _is_harmless(self, column: str, remark: str) -> bool:
        word = fold(remark)
        if not word or word in _REMARKS or word in self._remarks[column]:
            return True
        if _DATE_FORMAT.fullmatch(word):
            return True
        # 男/女 beside 性别: the values that the column may have.
        parts = [fold(part) for part in re.split(r"[/、,，;；|\s]+", remark)]
        return len(parts) > 1 and all(part in self._remarks[column] for part in parts)

    def _bilingual(self, text: str) -> Match | None:
        """`工号 Employee ID`: two names of the same column."""
        for seam in _SEAM.finditer(text):
            first = self._known.get(fold(text[: seam.start()]))
            second = self._known.get(fold(text[seam.end() :]))
            if first and second and first.column == second.column:
                return replace(min(first, second, key=lambda match: match.rank), how="bilingual")
        return None


def _remarks(column: Column) -> frozenset[str]:
    """What may stand in brackets beside this column: its units, and the words of its values."""
    words = set(_UNITS.get(column.type, ()))
    if column.type == "score":
        low, high = (f"{limit:g}" for limit in column.limits if limit is not None)
        full = {
            high,
            f"满分{high}",
            f"{high}分制",
            f"满分{high}分",
            f"outof{high}",
            f"max{high}",
            f"{high}分",
        }
        words |= (
            full | {low + high, f"{low}{high}分"} | ({"百分制", "%", "percent"} if high == "100" else set())
        )
    for value, aliases in column.values.items():
        words |= {fold(word) for word in (value, *aliases)}
    return frozenset(words)
