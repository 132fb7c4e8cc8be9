"""`python -m benchmarks.signals`: precision and recall of every signal, on the cases that the demo plants.

Data: generated (synthetic), 2,000 interviews unless told otherwise (`python -m benchmarks.signals 8000`).
Each kind is planted in about 0.4 % of the answers where it can be; `interrupted`, a signal of interviews,
in every fiftieth completed one, while all others keep two interruptions at most. Of a signal, recall is the
share of the planted that carry its flag; precision is the share of the flagged that were planted. `short` and
`similar` occur unplanted too, since people are brief and the demo's sentences come from a store; so these two
are also checked against the exports themselves: seconds below 0.7 of the median, and texts whose exact
Jaccard similarity to another person's is at least 0.7. At last the time that finding answers alike takes, at
50,000, 100,000 and 200,000 answers (`benchmarks.signals_growth`).
"""

from __future__ import annotations

import csv
import json
import re
import statistics
import sys
import tempfile
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster import DagsterInstance

from benchmarks.signals_growth import growth
from ingestion.demo import write_demo
from orchestration.build import build
from orchestration.reporter import SilentReporter
from warehouse.marts import OPERATOR, Marts
from warehouse.settings import Settings

INTERVIEWS = 2_000
FLAGS = {
    "stuffed": "stuffing",
    "copied": "similar",
    "fast": "fast",
    "slow": "slow",
    "halting": "long_pauses",
    "brief": "short",
    "repeated": "repeated",
}
REALLY_ALIKE = 0.7
INTERRUPTED = "interrupted"
_ID, _STATUS, _COMPLETED, _INTERRUPTIONS = "面试编号", "面试状态", "已完成", "中断次数"
_EVERY, _STILL_CALM, _MANY = 50, 2, (3, 4, 7)
_UNIT = re.compile(r"[a-z0-9']+|[^\W_]")
Key = tuple[str, str]


@dataclass(frozen=True)
class Recovered:
    """One signal: the answers that were planted, that carry the flag, and that rightly do by the exports.

    Of a signal of interviews the question is empty.
    """

    kind: str
    flag: str
    planted: frozenset[Key]
    flagged: frozenset[Key]
    true: frozenset[Key]

    @property
    def recall(self) -> float:
        """Share of the planted that are flagged."""
        return len(self.planted & self.flagged) / max(len(self.planted), 1)

    @property
    def precision(self) -> float:
        """Share of the flagged that were planted."""
        return len(self.planted & self.flagged) / max(len(self.flagged), 1)

    @property
    def true_precision(self) -> float:
        """Share of the flagged that were planted, or are what the flag says by the exports."""
        return len((self.planted | self.true) & self.flagged) / max(len(self.flagged), 1)


def plant_interruptions(landing: Path) -> frozenset[str]:
    """Changes the interview exports: every fiftieth completed one was interrupted thrice or more, and is
    named; all others, those that were not completed among them, twice at most."""
    planted: list[str] = []
    completed = 0
    for path in sorted((landing / "interviews").glob("*.csv")):
        with path.open(encoding="utf-8", newline="") as file:
            rows = list(csv.DictReader(file))
        for row in rows:
            row[_INTERRUPTIONS] = str(min(int(row[_INTERRUPTIONS]), _STILL_CALM))
            completed += row[_STATUS] == _COMPLETED
            if row[_STATUS] == _COMPLETED and completed % _EVERY == 0:
                row[_INTERRUPTIONS] = str(_MANY[len(planted) % len(_MANY)])
                planted.append(row[_ID])
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
    return frozenset(planted)


def recovered(settings: Settings, interrupted: Collection[str]) -> list[Recovered]:
    """Every signal of a built demo, against its truth and its exports; `interrupted` were planted."""
    truth = json.loads((settings.home / "truth.json").read_text(encoding="utf-8"))["odd_answers"]
    flags: dict[str, set[Key]] = defaultdict(set)
    sql = "select interview_id, question_id, flags from answer_scores"
    rows = Marts(settings).query(sql, viewer=OPERATOR, max_rows=None).to_pylist()
    counted = {(row["interview_id"], row["question_id"]): row["flags"] for row in rows}
    for key, names in counted.items():
        for name in names:
            flags[name].add(key)
    exported = _answers(settings.landing)
    answers = {key: exported[key] for key in counted}
    # What an answer repeats is no oddity of the demo but one of its states, which the exports carry.
    truth["repeated"] = [
        dict(zip(("interview_id", "question_id"), key, strict=True))
        for key, answer in answers.items()
        if answer.get("repeated")
    ]
    true = {"short": _short(answers), "similar": _alike(answers, flags["similar"])}
    return [
        Recovered(
            kind,
            flag,
            frozenset(_planted(truth.get(kind, []))),
            frozenset(flags[flag]),
            frozenset(true.get(flag, ())),
        )
        for kind, flag in FLAGS.items()
    ] + [_interrupted(settings, interrupted)]


