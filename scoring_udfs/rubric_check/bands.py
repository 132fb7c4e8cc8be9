"""What scores are read against: pace bands, grade bands, recommendations, knots of the calibration."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise

from scoring_udfs.rubric_check.finding import Finding, Line, Policies
from scoring_udfs.seeds import LANGUAGES

_EDGES = ("outer_low", "low", "high", "outer_high")


def check(policies: Policies) -> Iterator[Finding]:
    """Bands that stand out of order, leave a gap or overlap; a line that falls while the score rises."""
    yield from _pace(policies)
    yield from _grades(policies)
    yield from _recommendations(policies)
    yield from _calibration(policies)


def _pace(policies: Policies) -> Iterator[Finding]:
    for line in policies.lines("pace_bands"):
        edges = [line.value(edge) for edge in _EDGES]
        known = [edge for edge in edges if edge is not None]
        if len(known) == len(edges) and (
            known != sorted(known) or known[0] == known[1] or known[2] == known[3]
        ):
            yield line.found("error", "pace_order", "low", lang=line.text("lang"))
    paced = [line for line in policies.lines("criteria") if line.text("kind") == "pace"]
    if paced and "pace_bands" in policies.seeds:
        for lang in LANGUAGES:
            if lang not in policies.ids("pace_bands", "lang"):
                criterion = paced[0].text("criterion_id")
                yield Finding(
                    "error", "pace_missing", "pace_bands", None, None, {"lang": lang, "criterion": criterion}
                )


def _grades(policies: Policies) -> Iterator[Finding]:
    lines: list[tuple[float, float, Line]] = []
    for line in policies.lines("grade_policy"):
        low, high = line.value("min_score"), line.value("max_score")
        if low is None or high is None:
            return
        if high <= low:
            yield line.found("error", "grade_empty", "max_score", grade=line.text("grade"))
            return
        lines.append((low, high, line))
    if not lines:
        return
    lines.sort(key=lambda entry: entry[0])
    if lines[0][0] != 0:
        yield lines[0][2].found("error", "grade_bottom", "min_score", grade=lines[0][2].text("grade"))
    if lines[-1][1] != 100:
        yield lines[-1][2].found("error", "grade_top", "max_score", grade=lines[-1][2].text("grade"))
    for (_, below, lower), (above, _, upper) in pairwise(lines):
        names = {"grade": upper.text("grade"), "other": lower.text("grade")}
        if below < above:
            yield upper.found("error", "grade_gap", "min_score", **names, low=f"{below:g}", high=f"{above:g}")
        elif below > above:
            yield upper.found(
                "error", "grade_overlap", "min_score", **names, low=f"{above:g}", high=f"{below:g}"
            )


def _recommendations(policies: Policies) -> Iterator[Finding]:
    if not {"grade_policy", "recommendation_policy"} <= set(policies.seeds):
        return
    grades = policies.ids("grade_policy", "grade")
    recommended = policies.ids("recommendation_policy", "grade")
    for grade, line in grades.items():
        if grade not in recommended:
            yield line.found("warning", "grade_without_recommendation", "grade", grade=grade)
    for grade, line in recommended.items():
        if grade not in grades:
            yield line.found("error", "unknown", "grade", value=grade, target="grade_policy")


def _calibration(policies: Policies) -> Iterator[Finding]:
    knots: dict[str, list[tuple[float, float, Line]]] = {}
    for line in policies.lines("score_calibration"):
        raw, calibrated = line.value("raw"), line.value("calibrated")
        for column, value in (("raw", raw), ("calibrated", calibrated)):
            if value is not None and value > 100:
                yield line.found("error", "knot_range", column, value=line.text(column))
        if raw is not None and calibrated is not None:
            knots.setdefault(line.text("competency_id"), []).append((raw, calibrated, line))
        if line.text("competency_id") not in policies.ids("competencies", "competency_id"):
            named = {"value": line.text("competency_id"), "target": "competencies"}
            yield line.found("error", "unknown", "competency_id", **named)
    for competency, line_of_knots in knots.items():
        line_of_knots.sort(key=lambda knot: knot[0])
        if len(line_of_knots) == 1:
            yield line_of_knots[0][2].found("warning", "one_knot", "raw", competency=competency)
        for (raw, calibrated, _), (next_raw, next_calibrated, line) in pairwise(line_of_knots):
            if next_raw == raw:
                yield line.found("error", "knot_twice", "raw", competency=competency, raw=f"{raw:g}")
            elif next_calibrated < calibrated:
                yield line.found(
                    "error", "knots_fall", "calibrated", competency=competency, raw=f"{next_raw:g}"
                )
