"""Where a person worked on the day of an interview, and where today: worked out a second time."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime

from tests.independent.chain import Chain, Stay
from tests.independent.scoring import Judged
from tests.independent.world import Row, World

GONE = {"left", "retired"}
Place = tuple[str | None, str | None]
NOWHERE: Place = None, None


class Workplaces:
    """By ids only: an employee names the candidate, an application the employee."""

    def __init__(self, world: World, chain: Chain) -> None:
        self.world = world
        self.stays: dict[str, list[Stay]] = defaultdict(list)
        for stay in sorted(chain.stays, key=lambda one: one.hired_on):
            self.stays[stay.employee_id].append(stay)
        self.states: dict[str, list[tuple[datetime, Row]]] = defaultdict(list)
        for row in world.landing.versions("employees").to_dict("records"):
            seen_at = row["exported_at"] or world.arrived[row["_file_id"]]
            self.states[row["employee_id"]].append((seen_at, row))
        self.employees: dict[str, set[str]] = defaultdict(set)
        for row in world.landing.versions("employees").to_dict("records"):
            self.employees[row["candidate_id"] or row["employee_id"]].add(row["employee_id"])
            self.employees[row["employee_id"]].add(row["employee_id"])
        for row in world.rows("applications"):
            if row["employee_id"] in self.states:
                self.employees[row["candidate_id"]].add(row["employee_id"])

    def columns(self, found: Judged) -> Row:
        """The four columns; all null for who was never an employee."""
        mine = self.employees.get(found.row["candidate_id"], set())
        then = self.on(mine, found.completed_on) if found.completed_on else NOWHERE
        now = self.on(mine, self.world.today)
        return {
            "department_id_then": then[0],
            "role_id_then": then[1],
            "department_id_now": now[0],
            "role_id_now": now[1],
        }

    def on(self, employees: set[str], day: date) -> Place:
        """Department and role in the stay that the day lies in: what was seen last by the end of the day.

        Before the first export of a stay its first state counts; who was known to be gone worked nowhere.
        """
        there = [stay for name in employees for stay in self.stays[name] if self._lasts(stay, day)]
        if not there:
            return NOWHERE
        stay = max(there, key=lambda one: one.hired_on)
        states = [
            (self.world.local_day(seen_at) or day, row)
            for seen_at, row in self.states[stay.employee_id]
            if row["hired_on"] == stay.hired_on
        ]
        row = ([row for seen_on, row in states if seen_on <= day] or [states[0][1]])[-1]
        is_gone = row["status"] in GONE and (row["left_on"] is None or row["left_on"] < day)
        return NOWHERE if is_gone else (row["department_id"], row["role_id"])

    def _lasts(self, stay: Stay, day: date) -> bool:
        following = [
            other.hired_on for other in self.stays[stay.employee_id] if other.hired_on > stay.hired_on
        ]
        return (
            stay.hired_on <= day
            and (stay.left_on is None or day <= stay.left_on)
            and (not following or day < following[0])
        )
