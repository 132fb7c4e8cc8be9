"""The card of a calibration: what was compared, what is proposed, and what it would change."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict

from orchestration.rating.calibrating import Outcome
from orchestration.rating.card_words import LANGS, say, words_of
from scoring_udfs.calibration import TOLERANCE

_WORDS = words_of("calibration")
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


def lines(outcomes: Sequence[Outcome], lang: str = "en") -> list[str]:
    """A sentence a competency, for a terminal."""
    found = []
    for one in outcomes:
        error = ""
        if one.gain is not None:
            error = say("calibration_error", lang, identity=one.gain.identity, calibrated=one.gain.calibrated)
        verdict = _WORDS[one.verdict][lang]
        found.append(
            say(
                "calibrated",
                lang,
                competency=one.competency_id,
                units=one.units,
                ratings=one.ratings,
                error=error,
                verdict=verdict,
            )
        )
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
