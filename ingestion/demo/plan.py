"""What is planted and how many interviews fall where: everything that is decided before a number is drawn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from warehouse.errors import UsageError

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

QUARTERS = ((2025, 2), (2025, 3), (2025, 4), (2026, 1), (2026, 2), (2026, 3))
"""Calendar quarters of the demo, in local time."""
QUARTER_STARTS = tuple(f"{year}-{3 * quarter - 2:02d}-01" for year, quarter in QUARTERS)
END_OF_DATA = "2026-10-01"
"""The exports are of this local midnight; nothing that happens later is in them."""
EXPORT_DAYS = ("2025-10-01", "2026-04-01", END_OF_DATA)
"""Employees and applications are exported at these local midnights: the history between them is real."""
INTERNAL_ROLE = 1
BLOCK_SIZE = 4096
"""Interviews that are held in memory at once."""

CYCLE_DAYS = (16, 15, 13, 11, 9, 7)
"""Usual days from the request for a promotion to the decision, by quarter."""
SURVEY_RISE = 0.10
"""Points of satisfaction that each quarter gains: the entrance and the notices became clearer."""
QUARTER_GROWTH = (0.90, 0.95, 1.0, 1.0, 1.05, 1.10)
ROLE_SHARES: Mapping[str, float] = {
    "sales_rep": 0.20,
    "customer_service_lead": 0.13,
    "software_engineer": 0.16,
    "rd_manager": 0.08,
    "data_analyst": 0.11,
    "product_manager": 0.11,
    "operations_specialist": 0.11,
    "finance_specialist": 0.10,
}
"""Share of interviews by role; a role of the seeds that is not named here gets a tenth."""


@dataclass(frozen=True)
class Planted:
    """The effects that the marts must find again. Points are points of the composite (0–100)."""

    composite_mean: float = 74.0
    composite_sd: float = 11.8
    competency_sd: float = 6.0
    role_effects: Mapping[str, float] = field(
        default_factory=lambda: {
            "sales_rep": 0.6,
            "customer_service_lead": 0.4,
            "software_engineer": -0.8,
            "rd_manager": 0.9,
            "data_analyst": 0.3,
            "product_manager": 0.5,
            "operations_specialist": -0.6,
            "finance_specialist": 0.0,
        }
    )
    quarter_effects: tuple[float, ...] = (-1.5, 2.5, 0.5, -2.0, 0.0, 1.5)
    referral_effect: float = 3.0
    referral_share: tuple[float, ...] = (0.14, 0.14, 0.14, 0.14, 0.30, 0.30)
    bank_change_role: str = "software_engineer"
    bank_change_quarter: int = 3
    bank_effect: float = 4.0
    male_effect: float = -1.5
    practice_effect: float = 1.0
    useful_course_effect: float = 6.0
    useful_course_rank: int = 0
    weak_question: str = "q_customer_service_lead_3"
    severe_rater: str = "R-07"
    severe_rater_effect: float = -8.0
    validity: Mapping[str, float] = field(default_factory=lambda: {"3m": 0.45, "6m": 0.50, "12m": 0.40})
    performance_mean: float = 78.0
    performance_sd: float = 8.0
    exit_rate_month: float = 0.02
    exit_cut: float = 70.0
    exit_factor: float = 1.8
    assessment_correlation: float = 0.55
    skipped_rate: float = 0.014
    repeated_rate: float = 0.006
    missing_rate: float = 0.006
    second_attempt_rate: float = 0.015
    technical_failure_rate: float = 0.010
    negated_rate: float = 0.25
    english_rate: float = 0.055
    mixed_rate: float = 0.04
    reinterview_rate: float = 0.06
    supplement_rate: float = 0.025
    stuffed_rate: float = 0.004
    copied_rate: float = 0.004
    fast_rate: float = 0.004
    slow_rate: float = 0.004
    brief_rate: float = 0.02
    halting_rate: float = 0.004


@dataclass(frozen=True)
class Block:
    """A piece of the demo that is generated and written at once: one role, one quarter, at most BLOCK_SIZE.

    `first_interview` numbers its interviews from there on, so that ids never depend on other blocks.
    """

    role: int
    role_id: str
    quarter: int
    chunk: int
    size: int
    first_interview: int
    seed: int
    is_opening: bool = False
    """Whether it is the first block of its role."""

    def rng(self, stage: int) -> np.random.Generator:
        """A generator of its own for each stage, so that a new draw in one stage leaves the others alone."""
        return np.random.default_rng([self.seed, self.role, self.quarter, self.chunk, stage])

    @property
    def is_first(self) -> bool:
        """The very first block carries one of each rare thing, so that even a small demo has every source."""
        return self.first_interview == 1

    @property
    def starts_internally(self) -> bool:
        """One role's first interview is of an employee who asks for a promotion, for the same reason."""
        return self.is_opening and self.role == INTERNAL_ROLE


def allocate(interviews: int, role_ids: tuple[str, ...]) -> Ints:
    """Interviews of each role (rows) and quarter (columns): each role its share, spread over the quarters."""
    shares = np.array([ROLE_SHARES.get(role_id, 0.1) for role_id in role_ids])
    growth = np.array(QUARTER_GROWTH)
    return np.stack([_split(int(count), growth) for count in _split(interviews, shares)])


def _split(total: int, shares: Floats) -> Ints:
    """Whole numbers in proportion to the shares that add up to the total: largest remainders first."""
    exact = total * shares / shares.sum()
    counts = np.floor(exact).astype(np.int64)
    order = np.argsort(-(exact - counts), kind="stable")
    counts[order[: total - int(counts.sum())]] += 1
    return np.asarray(counts)


def blocks(interviews: int, seed: int, role_ids: tuple[str, ...]) -> Iterator[Block]:
    """Every block of the demo, quarter by quarter.

    Raises `UsageError` when there is nothing to write or the seed cannot seed.
    """
    if interviews < 1:
        raise UsageError(f"{interviews} interviews cannot be written: ask for 1 or more.")
    if seed < 0:
        raise UsageError(f"The seed {seed} is negative: give 0 or a greater whole number.")
    counts = allocate(interviews, role_ids)
    first = 1
    opened: set[int] = set()
    for quarter in range(len(QUARTERS)):
        for role, role_id in enumerate(role_ids):
            left = int(counts[role, quarter])
            chunk = 0
            while left:
                size = min(left, BLOCK_SIZE)
                yield Block(role, role_id, quarter, chunk, size, first, seed, role not in opened)
                opened.add(role)
                first += size
                left -= size
                chunk += 1


def pick(rng: np.random.Generator, rates: npt.ArrayLike, size: int, *, at_least_one: bool = False) -> Bools:
    """Which of `size` things happen, each at its rate; `at_least_one` makes the likeliest draw happen."""
    draws = rng.random(size)
    chosen: Bools = draws < np.asarray(rates)
    if at_least_one and size and not chosen.any():
        chosen[int(np.argmin(draws / np.maximum(np.asarray(rates), 1e-9)))] = True
    return chosen
