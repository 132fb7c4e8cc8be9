"""What a report rests on: rows of some interviews, as their reader may see them, of one version."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from warehouse.errors import NothingPublished, ScorehouseError
from warehouse.marts import Marts
from warehouse.viewer import Viewer

Row = dict[str, Any]
QUERIES = Path(__file__).parents[1] / "queries"
# Between ids in one parameter; no id holds it.
SEPARATOR = "\x1f"
_PARTS = ("competencies", "losses", "plans", "courses", "answers", "offers")
_ALL_ROWS = None
# A publish in the middle of the questions: they are asked once more.
_TRIES = 3


@dataclass(frozen=True)
class Facts:
    """One interview: its head and the rows of each part."""

    row: Row
    competencies: Sequence[Row]
    losses: Sequence[Row]
    plans: Sequence[Row]
    courses: Sequence[Row]
    answers: Sequence[Row]
    offers: Sequence[Row]


@dataclass(frozen=True)
class Basis:
    """What all reports of a version share: its run and the scale of grades, best first."""

    run: Row
    grades: Sequence[Row]
    is_demo: bool = False


def facts_of(
    marts: Marts, viewer: Viewer, interviews: Sequence[str], language: str
) -> tuple[Basis, list[Facts]]:
    """The facts of these interviews in their order; one that the viewer may not see is not among them."""
    for _ in range(_TRIES):
        before = marts.version()
        if before is None:
            raise NothingPublished("No marts yet: run `make run` or `scorehouse build`.")
        found = _asked(marts, viewer, interviews, language)
        if marts.version() == before:
            return found
    raise ScorehouseError("New marts were published while the reports were made: make them again.")


def _asked(
    marts: Marts, viewer: Viewer, interviews: Sequence[str], language: str
) -> tuple[Basis, list[Facts]]:
    known = {"lang": language, "interviews": SEPARATOR.join(interviews)}

    def ask(name: str) -> list[Row]:
        sql = _sql(name)
        used = {key: value for key, value in known.items() if f"${key}" in sql}
        table = marts.query(sql, used, viewer=viewer, max_rows=_ALL_ROWS, hidden_as_null=True)
        rows: list[Row] = table.to_pylist()
        return rows

    heads = {row["interview_id"]: row for row in ask("report_interviews")}
    parts = {part: _by_interview(ask(f"report_{part}")) for part in _PARTS}
    runs = ask("warehouse_run")
    basis = Basis(runs[0] if runs else {}, ask("my_grades"), marts.holds_demo)
    return basis, [
        Facts(heads[interview], **{part: rows.get(interview, ()) for part, rows in parts.items()})
        for interview in interviews
        if interview in heads
    ]


def _by_interview(rows: Sequence[Row]) -> Mapping[str, Sequence[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["interview_id"]].append(row)
    return found


@cache
def _sql(name: str) -> str:
    return (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
