"""The card of a calibration: what was compared, what is proposed, and what it would change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from orchestration.rating.calibrating import FEW, NOT_BETTER, PROPOSED, UNKNOWN, Outcome
from orchestration.rating.card_words import LANGS
from scoring_udfs.calibration import TOLERANCE

_WORDS: dict[str, dict[str, str]] = {
    "title": {"zh": "评分校准卡", "en": "Calibration card"},
    "about": {
        "zh": "把规则评分的原始分（0–100）与人工评分对齐：保序回归，再化为少数节点（与保序线相差不超过 "
        "{tolerance} 分）。人工评分按量表 {low:g}–{high:g} 换算为 0–100。"
        "日期（UTC）：{date}；最少评分单位：{least}。",
        "en": "Raw rubric scores (0–100) brought in line with human ratings: isotonic regression, reduced to "
        "few knots (within {tolerance} points of the isotonic line). Ratings on the scale {low:g}–{high:g} "
        "count as 0–100. Date (UTC): {date}; fewest rated units: {least}.",
    },
    "honest": {
        "zh": "误差是交叉验证的均方根误差（分）：每个单位由没有见过它的节点评分。“改善”是均方误差相对于"
        "“不校准”与“现行节点”中较好者的减少量（5%–95%）；只有下限大于 0 才提议。",
        "en": "Errors are cross-validated root mean squared errors in points: each unit was scored by knots "
        "that had not seen it. Gain is how much smaller the mean squared error is than that of no knots or "
        "of today's, whichever is better (5–95 %); knots are proposed only where its lower end is above 0.",
    },
    "limits": {
        "zh": "节点范围之外为水平线：原始分低于最低节点的人得到最低节点的校准分。提议只是提议："
        "写入种子并重新构建之前，请由人审阅。",
        "en": "Outside the knots the line is flat: a raw score below the lowest knot gets what that knot "
        "says. It is a proposal: have people review it before it goes into the seed and the next build.",
    },
    "competency": {"zh": "能力项", "en": "competency"},
    "units": {"zh": "单位数", "en": "units"},
    "ratings": {"zh": "评分数", "en": "ratings"},
    "raw_range": {"zh": "原始分范围", "en": "raw scores seen"},
    "identity": {"zh": "不校准", "en": "no knots"},
    "current": {"zh": "现行", "en": "today"},
    "calibrated": {"zh": "新节点", "en": "new knots"},
    "gain": {"zh": "改善", "en": "gain"},
    "knots": {"zh": "节点数", "en": "knots"},
    "largest_change": {"zh": "最大变动", "en": "largest change"},
    "verdict": {"zh": "结论", "en": "verdict"},
    PROPOSED: {"zh": "提议", "en": "proposed"},
    FEW: {"zh": "评分太少", "en": "too few ratings"},
    NOT_BETTER: {"zh": "不优于现状", "en": "not better than what is"},
    UNKNOWN: {"zh": "种子中没有这个能力项", "en": "no such competency in the seeds"},
}
_COLUMNS = (
    *("competency", "units", "ratings", "raw_range", "identity", "current", "calibrated"),
    *("gain", "knots", "largest_change", "verdict"),
)


def calibration_card(
    outcomes: Sequence[Outcome], scale: tuple[float, float], least: int, date: str
) -> tuple[str, str]:
    """The card as Markdown (Chinese, then English) and as JSON."""
    facts = {"tolerance": TOLERANCE, "low": scale[0], "high": scale[1], "date": date, "least": least}
    parts = []
    for lang in LANGS:
        sections = [f"# {_WORDS['title'][lang]}"]
        sections += [_WORDS[name][lang].format(**facts) for name in ("about", "honest", "limits")]
        sections.append(_table(outcomes, lang))
        parts.append("\n\n".join(sections))
    whole = {"scale": scale, "least": least, "date": date, "competencies": [asdict(one) for one in outcomes]}
    return "\n\n---\n\n".join(parts) + "\n", json.dumps(whole, ensure_ascii=False, indent=2) + "\n"


def lines(outcomes: Sequence[Outcome]) -> list[str]:
    """A sentence a competency, for a terminal."""
    found = []
    for one in outcomes:
        said = f"{one.competency_id}: {one.units:,} units, {one.ratings:,} ratings"
        if one.gain is not None:
            said += f", error {one.gain.identity:.2f} without knots, {one.gain.calibrated:.2f} with"
        found.append(f"{said} → {_WORDS[one.verdict]['en']}")
    return found


def _table(outcomes: Sequence[Outcome], lang: str) -> str:
    rows = [[_WORDS[name][lang] for name in _COLUMNS], ["---"] * len(_COLUMNS)]
    rows += [_row(one, lang) for one in outcomes]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def _row(one: Outcome, lang: str) -> list[str]:
    gain = one.gain
    errors = ["–"] * 4
    if gain is not None:
        errors = [f"{error:.2f}" for error in (gain.identity, gain.current, gain.calibrated)]
        errors.append(f"{gain.low:+.2f} … {gain.high:+.2f}")
    return [
        *(one.competency_id.replace("|", "\\|"), f"{one.units:,}", f"{one.ratings:,}"),
        f"{one.raw_range[0]:.1f}–{one.raw_range[1]:.1f}",
        *errors,
        str(len(one.knots.raw) or "–"),
        f"{one.largest_change:.1f}" if one.knots.raw else "–",
        _WORDS[one.verdict][lang],
    ]
