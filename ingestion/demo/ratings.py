"""Scores beside the rules': the vendor's own, and those of human raters, one of whom is severe."""

from __future__ import annotations

import numpy as np
import pyarrow as pa

from ingestion.demo.clock import DAY, END, office_time, time_text
from ingestion.demo.draft import Draft
from ingestion.demo.interviews import file_quarter
from ingestion.demo.plan import QUARTERS, Floats, Planted, pick
from ingestion.demo.truth import Truth
from ingestion.demo.writers import Exports

VENDOR = "示例面试云"
MODEL_VERSIONS = ("v3.1", "v3.2")
MODEL_CHANGE_QUARTER = 3
RATED_RATE = 0.16
RATERS = tuple(f"R-{number:02d}" for number in range(1, 13))
RATER_SHARES = np.array([1.4, 1.2, 1.2, 1.0, 1.0, 1.0, 1.2, 0.9, 0.9, 0.8, 0.7, 0.7])
RATER_NOISE = 6.0
RATER_LEVEL_SD = 1.5
REGRESSION = 0.85
"""How far a human rating follows a score away from the mean."""
COMPETENCIES_RATED = 3
QUESTIONS_RATED = 2
RATING_HEADERS = ("interview_id", "rater_id", "competency_id", "question_id", "rating", "rated_at")
RATING_PATH = "human_ratings/human_ratings_{}.csv"
VENDOR_PATH = "vendor_scores/vendor_scores_{}.parquet"


def write_vendor_scores(exports: Exports, draft: Draft, path: str = VENDOR_PATH) -> None:
    """Appends the vendor's scores to the Parquet file of each quarter."""
    quarters = file_quarter(draft.sessions)
    ids = draft.sessions.interview_ids()
    competencies = draft.model.competencies
    for quarter in np.unique(quarters).tolist():
        rows, columns = np.nonzero((quarters == quarter)[:, None] & ~np.isnan(draft.vendor))
        model = MODEL_VERSIONS[int(quarter >= MODEL_CHANGE_QUARTER)]
        table = pa.table(
            {
                "interview_id": pa.array([ids[row] for row in rows.tolist()], pa.string()),
                "competency_id": pa.array([competencies[column] for column in columns.tolist()], pa.string()),
                "score": pa.array(draft.vendor[rows, columns], pa.float64()),
                "vendor": pa.array([VENDOR] * len(rows), pa.string()),
                "model_version": pa.array([model] * len(rows), pa.string()),
            }
        )
        exports.parquet(path.format(quarter_name(quarter)), table)


def quarter_name(quarter: int) -> str:
    """`2025Q2`."""
    return "{}Q{}".format(*QUARTERS[quarter])


def rater_levels(seed: int, planted: Planted) -> Floats:
    """(raters,) points by which each rater differs; the severe one by the planted effect."""
    levels = np.random.default_rng([seed, 66]).normal(0, RATER_LEVEL_SD, len(RATERS))
    levels[RATERS.index(planted.severe_rater)] = planted.severe_rater_effect
    return levels


def write_human_ratings(exports: Exports, draft: Draft, planted: Planted, truth: Truth) -> None:
    """Appends ratings: two raters a rated interview, both on the same few competencies and questions."""
    rng = draft.block.rng(40)
    sessions = draft.sessions
    levels = rater_levels(draft.block.seed, planted)
    truth.raters = {rater: round(level, 4) for rater, level in zip(RATERS, levels.tolist(), strict=True)}
    rated = pick(rng, RATED_RATE * sessions.is_completed, len(sessions), at_least_one=draft.block.is_first)
    chosen = np.flatnonzero(rated & sessions.is_completed)
    shares = draft.model.shares(draft.model.role.weights[0][1])
    heaviest = np.argsort(-shares, kind="stable")[:COMPETENCIES_RATED].tolist()
    points = draft.question_points()
    ids = sessions.interview_ids()
    quarters = file_quarter(sessions)
    delay = rng.integers(DAY, 4 * DAY, (2, len(sessions)))
    times = np.minimum(office_time(sessions.completed + delay), END - 60)
    when = list(zip(*(time_text(each).tolist() for each in times), strict=True))
    rows: dict[int, list[tuple[object, ...]]] = {}
    for row in chosen.tolist():
        pair = rng.choice(len(RATERS), 2, replace=False, p=RATER_SHARES / RATER_SHARES.sum()).tolist()
        asked = rng.choice(points.shape[1], QUESTIONS_RATED, replace=False).tolist()
        scored = [("", draft.model.role.questions[at].question_id, points[row, at]) for at in sorted(asked)]
        scored += [(draft.model.competencies[c], "", draft.competency[row, c]) for c in heaviest]
        for rater in pair:
            day = when[row][pair.index(rater)]
            noise = rng.normal(0, RATER_NOISE, len(scored)).tolist()
            for (competency, question, score), error in zip(scored, noise, strict=True):
                if np.isnan(score):
                    continue
                mean = planted.composite_mean
                rating = mean + REGRESSION * (score - mean) + float(levels[rater]) + error
                rating = round(min(max(rating, 0.0), 100.0))
                rows.setdefault(int(quarters[row]), []).append(
                    (ids[row], RATERS[rater], competency, question, rating, day)
                )
    for quarter, found in sorted(rows.items()):
        exports.csv(RATING_PATH.format(quarter_name(quarter)), RATING_HEADERS, found)
    truth.counts["human_ratings/interviews"] += len(chosen)
