"""`truth.json`: what was planted, and what was written, counted while it was written."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from ingestion.demo.clock import quarter_of
from ingestion.demo.draft import Draft
from ingestion.demo.effects import effects
from ingestion.demo.interviews import AGAIN, STATUSES, SUPPLEMENT
from ingestion.demo.plan import QUARTERS, Bools, Floats, Planted
from ingestion.demo.policy import Policy

NOTE = "Synthetic: every person, answer and number of this demo was generated; nobody in it exists."


@dataclass
class Moments:
    """Sums from which mean, spread and correlation of pairs follow, block by block."""

    n: int = 0
    sums: list[float] = field(default_factory=lambda: [0.0] * 5)

    def add(self, x: Floats, y: Floats) -> None:
        """Adds pairs (M,); those with a nan are left out."""
        known = ~(np.isnan(x) | np.isnan(y))
        x, y = x[known], y[known]
        self.n += len(x)
        for at, values in enumerate((x, y, x * x, y * y, x * y)):
            self.sums[at] += float(values.sum())

    def mean(self) -> float | None:
        """Mean of x."""
        return round(self.sums[0] / self.n, 4) if self.n else None

    def sd(self) -> float | None:
        """Standard deviation (n − 1) of x."""
        if self.n < 2:
            return None
        return round(float(np.sqrt(max(self.sums[2] - self.sums[0] ** 2 / self.n, 0.0) / (self.n - 1))), 4)

    def correlation(self) -> float | None:
        """Pearson's r."""
        if self.n < 3:
            return None
        x, y, xx, yy, xy = self.sums
        spread = (xx - x * x / self.n) * (yy - y * y / self.n)
        return round((xy - x * y / self.n) / float(np.sqrt(spread)), 4) if spread > 0 else None


class Truth:
    """Collects while blocks are written; `write` lays everything down."""

    def __init__(self, planted: Planted, interviews: int, seed: int) -> None:
        self._planted = planted
        self._head = {"note": NOTE, "seed": seed, "interviews": interviews}
        self.counts: Counter[str] = Counter()
        self.grades: dict[str, Counter[str]] = {}
        self.raters: Mapping[str, float] = {}
        self._moments: dict[str, Moments] = {}
        self.odd: dict[str, list[dict[str, str]]] = {}
        self.after_useful_course: list[str] = []
        self.cases: Mapping[str, Mapping[str, Any]] = {}
        self.messy: Mapping[str, object] | None = None

    def moments(self, name: str) -> Moments:
        """The sums of that name."""
        return self._moments.setdefault(name, Moments())

    def sessions(self, draft: Draft) -> None:
        """Adds the interviews of a block and their composites."""
        sessions, counts = draft.sessions, self.counts
        for code, status in enumerate(STATUSES):
            counts[f"interviews/{status}"] += int((sessions.status == code).sum())
        counts["interviews/reinterview"] += int((sessions.kind == AGAIN).sum())
        counts["interviews/supplement"] += int((sessions.kind == SUPPLEMENT).sum())
        counts["interviews/insufficient"] += int((sessions.is_completed & np.isnan(draft.composite)).sum())
        male = draft.people.is_male[sessions.person]
        quarters = quarter_of(sessions.completed)
        self.composites(draft.block.role_id, quarters, male, draft.composite, draft.grades)

    def composites(
        self, role_id: str, quarter: np.ndarray, is_male: Bools, scores: Floats, grades: list[str]
    ) -> None:
        """Adds the composites (N,) of one role."""
        counted = self.grades.setdefault(role_id, Counter())
        counted.update(grade for grade in grades if grade)
        self.moments(f"role/{role_id}").add(scores, scores)
        for at, (year, number) in enumerate(QUARTERS):
            self.moments(f"quarter/{year}-Q{number}").add(scores[quarter == at], scores[quarter == at])
        for name, mine in (("male", is_male), ("female", ~is_male)):
            self.moments(f"gender/{name}").add(scores[mine], scores[mine])

    def document(self, rows: Mapping[str, int], policy: Policy) -> dict[str, object]:
        """Everything, in a fixed order."""
        planted = asdict(self._planted)
        rank = self._planted.useful_course_rank
        planted["useful_course"] = policy.courses[rank] if rank < len(policy.courses) else None
        return {
            **self._head,
            "effects": effects(self._planted, policy),
            "planted": {**planted, "rater_levels": self.raters},
            "observed": {
                "grades": {role: dict(sorted(found.items())) for role, found in sorted(self.grades.items())},
                "composites": {
                    name: {"n": found.n, "mean": found.mean(), "sd": found.sd()}
                    for name, found in sorted(self._moments.items())
                    if not name.startswith("r/")
                },
                "correlations": {
                    name.removeprefix("r/"): {"n": found.n, "r": found.correlation()}
                    for name, found in sorted(self._moments.items())
                    if name.startswith("r/")
                },
            },
            "cases": dict(self.cases),
            "interviews_after_the_useful_course": self.after_useful_course,
            "odd_answers": dict(sorted(self.odd.items())),
            "counts": dict(sorted(self.counts.items())),
            "rows": dict(rows),
            **({"messy": self.messy} if self.messy else {}),
        }

    def write(self, target: Path, rows: Mapping[str, int], policy: Policy) -> None:
        """Writes the file."""
        text = json.dumps(self.document(rows, policy), ensure_ascii=False, indent=2)
        target.write_text(text + "\n", encoding="utf-8")
