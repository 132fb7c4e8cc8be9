"""The planted people of `cases/*.yml`: who they are and what becomes of them; README.md there says how."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from ingestion.demo.clock import DAY, seconds_of

CASES = Path(__file__).with_name("cases")
FIRST_NUMBER = 8_000_000
"""Numbers of planted people and interviews begin here, far above those of any demo that is drawn."""
NOTICE_MINUTES = 25
OPEN_FROM = seconds_of("2026-09-01")
"""Applications of interviews since then are still open, unless a case says otherwise."""
Entry = Mapping[str, Any]


@dataclass(frozen=True)
class Interview:
    """One interview of a planted person; `at` is when it was completed, else invited, in local seconds.

    target: the composite that it gets, nan when there is nothing to score; corrected: the composite after
    the vendor's correction, nan without one; notified: minutes until the result was told, None = never;
    texts: whether all, one or none of the transcripts are there.
    """

    number: int
    person: int
    status: str
    at: int
    target: float = float("nan")
    corrected: float = float("nan")
    scenario: str = "external"
    channel: str = "wechat"
    modality: str = "video"
    batch: str = ""
    requisition: str = ""
    interruptions: int = 0
    notified: int | None = NOTICE_MINUTES
    has_slot: bool = True
    bank: str = ""
    texts: str = "all"
    supplement_of: int = 0
    survey: tuple[int, ...] = ()


@dataclass(frozen=True)
class Person:
    """A planted person: number of the first interview, what the case says of them, and their interviews."""

    number: int
    entry: Entry
    interviews: tuple[Interview, ...]

    @property
    def candidate_id(self) -> str:
        """`C` and seven digits."""
        return f"C{self.number:07d}"

    @property
    def employee_id(self) -> str:
        """`E` and seven digits, whether employed or not."""
        return f"E{self.number:07d}"

    def all(self, name: str) -> list[Any]:
        """The entries of a list that the case may leave out."""
        return list(self.entry.get(name, ()))

    @property
    def applications(self) -> list[Entry]:
        """Those that the case names, else a plain one of the first interview of who is not employed yet."""
        if "applications" in self.entry:
            return self.all("applications")
        if "application" in self.entry:
            return [self.entry["application"]]
        is_external = any(one.scenario == "external" for one in self.interviews)
        return [{}] if is_external else []


@dataclass(frozen=True)
class Cast:
    """Everybody who is planted, the openings made for them, and the cases as truth.json repeats them."""

    people: tuple[Person, ...]
    requisitions: tuple[Entry, ...]
    cases: Mapping[str, Entry] = field(default_factory=dict)

    @property
    def never_invited(self) -> tuple[Person, ...]:
        """Those who applied and have no interview."""
        return tuple(one for one in self.people if not one.interviews and "application" in one.entry)

    @property
    def interviews(self) -> tuple[Interview, ...]:
        """The interviews of all, person by person."""
        return tuple(interview for person in self.people for interview in person.interviews)


def seconds(text: str) -> int:
    """Local seconds of '2026-02-10 10:00:00' or of a day."""
    return int(np.datetime64(text.replace(" ", "T"), "s").astype(np.int64))


@lru_cache(maxsize=1)
def read_cast() -> Cast:
    """All cases, in the order of the files' names."""
    people: list[Person] = []
    requisitions: list[Entry] = []
    cases: dict[str, Entry] = {}
    for path in sorted(CASES.glob("*.yml")):
        for case in yaml.safe_load(path.read_text(encoding="utf-8")):
            mine = [_person(entry) for entry in case.get("people", ())]
            if "series" in case:
                mine += _series(case["series"])
            people += mine
            requisitions += case.get("requisitions", ())
            cases[case["case"]] = {
                "says": case["says"],
                "candidate_ids": [person.candidate_id for person in mine],
                "expected": case["expected"],
            }
    return Cast(tuple(people), tuple(requisitions), cases)


def _person(entry: Entry) -> Person:
    first = FIRST_NUMBER + 10 * int(entry["person"]) + 1
    interviews = tuple(
        _interview(first, first + at, one) for at, one in enumerate(entry.get("interviews", ()))
    )
    return Person(first, entry, interviews)


def _interview(person: int, number: int, entry: Entry) -> Interview:
    score, corrected = entry.get("score"), entry.get("corrected_score")
    parent = entry.get("supplement_of")
    return Interview(
        number,
        person,
        entry.get("status", "completed"),
        seconds(entry["completed"] if "completed" in entry else entry["invited"]),
        float("nan") if score is None else float(score),
        float("nan") if corrected is None else float(corrected),
        entry.get("scenario", "external"),
        batch=entry.get("batch", ""),
        requisition=entry.get("requisition", ""),
        interruptions=int(entry.get("interruptions", 0)),
        notified=entry.get("notified", NOTICE_MINUTES),
        has_slot=bool(entry.get("slot", True)),
        bank=entry.get("bank", ""),
        texts=entry.get("texts", "all"),
        supplement_of=0 if parent is None else person + int(parent) - 1,
        survey=tuple(entry.get("survey", ())),
    )


def _series(entry: Entry) -> Iterator[Person]:
    """People who differ only in score or status, channel, modality and batch."""
    channels = ("email", "sms", "wechat", "app", "kiosk", "web", "job_board")
    batches = [batch for batch, count in entry["batches"] for _ in range(count)]
    ends: list[float | str] = [*entry["scores"], *entry["statuses"]]
    for at, (end, batch) in enumerate(zip(ends, batches, strict=True)):
        number = FIRST_NUMBER + 10 * (int(entry["first_person"]) + at) + 1
        interview = Interview(
            number,
            number,
            end if isinstance(end, str) else "completed",
            seconds(entry["begins"]) + at * int(entry["every_hours"]) * DAY // 24,
            float("nan") if isinstance(end, str) else float(end),
            channel=channels[at % len(channels)],
            modality=("video", "audio", "text")[at % 3],
            batch=batch,
            requisition=entry["requisition"],
        )
        yield Person(number, {}, (interview,))
