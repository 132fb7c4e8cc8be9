"""claims_ledger worked out a second time: what our own data say to the articles' figures."""

from __future__ import annotations

import math
import statistics
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import combinations

from tests.independent.aggregates import Z, wilson
from tests.independent.chain import Chain
from tests.independent.results import Results
from tests.independent.world import Row, World


@dataclass(frozen=True)
class Observed:
    """A figure, its n, and an interval where it is a sample statistic."""

    value: float | None
    n: int
    interval: tuple[float, float] | None = None


def share(values: Iterable[bool]) -> Observed:
    listed = list(values)
    if not listed:
        return Observed(None, 0)
    return Observed(sum(listed) / len(listed), len(listed), wilson(sum(listed), len(listed)))


def mean(values: Iterable[float]) -> Observed:
    listed = list(values)
    if len(listed) < 2:
        return Observed(listed[0] if listed else None, len(listed))
    middle, half = statistics.fmean(listed), Z * statistics.stdev(listed) / math.sqrt(len(listed))
    return Observed(middle, len(listed), (middle - half, middle + half))


class Claims:
    """Every figure that needs no model; a claim that is not here is judged by its definition in SQL alone."""

    def __init__(self, world: World, judged: Results, chain: Chain, marts: dict[str, list[Row]]) -> None:
        self.world, self.judged, self.marts = world, judged, marts
        self.outcomes = {row["interview_id"]: row for row in chain.outcomes()}
        self.scores = [found.composite for found in judged.values() if found.composite is not None]
        self.surveys: dict[str, list[float]] = defaultdict(list)
        for row in world.rows("surveys"):
            self.surveys[row["question"]].append(row["score"])

    def observed(self) -> dict[str, Observed]:
        variables, clarity, ease = self.world.policy.variables, self.surveys["clarity"], self.surveys["ease"]
        figures: dict[str, Callable[[], Observed]] = {
            "mean_score": lambda: mean(self.scores),
            "highest_score": lambda: Observed(max(self.scores), len(self.scores)),
            "pass_rate": lambda: share(score >= variables["pass_mark"] for score in self.scores),
            "share_at_eighty": lambda: share(score >= variables["high_mark"] for score in self.scores),
            "transparency_satisfaction": lambda: share(score >= 4 for score in clarity),
            "confusion_rate": lambda: share(score <= 2 for score in ease),
            "candidate_satisfaction": lambda: share(score >= 4 for score in self.surveys["overall"]),
            "entry_makes_people_give_up": self.give_up,
            "supply_for_openings": self.supply,
            "promotion_days": self.promotion_days,
            "talent_retention": self.retention,
            "performance_correlates": self.concordance,
            "minutes_to_enter": self.minutes_to_enter,
            "came_back_and_joined": self.came_back,
            "third_quarter_better": self.third_quarter,
        }
        return {name: figure() for name, figure in figures.items()}

    def give_up(self) -> Observed:
        asked = [found for found in self.judged.values() if found.status != "declined"]
        return share(found.status == "abandoned" for found in asked)

    def minutes_to_enter(self) -> Observed:
        """From the booked time to the start; who came earlier did not wait."""
        minutes = [
            max(0.0, (found.row["started_at"] - found.row["slot_start"]).total_seconds() / 60)
            for found in self.judged.values()
            if found.row["started_at"] and found.row["slot_start"]
        ]
        return Observed(statistics.median(minutes) if minutes else None, len(minutes))

    def came_back(self) -> Observed:
        """Of the people who failed, those whom a later interview that completes none led into the company."""
        external = [
            found
            for found in self.judged.values()
            if found.row["scenario"] == "external" and found.composite is not None
        ]
        failed: dict[str, bool] = {}
        for found in external:
            if (found.composite or 0.0) < self.world.policy.variables["pass_mark"]:
                person, at = found.row["candidate_id"], found.row["completed_at"]
                failed[person] = failed.get(person, False) or any(
                    other.row["completed_at"] > at
                    and other.row["supplement_of"] != found.interview_id
                    and self.outcomes[other.interview_id]["employee_link"] == "hired"
                    for other in external
                    if other.row["candidate_id"] == person
                )
        return share(failed.values())

    def third_quarter(self) -> Observed:
        """The last third quarter against the second of its year, over all roles and scenarios."""
        rows = [
            row
            for row in self.marts["quarterly_trends"]
            if row["role_id"] == row["scenario"] == "all" and row["quarter_start"].month == 7
        ]
        last = max(rows, key=lambda row: row["quarter_start"])
        return Observed(last["delta_mean"], last["n"], (last["delta_ci_low"], last["delta_ci_high"]))

    def supply(self) -> Observed:
        ratios = {row["requisition_id"]: row["supply_ratio"] for row in self.marts["requisition_shortlists"]}
        return mean(ratio for ratio in ratios.values() if ratio is not None)

    def promotion_days(self) -> Observed:
        days = {row["promotion_id"]: row["cycle_days"] for row in self.marts["internal_reviews"]}
        return mean(days[name] for name in days if name is not None and days[name] is not None)

    def retention(self) -> Observed:
        """Stays of a year or more ago that lasted it, each once."""
        stays = {
            (row["employee_id"], row["hired_on"]): row["left_within_12m"]
            for row in self.outcomes.values()
            if row["left_within_12m"] is not None
        }
        return share(not left for left in stays.values())

    def concordance(self) -> Observed:
        """Share of the pairs of people that interview and performance order the same way."""
        points = [
            (row["composite_score"], row["performance_12m"])
            for row in self.outcomes.values()
            if row["composite_score"] is not None and row["performance_12m"] is not None
        ]
        orders = [
            (one[0] - other[0]) * (one[1] - other[1]) > 0
            for one, other in combinations(points, 2)
            if one[0] != other[0] and one[1] != other[1]
        ]
        return Observed(sum(orders) / len(orders) if orders else None, len(points))


def verdict(claim: Row, seen: Observed, minimum: int) -> str:
    """What an interval (or, without one, the figure itself) says of the claimed figure."""
    if seen.value is None or seen.n < minimum:
        return "not_measurable"
    low, high = seen.interval or (seen.value, seen.value)
    claimed = claim["claimed"]
    holds = {
        "equals": low <= claimed <= high,
        "at_least": high >= claimed,
        "at_most": low <= claimed,
    }
    return "supported" if holds[claim["comparison"]] else "contradicted"