def _interrupted(settings: Settings, planted: Collection[str]) -> Recovered:
    sql = f"select interview_id from interview_results where list_contains(flags, '{INTERRUPTED}')"
    rows = Marts(settings).query(sql, viewer=OPERATOR, max_rows=None).to_pylist()
    flagged = frozenset((row["interview_id"], "") for row in rows)
    return Recovered(
        INTERRUPTED, INTERRUPTED, frozenset((name, "") for name in planted), flagged, frozenset()
    )


def _planted(entries: list[Mapping[str, str]]) -> Iterator[Key]:
    """The answers themselves, and those that were copied: both look alike."""
    for entry in entries:
        yield entry["interview_id"], entry["question_id"]
        if "copied_from" in entry:
            yield entry["copied_from"], entry["question_id"]


def _answers(landing: Path) -> dict[Key, dict[str, Any]]:
    """The highest attempt of each answer of the exports."""
    answers: dict[Key, dict[str, Any]] = {}
    for path in sorted((landing / "answers").iterdir()):
        for line in path.read_text(encoding="utf-8").splitlines():
            answer = json.loads(line)
            key = (answer["interview_id"], answer["question_id"])
            if key not in answers or answer["attempt"] > answers[key]["attempt"]:
                answers[key] = answer
    return answers


def _seconds(answer: Mapping[str, Any]) -> float | None:
    return None if answer["skipped"] or answer["text"] == "" else answer.get("answer_seconds")


def _short(answers: Mapping[Key, Mapping[str, Any]]) -> set[Key]:
    """Answers below 0.7 of the median of their question."""
    times: dict[str, list[float]] = defaultdict(list)
    for (_, question), answer in answers.items():
        if (seconds := _seconds(answer)) is not None:
            times[question].append(seconds)
    medians = {question: statistics.median(values) for question, values in times.items()}
    return {
        key
        for key, answer in answers.items()
        if (seconds := _seconds(answer)) is not None and seconds < 0.7 * medians[key[1]]
    }


def _alike(answers: Mapping[Key, Mapping[str, Any]], flagged: set[Key]) -> set[Key]:
    """Of the flagged answers those that are really alike: every pair of a question is compared exactly."""
    pieces: dict[str, list[tuple[Key, frozenset[tuple[str, ...]]]]] = defaultdict(list)
    for key in sorted(flagged):
        units = _UNIT.findall(unicodedata.normalize("NFKC", answers[key]["text"]).lower())
        pieces[key[1]].append((key, frozenset(zip(units, units[1:], units[2:], strict=False))))
    alike: set[Key] = set()
    for texts in pieces.values():
        for at, (key, one) in enumerate(texts):
            for other_key, other in texts[:at]:
                if len(one & other) >= REALLY_ALIKE * len(one | other):
                    alike |= {key, other_key}
    return alike


def main() -> None:
    """Writes and builds a demo in a temporary home, and prints a line a signal."""
    interviews = int(sys.argv[1]) if len(sys.argv) > 1 else INTERVIEWS
    with tempfile.TemporaryDirectory(prefix="scorehouse-signals-") as folder:
        settings = Settings(home=Path(folder) / "home").ensure()
        report = write_demo(settings.landing, interviews=interviews)
        interrupted = plant_interruptions(settings.landing)
        with DagsterInstance.ephemeral() as instance:
            build(settings, SilentReporter(), instance=instance)
        print(f"{interviews:,} generated interviews, {report.answers:,} answers")
        print("signal         planted  flagged   recall  precision  and by the exports")
        for found in recovered(settings, interrupted):
            exact = f"{found.true_precision:19.3f}" if found.true else ""
            print(
                f"{found.flag:<14} {len(found.planted):>7} {len(found.flagged):>8} {found.recall:>8.3f} "
                f"{found.precision:>10.3f} {exact}"
            )
    growth()


if __name__ == "__main__":
    main()
