"""Invented interviews that change from build to build: late ones, corrected ones, erased ones, at random."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from tests.dbt_project.made_home import Row, write_home
from tests.dbt_project.made_rows import RUN, answer
from warehouse.settings import Settings

FIRST_DAY = datetime(2025, 4, 1, 1, tzinfo=UTC)
DAYS = 200
CANDIDATES = [f"c{n}" for n in range(14)]
ROLES = ("clerk", "clerk", "clerk", "crowd", "chief")
STATUSES = ("completed",) * 7 + ("invited", "declined", "abandoned")
CRITERIA = {"q1": ("words", "structure"), "q2": ("data", "cause"), "q3": ("share", "pace"), "q9": ()}
LEVELS = (0.0, 0.5, 1.0)
# Texts that are alike: sketches a few bits apart, or many, and bands of which some are shared.
SKETCHES = (0, 0, 7, 2**27 - 1, 2**64 - 1)
BANDS = 4


class World:
    """What has arrived, file by file; `change` lets one thing happen, `write` shows it to dbt."""

    def __init__(self, seed: int, interviews: int = 60) -> None:
        self.random = Random(seed)
        self.raw: dict[str, list[list[Row]]] = {
            "interviews": [],
            "vendor_scores": [],
            "employees": [],
            "assessments": [],
        }
        self.answers: list[list[Row]] = []
        self.number = 0
        self.corrected: list[str] = []
        for _ in range(interviews):
            self.late()
        self.unlike()
        self.hired()

    def change(self) -> str:
        """Lets something happen; says what."""
        happenings: list[Callable[[], None]] = [
            *(self.late, self.late, self.corrected_interview, self.corrected_interview),
            *(self.corrected_answer, self.another_attempt, self.corrected_vendor_score),
            *(self.erased_interview, self.erased_person, self.answers_before_their_interview),
            *(self.moved, self.assessed),
        ]
        happening = self.random.choice(happenings)
        happening()
        return happening.__name__

    def write(self, settings: Settings) -> None:
        """The files as they are now."""
        write_home(settings, self.raw, self.answers, [], RUN)

    def late(self) -> None:
        """An interview of any day, with its answers or its vendor's score."""
        self.number += 1
        row = self._interview(f"i{self.number:03d}")
        self.raw["interviews"].append([row])
        self._answered(row)

    def answers_before_their_interview(self) -> None:
        """Nobody has told of the interview yet."""
        self.answers.append(self._answers(f"i{self.number + 1:03d}"))

    def corrected_interview(self) -> None:
        """Another day, person, role or status; the later file wins."""
        self.corrected.append(self._any_interview())
        self.raw["interviews"].append([self._interview(self.corrected[-1])])

    def corrected_answer(self) -> None:
        """The same attempt once more with other contents."""
        self.answers.append([self._answer(self._any_interview(), self.random.choice(list(CRITERIA)))])

    def another_attempt(self) -> None:
        """A second or third attempt counts instead."""
        again = self._answer(self._any_interview(), "q1")
        self.answers.append([{**again, "attempt": self.random.choice((2, 3))}])

    def corrected_vendor_score(self) -> None:
        """The vendor thinks again."""
        self._scored(self._any_interview())

    def erased_interview(self) -> None:
        """All of its rows are gone from every file."""
        self._erase("interview_id", {self._any_interview()})

    def erased_person(self) -> None:
        """All interviews of a candidate are gone, and the candidate."""
        candidate = self.random.choice(CANDIDATES)
        interviews = {row["interview_id"] for row in self._interviews() if row["candidate_id"] == candidate}
        self._erase("interview_id", interviews)
        self._erase("candidate_id", {candidate})

    def unlike(self) -> None:
        """An answer that is like nobody's, of somebody to whom nothing else happens."""
        self.number += 1
        row = self._interview(f"i{self.number:03d}")
        at = {"candidate_id": "unlike", "role_id": "clerk", "status": "completed"}
        self.raw["interviews"].append([{**row, **at, "completed_at": row["invited_at"]}])
        sketch = {f"sketch_{part}": 2**40 + part for part in range(1, 9)}
        told = {"is_skipped": False, "shingles": 100, "bands": list(range(90, 90 + BANDS)), **sketch}
        self.answers.append([{**self._answer(row["interview_id"], "q3"), **told}])

    def answers_alone(self) -> None:
        """Three answers are corrected, each in one thing that other people's are compared with: the time of
        one, the length of another, the sketch of a third. Nothing else about them changes."""
        slow, long, alike = (self._told_once(question) for question in ("q1", "q2", "q3"))
        like = next(row for row in alike if row["bands"][0] == 90)
        sketch = {name: value for name, value in like.items() if name.startswith(("sketch", "bands"))}
        self.answers += [
            [{**slow[0], "answer_seconds": 999.0}],
            [{**long[0], "units": 999}],
            [{**alike[0], **sketch, "shingles": 100}],
        ]

    def hired(self) -> None:
        """Some candidates are employees."""
        self.raw["employees"].append([self._employee(one, "sales") for one in CANDIDATES[:4]])

    def moved(self) -> None:
        """An employee is in another department from a day on."""
        department = self.random.choice(("sales", "technology"))
        self.raw["employees"].append([self._employee(self.random.choice(CANDIDATES[:4]), department)])

    def assessed(self) -> None:
        """Another talent assessment of somebody."""
        row = {
            "candidate_id": self.random.choice(CANDIDATES),
            "assessed_at": self._moment(),
            "score": float(self.random.randint(40, 100)),
            "provider": "a",
        }
        self.raw["assessments"].append([row])

    def _interviews(self) -> list[Row]:
        return [row for file in self.raw["interviews"] for row in file]

    def _any_interview(self) -> str:
        known = sorted({str(row["interview_id"]) for row in self._interviews()})
        return self.random.choice(known) if known else "i001"

    def _told_once(self, question: str) -> list[Row]:
        """Answers to a question that were never corrected, of interviews that were completed at once, from
        the shortest and quickest on."""
        sessions = Counter(row["interview_id"] for row in self._interviews())
        counted = {
            row["interview_id"]
            for row in self._interviews()
            if row["status"] == "completed"
            and row["role_id"] == "clerk"
            and sessions[row["interview_id"]] == 1
        }
        rows = [row for file in self.answers for row in file if row["question_id"] == question]
        times = Counter(row["interview_id"] for row in rows)
        told = [
            row
            for row in rows
            if row["interview_id"] in counted and times[row["interview_id"]] == 1 and not row["is_skipped"]
        ]
        return sorted(told, key=lambda row: row["answer_seconds"] + row["units"])

    def _moment(self) -> datetime:
        return FIRST_DAY + timedelta(days=self.random.randrange(DAYS), hours=self.random.randrange(24))

    def _interview(self, interview_id: str) -> Row:
        status = self.random.choice(STATUSES)
        invited = self._moment()
        return {
            "interview_id": interview_id,
            "candidate_id": self.random.choice(CANDIDATES),
            "role_id": self.random.choice(ROLES),
            "scenario": self.random.choice(("external", "external", "promotion")),
            "status": status,
            "invited_at": invited,
            "completed_at": invited + timedelta(hours=2) if status == "completed" else None,
            "interruptions": self.random.randrange(5),
        }

    def _answered(self, row: Row) -> None:
        if row["role_id"] in {"crowd", "chief"}:
            self._scored(row["interview_id"])
        if row["role_id"] != "crowd":
            self.answers.append(self._answers(row["interview_id"]))

    def _answers(self, interview_id: str) -> list[Row]:
        questions = [one for one in CRITERIA if self.random.random() < 0.9]
        return [self._answer(interview_id, one) for one in questions]

    def _answer(self, interview_id: str, question: str) -> Row:
        judged: dict[str, Any] = {name: self.random.choice(LEVELS) for name in CRITERIA[question]}
        skipped = self.random.random() < 0.1
        # Few different texts, so that some of an interview repeat one another.
        text = None if skipped else f"text-{self.random.randrange(6)}"
        return {
            **answer(interview_id, question, judged),
            "answer_seconds": float(self.random.randint(5, 120)),
            "is_skipped": skipped,
            "text_fingerprint": text,
            "units": self.random.randint(20, 200),
            "units_per_minute": float(self.random.randint(60, 400)),
            "phrase_density": self.random.random() / 2,
            "function_share": self.random.random(),
            "longest_run": self.random.randint(1, 60),
            "longest_clause": self.random.randint(1, 60),
            "distinct_share": self.random.random(),
            "shingles": self.random.choice((30, 100, 100, 100)),
            "sketch_level": 0,
            **{f"sketch_{part}": self.random.choice(SKETCHES) if part == 1 else 0 for part in range(1, 9)},
            "bands": [self.random.randrange(5) for _ in range(BANDS)],
        }

    def _scored(self, interview_id: str) -> None:
        rows = [
            {
                "interview_id": interview_id,
                "competency_id": competency,
                "vendor": "v",
                "score": float(self.random.randint(30, 100)),
            }
            for competency in ("communication", "logic")
        ]
        self.raw["vendor_scores"].append(rows)

    def _employee(self, candidate: str, department: str) -> Row:
        return {
            "employee_id": f"e{candidate}",
            "candidate_id": candidate,
            "name": "虚构",
            "department_id": department,
            "role_id": "clerk",
            "hired_on": datetime(2024, 1, 1, tzinfo=UTC).date(),
            "_exported_at": self._moment(),
        }

    def _erase(self, column: str, values: set[str]) -> None:
        for files in (*self.raw.values(), self.answers):
            files[:] = [[row for row in file if row.get(column) not in values] for file in files]
