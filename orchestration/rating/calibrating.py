"""`rate calibrate`: knots for the seed score_calibration, competency by competency, where they earn it."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pyarrow as pa

from orchestration.rating.columns import rated_competencies
from orchestration.rating.errors import CalibrationError
from orchestration.rating.inputs import names_of, numbers_of
from orchestration.rating.rows import read_rows
from scoring_udfs.calibration import HIGHEST, Floats, Gain, Knots, cross_validated, fit_knots
from warehouse.errors import UsageError
from warehouse.seeds import read_seeds
from warehouse.settings import Settings

SEED = "score_calibration"
FEW, NOT_BETTER, UNKNOWN, PROPOSED = "few_ratings", "not_better", "unknown_competency", "proposed"
_LEAST_FOR_FOLDS = 10


@dataclass(frozen=True)
class Rated:
    """N units (interviews) of one competency: raw score and mean rating (0–100), and how many raters."""

    raw: Floats
    rating: Floats
    raters: Floats


@dataclass(frozen=True)
class Outcome:
    """What came of one competency; `verdict` is `proposed` or why nothing is.

    `raw_range` is where raw scores were seen; outside, the line is flat. `largest_change` is how far the
    knots move any raw score that was seen.
    """

    competency_id: str
    units: int
    ratings: int
    verdict: str
    gain: Gain | None
    knots: Knots
    raw_range: tuple[float, float]
    largest_change: float


def read_rated(path: Path, scale: tuple[float, float]) -> dict[str, Rated]:
    """competency_id, raw (0–100) and rating of a file; rows with the same interview_id are one unit.

    `scale` is the lowest and the highest rating that a rater can give. Raises `RatingInputError`.
    """
    rows = read_rows(path, rated_competencies(), ("competency_id", "raw", "rating"), ("interview_id",))
    competencies, raws, ratings = (
        names_of(rows, "competency_id"),
        numbers_of(rows, "raw"),
        numbers_of(rows, "rating"),
    )
    units: dict[str, dict[object, list[tuple[float, float]]]] = defaultdict(lambda: defaultdict(list))
    interviews = rows.texts.get("interview_id") or [None] * len(raws)
    for row, (competency, raw, rating) in enumerate(zip(competencies, raws, ratings, strict=True)):
        if not 0 <= raw <= HIGHEST:
            raise rows.refusal(row, "raw", f"{raw:g} is not between 0 and {HIGHEST:g}")
        if not scale[0] <= rating <= scale[1]:
            raise rows.refusal(row, "rating", f"{rating:g} is not on the scale {scale[0]:g} to {scale[1]:g}")
        unit = interviews[row] if interviews[row] is not None else row
        units[competency][unit].append((raw, rating))
        if units[competency][unit][0][0] != raw:
            raise rows.refusal(row, "raw", "another raw score than in an earlier row of the same interview")
    return {
        competency: _rated(
            [(raws[0][0], *_mean([rating for _, rating in raws])) for raws in found.values()], scale
        )
        for competency, found in units.items()
    }


def rated_of(table: pa.Table, scale: tuple[float, float]) -> dict[str, Rated]:
    """The same from the warehouse's table (see `rated_competencies_of`); `CalibrationError` off the scale."""
    units: dict[str, list[tuple[float, float, int]]] = defaultdict(list)
    for row in table.to_pylist():
        if not scale[0] <= row["rating"] <= scale[1]:
            raise CalibrationError(
                f"A rating of {row['competency_id']} is not on the scale {scale[0]:g} to {scale[1]:g}: "
                "give the scale with --scale."
            )
        units[row["competency_id"]].append((row["raw"], row["rating"], row["raters"]))
    return {competency: _rated(found, scale) for competency, found in units.items()}


def calibrate(
    rated: dict[str, Rated], settings: Settings, least: int, seed: int = 0
) -> tuple[list[Outcome], dict[str, Knots]]:
    """What comes of each competency, and the seed as proposed: its knots, some of them new.

    Knots are proposed where at least `least` units were rated and the cross-validated squared error is
    smaller, by more than chance, than that of today's line and of none. Others stay as the seed has them.
    """
    seeds = read_seeds(settings.seeds)
    known = set(seeds["competencies"]["competency_id"].to_pylist())
    proposed = current_knots(seeds[SEED])
    outcomes = []
    for competency, units in sorted(rated.items()):
        today = proposed.get(competency, Knots((), ()))
        outcome = _outcome(competency, units, today, competency in known, least, seed)
        outcomes.append(outcome)
        if outcome.verdict == PROPOSED:
            proposed[competency] = outcome.knots
    return outcomes, proposed


def current_knots(seed: pa.Table) -> dict[str, Knots]:
    """competency_id → the knots that the seed has for it."""
    found: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for row in seed.to_pylist():
        found[row["competency_id"]].append((float(row["raw"]), float(row["calibrated"])))
    return {
        competency: Knots(*(tuple(column) for column in zip(*sorted(points), strict=True)))
        for competency, points in sorted(found.items())
    }


def seed_text(knots: dict[str, Knots]) -> str:
    """The seed's CSV; numbers with the fewest digits that say the same."""
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(("competency_id", "raw", "calibrated"))
    for competency, line in sorted(knots.items()):
        for raw, calibrated in zip(line.raw, line.calibrated, strict=True):
            writer.writerow((competency, f"{raw!r}", f"{calibrated!r}"))
    return buffer.getvalue()


def check_scale(scale: tuple[float, float]) -> None:
    """`UsageError` for a scale that has no length."""
    if not scale[0] < scale[1] or not np.isfinite(scale).all():
        raise UsageError(f"--scale {scale[0]:g} {scale[1]:g}: give the lowest rating, then the highest.")


def _outcome(competency: str, units: Rated, today: Knots, is_known: bool, least: int, seed: int) -> Outcome:
    gain, verdict, knots = None, PROPOSED, Knots((), ())
    if not is_known:
        verdict = UNKNOWN
    elif len(units.raw) < max(least, _LEAST_FOR_FOLDS):
        verdict = FEW
    else:
        gain = cross_validated(units.raw, units.rating, today, units.raters, seed)
        verdict = PROPOSED if gain.is_real else NOT_BETTER
        knots = fit_knots(units.raw, units.rating, units.raters) if gain.is_real else knots
    changes = np.abs(knots(units.raw) - units.raw)
    seen = (float(units.raw.min()), float(units.raw.max()))
    count, ratings = len(units.raw), int(units.raters.sum())
    return Outcome(competency, count, ratings, verdict, gain, knots, seen, float(changes.max()))


def _mean(ratings: list[float]) -> tuple[float, int]:
    return sum(ratings) / len(ratings), len(ratings)


def _rated(units: list[tuple[float, float, int]], scale: tuple[float, float]) -> Rated:
    raw, rating, raters = (np.array(column, dtype=np.float64) for column in zip(*units, strict=True))
    return Rated(raw, (rating - scale[0]) / (scale[1] - scale[0]) * HIGHEST, raters)
