"""Writes the demo exports block by block, so that a million interviews never stand in memory at once."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from ingestion.demo.abilities import RoleModel, role_model
from ingestion.demo.cast import Cast, read_cast
from ingestion.demo.cast_files import write_cast
from ingestion.demo.cast_sessions import draw_cast
from ingestion.demo.clock import END
from ingestion.demo.content import Content, read_content
from ingestion.demo.draft import Draft, draw_block
from ingestion.demo.growth import write_assessments, write_promotions, write_training
from ingestion.demo.hiring import REQUISITION_HEADERS, Hiring, Openings, decide, write_applications
from ingestion.demo.interview_files import INTERVIEW_HEADERS, interview_rows, tally
from ingestion.demo.interviews import file_quarter
from ingestion.demo.mess import add_mess
from ingestion.demo.people import CANDIDATE_HEADERS, candidate_rows, details, words
from ingestion.demo.plan import Block, Planted, allocate, blocks
from ingestion.demo.policy import Policy, read_policy
from ingestion.demo.ratings import quarter_name, write_human_ratings, write_vendor_scores
from ingestion.demo.staff import Staff, employ, hired_at, write_employees, write_managers, write_reviews
from ingestion.demo.transcripts import answer_lines
from ingestion.demo.truth import Truth
from ingestion.demo.voices import write_comments, write_privacy_requests, write_surveys
from ingestion.demo.writers import Exports
from warehouse.errors import UsageError
from warehouse.settings import REPOSITORY

SEEDS = REPOSITORY / "dbt_project" / "seeds"
CONTENT = Path(__file__).with_name("content")
SOURCES = (
    *(
        "interviews",
        "answers",
        "vendor_scores",
        "human_ratings",
        "candidates",
        "applications",
        "requisitions",
    ),
    *("employees", "performance_reviews", "assessments", "training_records", "promotions", "surveys"),
    *("comments", "privacy_requests"),
)
CAST_FROM = 250
"""Interviews from which on a demo has the planted people of `cases/` too; they count among the interviews."""
CAST_SOURCE = "mean"
"""They sit for the first role whose score is the mean of rubric and vendor."""
TRUTH = "truth.json"
WORKSHOP = "demo.partial"


@dataclass(frozen=True)
class DemoReport:
    """What was written: data rows of each file (path relative to landing), and where the truth stands."""

    landing: Path
    truth: Path
    rows: dict[str, int]
    interviews: int
    answers: int
    seconds: float


def write_demo(
    landing: Path,
    *,
    interviews: int = 2000,
    seed: int = 20260930,
    messy: bool = False,
    on_progress: Callable[[int, int], None] | None = None,
    seeds: Path = SEEDS,
    content: Path = CONTENT,
) -> DemoReport:
    """Writes interviews and all that belongs to them into `landing/<source>/`, and the truth beside landing.

    The same seed, size, policy seeds and sentences give the same bytes. `messy` adds files with the faults of
    real exports. `on_progress(done, interviews)` is called after each block. Files appear in `landing` only
    when all of them are complete. Raises `UsageError` when landing already holds one of the sources.
    """
    started = time.perf_counter()
    planted = Planted()
    policy = read_policy(seeds)
    role_ids = tuple(role.role_id for role in policy.roles)
    cast = cast_of(interviews, policy)
    drawn = interviews - len(cast.interviews)
    plan = list(blocks(drawn, seed, role_ids))
    _refuse(landing)
    openings = Openings(allocate(drawn, role_ids))
    truth = Truth(planted, interviews, seed)
    writer = _Writer(policy, read_content(content, policy, details()), planted, truth, openings)
    target = landing.parent / TRUTH
    workshop = landing.parent / WORKSHOP
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(parents=True)
    done = 0
    try:
        with Exports(workshop) as exports:
            writer.start(exports, seed)
            for block in plan:
                writer.block(exports, block)
                done += block.size
                if on_progress:
                    on_progress(done, interviews)
            if cast.people:
                writer.cast(exports, cast, seed)
                if on_progress:
                    on_progress(interviews, interviews)
        rows = exports.rows
        if messy:
            truth.messy = add_mess(workshop, rows)
        rows = dict(sorted(rows.items()))
        truth.write(target, rows, policy)
        _move(workshop, landing)
    finally:
        shutil.rmtree(workshop, ignore_errors=True)
    answers = sum(count for path, count in rows.items() if path.startswith("answers/"))
    return DemoReport(landing, target, rows, interviews, answers, time.perf_counter() - started)


def cast_of(interviews: int, policy: Policy) -> Cast:
    """The planted people of a demo of that size: none of a small one, nor without a role to plant them in."""
    cast = read_cast()
    has_role = any(role.score_source == CAST_SOURCE for role in policy.roles)
    return cast if interviews >= CAST_FROM and has_role else Cast((), ())


def _refuse(landing: Path) -> None:
    """Raises when landing holds files of a source already."""
    for source in SOURCES:
        folder = landing / source
        if folder.exists() and any(folder.iterdir()):
            raise UsageError(
                f"{folder} already holds files; the demo is not mixed with other exports: "
                "empty the landing folder or choose another SCOREHOUSE_HOME."
            )


class _Writer:
    """Draws blocks and appends them to the exports."""

    def __init__(
        self, policy: Policy, content: Content, planted: Planted, truth: Truth, openings: Openings
    ) -> None:
        self._policy = policy
        self._content = content
        self._planted = planted
        self._truth = truth
        self._openings = openings
        self._models: dict[str, RoleModel] = {
            role.role_id: role_model(role, planted) for role in policy.roles
        }

    def start(self, exports: Exports, seed: int) -> None:
        """Writes what belongs to no block."""
        rows = self._openings.rows(self._policy.roles, seed)
        exports.csv("requisitions/requisitions.csv", REQUISITION_HEADERS, rows)
        write_managers(exports, self._policy.roles, seed)

    def block(self, exports: Exports, block: Block) -> None:
        """Draws one block and appends it to every export."""
        model = self._models[block.role_id]
        draft = draw_block(block, model, self._policy, self._content, self._planted)
        openings = self._openings.ids(draft)
        self._interviews(exports, draft, openings)
        self._candidates(exports, draft)
        hiring = decide(draft, self._policy, self._planted)
        write_applications(exports, draft, hiring, openings)
        staff = employ(draft, hiring, self._planted)
        departments = tuple(dict.fromkeys(role.department_id for role in self._policy.roles))
        write_employees(exports, draft, staff, departments)
        write_reviews(exports, draft, staff, self._planted, self._truth)
        write_vendor_scores(exports, draft)
        write_human_ratings(exports, draft, self._planted, self._truth)
        write_assessments(exports, draft, self._planted)
        write_training(exports, draft, hired_at(draft, staff), self._policy, self._planted, self._truth)
        write_promotions(exports, draft)
        write_surveys(exports, draft)
        write_comments(exports, draft)
        write_privacy_requests(exports, draft, draft.refused(), self._truth)
        self._count(draft, hiring, staff)

    def cast(self, exports: Exports, cast: Cast, seed: int) -> None:
        """Appends the planted people."""
        at = next(at for at, role in enumerate(self._policy.roles) if role.score_source == CAST_SOURCE)
        model = self._models[self._policy.roles[at].role_id]
        draft, corrected = draw_cast(cast, model, at, seed, self._policy, self._content, self._planted)
        write_cast(exports, cast, draft, corrected, self._policy, self._planted, self._truth)

    def _interviews(self, exports: Exports, draft: Draft, openings: list[str]) -> None:
        """Interviews and answers, each in the file of its quarter."""
        block, sessions = draft.block, draft.sessions
        department = draft.model.role.department_id
        rows = interview_rows(block, sessions, draft.people, department, openings, self._planted)
        self._truth.counts.update(tally(rows))
        questions = [question.question_id for question in draft.model.role.questions]
        lines, counts = answer_lines(block, sessions, draft.answers, questions, words()["trial_answers"])
        self._truth.counts.update({f"answers/{kind}": count for kind, count in counts.items()})
        for kind, found in draft.answers.odd.named(sessions.interview_ids(), questions).items():
            self._truth.odd.setdefault(kind, []).extend(found)
        quarters = file_quarter(sessions)
        for at in np.unique(quarters).tolist():
            name = quarter_name(at)
            mine = np.flatnonzero(quarters == at).tolist()
            exports.csv(f"interviews/interviews_{name}.csv", INTERVIEW_HEADERS, [rows[row] for row in mine])
            exports.lines(f"answers/answers_{name}.jsonl", [line for row in mine for line in lines[row]])

    def _candidates(self, exports: Exports, draft: Draft) -> None:
        """Candidates, some of whom refused."""
        sessions, size = draft.sessions, len(draft.people)
        refused = draft.refused()
        rows = candidate_rows(draft.block, draft.people, sessions.invited[:size], refused)
        exports.csv("candidates/candidates.csv", CANDIDATE_HEADERS, rows, encoding="gb18030", newline="\r\n")
        self._truth.counts["candidates/refused_ai"] += int((refused > 0).sum())

    def _count(self, draft: Draft, hiring: Hiring, staff: Staff) -> None:
        """Adds the block to the truth."""
        counts = self._truth.counts
        self._truth.sessions(draft)
        has_offer = hiring.offered < END
        counts["applications/offers"] += int(has_offer.sum())
        counts["applications/offers_out_of_band"] += int((has_offer & hiring.out_of_band).sum())
        counts["applications/hired"] += int(hiring.is_hired.sum())
        counts["employees/left"] += int((staff.left < END).sum())


def _move(workshop: Path, landing: Path) -> None:
    """Moves every source's folder into landing, where at most an empty one stands."""
    landing.mkdir(parents=True, exist_ok=True)
    for folder in sorted(workshop.iterdir()):
        target = landing / folder.name
        if target.exists():
            target.rmdir()
        shutil.move(folder, target)
