"""What `--explain` says of a file: how it is laid out, where it goes, what becomes of each column and row."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from ingestion.values.date_order import Decision

_SHOWN_CODES = 3
_SHOWN_COLUMNS = 200
_INDENT = "  "
_LABEL = 9
_WIDEST = 40


@dataclass
class Counts:
    """What became of the values of one column; `examples`: the first sentence for each code."""

    read: int = 0
    empty: int = 0
    refused: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)

    def refuse(self, code: str, sentence: str, times: int = 1) -> None:
        """Counts values that are not accepted."""
        self.refused[code] += times
        self.examples.setdefault(code, sentence)

    def __str__(self) -> str:
        """`990 read · 4 empty · 6 not accepted: 6 × not_a_date (row 17: 'soon' is not a date)`."""
        text = f"{self.read:,} read · {self.empty:,} empty"
        if not self.refused:
            return text
        shown = [
            f"{count:,} × {code} ({self.examples[code]})"
            for code, count in self.refused.most_common(_SHOWN_CODES)
        ]
        more = len(self.refused) - len(shown)
        rest = f"; {more} other reasons" if more > 0 else ""
        return f"{text} · {self.refused.total():,} not accepted: {'; '.join(shown)}{rest}"


@dataclass(frozen=True)
class Way:
    """One way of a file into the warehouse, and what would become of it there."""

    source: str
    why: str
    # Header (or what stands for it) → what becomes of it, in words.
    headers: tuple[tuple[str, str], ...] = ()
    missing: tuple[str, ...] = ()
    counts: Mapping[str, Counts] = field(default_factory=dict)
    orders: Mapping[str, Decision] = field(default_factory=dict)
    # Rows that would be kept (duplicates are told only when they are taken in) and quarantined.
    kept: int = 0
    quarantined: int = 0
    # Broken rows and the like, which no column is to blame for.
    other: Counts = field(default_factory=Counts)
    # Why nothing of it would be taken: the end of a sentence.
    problem: str | None = None
    # A table of another system that is only looked up, or not needed, has no rows for us.
    is_taken: bool = True

    def lines(self) -> Iterator[str]:
        """Plain text."""
        yield _line("goes to", f"{self.source}: {self.why}")
        if self.headers:
            yield _line("columns", "")
            yield from _pairs(self.headers)
        if self.missing:
            plural = "s" if len(self.missing) > 1 else ""
            yield _line("missing", f"the required column{plural} {', '.join(self.missing)}")
        if self.counts:
            yield _line("values", "")
            yield from _pairs([(name, str(counts)) for name, counts in self.counts.items()])
        if self.orders:
            yield _line("dates", "")
            yield from _pairs([(name, evidence(one)) for name, one in sorted(self.orders.items())])
        if self.problem:
            yield _line("result", f"it would be rejected: it {self.problem}")
            return
        if not self.is_taken:
            return
        total = self.kept + self.quarantined
        result = f"of {total:,} rows {self.kept:,} would be kept, {self.quarantined:,} quarantined"
        if self.other.refused:
            codes = ", ".join(f"{count:,} × {code}" for code, count in self.other.refused.most_common())
            result += f" (whole rows: {codes}; {next(iter(self.other.examples.values()))})"
        yield _line("result", result)


@dataclass(frozen=True)
class Explanation:
    """One file, or one member of an archive."""

    file: str
    layout: str | None = None
    ways: tuple[Way, ...] = ()
    # Why it goes nowhere, and what it is nearest to.
    message: str | None = None
    nearest: tuple[str, ...] = ()

    def lines(self) -> Iterator[str]:
        """Plain text, one sentence or pair a line; headers as the file writes them."""
        yield self.file
        if self.layout:
            yield _line("format", self.layout)
        if self.message:
            yield _line("result", f"it {self.message}")
        for near in self.nearest:
            yield _line("nearest", near)
        for way in self.ways:
            yield from way.lines()


def evidence(decision: Decision) -> str:
    """What an order rests on, in words."""
    counts = (
        f"{decision.day_first:,} values only with the day first, {decision.month_first:,} only with the month"
    )
    if decision.half_converted:
        return f"day and month seem to be swapped in a part of them ({counts}): none is taken"
    if decision.why == "decided" and decision.order is None:
        return "year first throughout; some have day and month swapped and are quarantined"
    if decision.why == "decided":
        order = "day first" if decision.order == "dmy" else "month first"
        return f"{order}: dates exist as {counts}"
    if decision.why == "unknown":
        return "day or month first? No value decides: those rows are quarantined unless the contract says it"
    return f"both orders occur (dates exist as {counts}): those rows are quarantined"


def _line(label: str, text: str) -> str:
    return f"{_INDENT}{label:<{_LABEL}}{text}".rstrip()


def _pairs(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """Aligned, as far as the names are not too long."""
    shown = [(printable(name), text) for name, text in pairs[:_SHOWN_COLUMNS]]
    wide = min(max(map(_width, (name for name, _ in shown)), default=0), _WIDEST)
    for name, text in shown:
        yield f"{_INDENT * 2}{name}{' ' * max(wide - _width(name), 0)}  {text}"
    if len(pairs) > len(shown):
        yield f"{_INDENT * 2}… and {len(pairs) - len(shown):,} more"


def printable(text: str) -> str:
    """On one line and not endless, without what a terminal would obey."""
    flat = " ".join(text.split())
    shown = "".join(letter if letter.isprintable() else "�" for letter in flat)
    return shown if len(shown) <= 2 * _WIDEST else shown[: 2 * _WIDEST] + "…"


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)


def together(explanations: Iterable[Explanation]) -> Iterator[str]:
    """Several files, a blank line between them."""
    for place, explanation in enumerate(explanations):
        if place:
            yield ""
        yield from explanation.lines()
