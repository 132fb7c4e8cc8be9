"""A tried answer in words: for the page, and for the command."""

from __future__ import annotations

from collections.abc import Mapping

import pyarrow as pa

from dashboards.catalogue import Words
from dashboards.formats import Counted
from scoring_udfs.said import Denied, Said
from scoring_udfs.trial import CriterionTrial, Trial

# More would hide what matters; the seeds have them all.
PHRASES_NAMED = 8


def name_of(
    seeds: Mapping[str, pa.Table], seed: str, key: str, wanted: str, words: Words, column: str = "name"
) -> str:
    """The name of an id in the reader's language, the id itself where the seed has none."""
    rows = {row[key]: row for row in seeds[seed].to_pylist()} if seed in seeds else {}
    return (rows.get(wanted) or {}).get(f"{column}_{words.language}") or wanted


def headline(trial: Trial, words: Words, role: str | None) -> str:
    """The overall points, and by whose weights."""
    if trial.overall is None:
        return words("trial.no_points" if role is None else "trial.no_points_for", role=role or "")
    points = f"{trial.overall:.1f}"
    if role is None:
        return words("trial.points", points=points)
    return words("trial.points_for", points=points, role=role)


def as_said(trial: Trial, words: Words) -> str:
    """Language, length and pace of the answer."""
    if trial.is_skipped:
        return words("trial.skipped")
    lang = trial.lang or "en"
    units = Counted(f"{trial.units or 0:,}")
    parts = [words.of("lang_name", lang), words(f"trial.units_{'zh' if lang == 'zh' else 'en'}", n=units)]
    if trial.units_per_minute is not None:
        parts.append(words("trial.pace", n=f"{trial.units_per_minute:.0f}"))
    else:
        parts.append(words("trial.no_pace"))
    return " · ".join(parts)


def criterion_name(criterion: CriterionTrial, words: Words) -> str:
    """What was missing, in the reader's language."""
    return criterion.row.get(f"loss_{words.language}") or criterion.criterion_id


def found(criterion: CriterionTrial, words: Words) -> str:
    """How much of a criterion was there."""
    kind = criterion.row["kind"] or ""
    if criterion.h is None:
        return words("trial.not_judged")
    if kind == "pace":
        return words("trial.found_pace", share=f"{criterion.h:.0%}")
    if kind == "structure":
        return words("trial.found_stages", hits=criterion.hits)
    return words("trial.found_phrases", hits=criterion.hits, needed=Counted(str(criterion.needed)))


def missing(criterion: CriterionTrial, trial: Trial, words: Words) -> str:
    """Which stages are missing or out of order; '' for other kinds."""
    if criterion.row["kind"] != "structure" or trial.is_skipped:
        return ""
    if criterion.missing:
        stages = words("format.comma").join(words.of("stage", stage) for stage in criterion.missing)
        return words("trial.stages_missing", stages=stages)
    return words("trial.out_of_order") if trial.is_out_of_order else ""


def would_count(criterion: CriterionTrial, words: Words) -> str:
    """Phrases that the answer could still earn points with; '' for other kinds."""
    if criterion.row["kind"] != "phrases" or not criterion.missing:
        return ""
    return words("trial.would_count", phrases=words("format.comma").join(criterion.missing[:PHRASES_NAMED]))


def earned(criterion: CriterionTrial, trial: Trial, words: Words) -> str:
    """The phrases and cues that a criterion was met by."""
    said = (found.phrase for found in trial.said if found.criterion_id == criterion.criterion_id)
    return words("format.comma").join(dict.fromkeys(said))


def evidence(trial: Trial, words: Words) -> list[str]:
    """Each phrase that earned points and each cue that opened a step, with its place in the answer."""
    return [
        words(
            "trial.evidence_line",
            phrase=said.phrase,
            start=said.start,
            end=said.end,
            what=words.of("stage", said.stage) if said.stage else said.criterion_id,
        )
        for said in sorted(trial.said, key=lambda said: (said.start, said.end, said.criterion_id))
    ]


def denial(found: Said, words: Words) -> str:
    """What denies a phrase; '' for one that is not denied."""
    return words("trial.denied_by", phrase=found.phrase, cue=found.cue) if isinstance(found, Denied) else ""


def denials(trial: Trial, words: Words) -> list[str]:
    """Each denied phrase with what denies it."""
    return list(dict.fromkeys(denial(denied, words) for denied in trial.denied))


def signed(points: float) -> str:
    """With a true minus, none at zero."""
    text = f"{points:+.1f}".replace("-", "−")
    return "0.0" if text in ("−0.0", "+0.0") else text
