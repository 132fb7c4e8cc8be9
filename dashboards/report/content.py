"""What a report says: facts in, a tree of printable texts out. Every number arrives computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dashboards.catalogue import Words
from dashboards.formats import Formats
from dashboards.report.facts import Basis, Facts, Row
from dashboards.report.glyphs import Glyphs
from warehouse.viewer import Viewer

SCORED = "scored"
CANDIDATE = "candidate"
FEWEST_SPOKES = 3
Tree = dict[str, Any]


@dataclass(frozen=True)
class Spoken:
    """The words of one answer, cut into (kind, text); or, in one sentence, why there are none."""

    pieces: Sequence[tuple[str, str]] = field(default=(), repr=False)
    absent: str = ""


@dataclass(frozen=True)
class Maker:
    """For whom and when a report is made, in whose language."""

    viewer: Viewer
    words: Words
    formats: Formats
    moment: datetime

    @property
    def is_own(self) -> bool:
        """Whether the reader is the person whom the report is about: no ranks among others then."""
        return self.viewer.role == CANDIDATE


def content(facts: Facts, basis: Basis, maker: Maker, spoken: Mapping[str, Spoken], glyphs: Glyphs) -> Tree:
    """Everything in the order of the pages; `spoken` has texts only where the reader may read them."""
    words, row = maker.words, facts.row
    is_scored = row["status"] == SCORED
    tree = {
        "language": words.language,
        **_head(facts, basis, maker),
        "facts": [[label, value] for label, value in _particulars(row, maker) if value],
        "sure": _sure(facts, maker),
        "radar": _radar(facts, maker) if is_scored else None,
        "table": _table(facts, maker),
        "losses": _losses(facts, maker) if is_scored else None,
        "growth": _growth(facts, maker) if is_scored else None,
        "pay": _pay(facts, maker),
        "evidence": _evidence(facts, maker, spoken),
        "trace": _trace(facts, basis, maker),
        "footer": _footer(row, maker),
        "page": words("pdf.page", page="{page}", pages="{pages}"),
    }
    printable = _printable(tree, glyphs)
    if glyphs.missing:
        sentence = words("pdf.missing", signs=words("format.comma").join(glyphs.missing))
        printable["trace"]["lines"].append(_printable(sentence, glyphs))
    return printable  # type: ignore[no-any-return]


def person(row: Row) -> str:
    """The name where the reader may see it, else the number of the person."""
    return str(row["name"] or row["candidate_id"])


def _head(facts: Facts, basis: Basis, maker: Maker) -> Tree:
    words, row = maker.words, facts.row
    role = row["role_name"] or row["role_id"] or ""
    under = " · ".join(part for part in (role, row["department_name"]) if part)
    scored = row["status"] == SCORED
    why = ""
    if not scored:
        why = words(f"absent_why.{row['status']}", coverage=maker.formats.percent(row["coverage"]))
    return {
        "kind": words("pdf.kind"),
        "person": person(row),
        "under": under,
        "title": f"{words('pdf.kind')} {person(row)}",
        "score": maker.formats.score(row["score_shown"]) if scored else "",
        "score_label": words("pdf.score"),
        "of_100": words("pdf.of_100"),
        "grade": row["grade"] if scored else "",
        "grade_label": words("pdf.grade"),
        "why": why,
        "no_score": words("pdf.no_score"),
        "scale_label": words("pdf.scale"),
        "scale": [_step(grade, row, maker) for grade in reversed(basis.grades)] if scored else [],
    }


def _step(grade: Row, row: Row, maker: Maker) -> Tree:
    low, high = f"{grade['min_score']:g}", f"{grade['max_score']:g}"
    kind = "grade_top" if grade["grade_rank"] == 1 else "grade_span" if grade["min_score"] else "grade_last"
    return {
        "grade": grade["grade"],
        "span": maker.words(f"pdf.{kind}", low=low, high=high),
        "reached": grade["grade"] == row["grade"],
    }


def _particulars(row: Row, maker: Maker) -> list[tuple[str, str]]:
    words, formats = maker.words, maker.formats
    rank = combined = ""
    if row["cohort_rank"] is not None and not maker.is_own:
        percent = f"{row['top_percent']:.0f}"
        rank = words("pdf.rank", rank=row["cohort_rank"], n=row["cohort_n"], percent=percent)
    if row["combined_score"] is not None:
        combined = words(
            "pdf.combined",
            score=formats.score(row["combined_score"]),
            assessment=formats.score(row["assessment_score"]),
        )
    fit = "" if row["fit_score"] is None else formats.percent(row["fit_score"])
    values = {
        "scenario": words.of("scenario_long", row["scenario"]),
        "day": formats.day(row["local_date"]),
        "attempt": words("pdf.attempt", n=row["attempt"]),
        "rank": rank,
        "fit": fit,
        "combined": combined,
        "recommendation": words.of("recommendation", row["recommendation"]),
        "next": "" if row["next_stage"] == "none" else words.of("next_stage", row["next_stage"]),
        "candidate": row["candidate_id"],
        "interview": row["interview_id"],
    }
    return [(words(f"pdf.facts.{name}"), str(value)) for name, value in values.items()]


def _sure(facts: Facts, maker: Maker) -> Tree:
    """How much the score can bear: coverage, basis, requirements met, what to look at."""
    words, formats, row = maker.words, maker.formats, facts.row
    told = []
    if row["coverage"] is not None:
        n = formats.count(row["answers_n"] or 0)
        told.append(words("pdf.coverage", coverage=formats.percent(row["coverage"]), n=n))
    if row["unknown_answers_n"]:
        told.append(words("pdf.unknown", n=formats.count(row["unknown_answers_n"])))
    if row["composite_score"] is not None:
        told.append(words("pdf.basis", basis=words.of("basis", row["basis"])))
    required = [s for s in facts.competencies if None not in (s["score"], s["requirement"])]
    if required:
        met = sum(skill["score"] >= skill["requirement"] for skill in required)
        told.append(words("pdf.met", met=met, n=len(required)))
    flags = [words.of("flag", flag) for flag in row["flags"] or []]
    if flags:
        told.append(words("pdf.flags", flags=words("format.comma").join(flags)))
    return {"title": words("pdf.sure"), "lines": told}


def _radar(facts: Facts, maker: Maker) -> Tree | None:
    words, formats, skills = maker.words, maker.formats, facts.competencies
    if sum(skill["score"] is not None for skill in skills) < FEWEST_SPOKES:
        return None
    told = [
        words(
            "pdf.radar_skill",
            competency=skill["competency"],
            score=formats.score(skill["score"]),
            requirement=formats.score(skill["requirement"]),
        )
        for skill in skills
    ]
    return {
        "alt": words("pdf.radar_text", skills=words("format.join").join(told)),
        "names": [skill["competency"] for skill in skills],
        "shown": [
            words("radar.absent") if skill["score"] is None else formats.score(skill["score"])
            for skill in skills
        ],
        "series": [
            {"label": words(f"radar.{label}"), "values": [skill[field] for skill in skills], "kind": label}
            for label, field in (
                ("cohort", "cohort_mean"),
                ("requirement", "requirement"),
                ("person", "score"),
            )
            if any(skill[field] is not None for skill in skills)
        ],
    }


def _table(facts: Facts, maker: Maker) -> Tree | None:
    words, formats = maker.words, maker.formats
    if not facts.competencies:
        return None
    heads = ("competency", "skill", "requirement", "gap", "cohort", "weight")
    return {
        "title": words("radar.title"),
        "heads": [words(f"column.{name}") for name in heads],
        "rows": [
            [
                skill["competency"],
                words("radar.absent") if skill["score"] is None else formats.score(skill["score"]),
                formats.score(skill["requirement"]),
                "" if skill["gap"] is None else formats.signed(skill["gap"]),
                formats.score(skill["cohort_mean"]),
                formats.percent(skill["weight_share"]),
            ]
            for skill in facts.competencies
        ],
        "below": [bool(skill["gap"] is not None and skill["gap"] < 0) for skill in facts.competencies],
        "note": words("pdf.no_cohort") if any(s["cohort_mean"] is None for s in facts.competencies) else "",
    }


def _losses(facts: Facts, maker: Maker) -> Tree:
    words, formats, row = maker.words, maker.formats, facts.row
    reach = ""
    if row["next_grade"] is not None and facts.losses:
        reach = words(
            "losses.reach" if row["is_reachable"] else "losses.beyond_reach",
            n=formats.count(row["steps_n"] or 0),
            grade=row["next_grade"],
            score=formats.score(row["next_min_score"]),
            missing=formats.score(row["points_needed"]),
            reached=formats.score(row["composite_with_steps"]),
        )
    return {
        "title": words("pdf.losses"),
        "none": words("pdf.losses_none"),
        "reach": reach,
        "step": words("pdf.step"),
        "items": [
            {
                "points": formats.signed(-loss["points_lost"]),
                "competency": loss["competency"] or "",
                "loss": loss["loss"] or "",
                "question": loss["question"] or loss["question_id"],
                "advice": loss["advice"] or "",
                "is_step": bool(loss["is_step"]),
            }
            for loss in facts.losses
        ],
    }


def _growth(facts: Facts, maker: Maker) -> Tree:
    words, formats = maker.words, maker.formats
    gaps = [
        {
            "competency": plan["competency"] or "",
            "gap": words(
                "pdf.gap",
                score=formats.score(plan["score"]),
                requirement=formats.score(plan["requirement"]),
                gap=formats.score(plan["gap"]),
            ),
            "tip": plan["tip"] or "",
            "helps": [
                words(f"plan.{part}", name=plan[part], weeks=formats.count(plan["project_weeks"] or 0))
                for part in ("course", "project", "mentor")
                if plan[part]
            ],
        }
        for plan in facts.plans
    ]
    courses = [
        words(
            "candidate.course",
            course=course["course"],
            competencies=course["competencies"],
            points=formats.score(course["points_lost"]),
        )
        for course in facts.courses
    ]
    none = words("plan.none" if courses else "candidate.no_courses")
    return {"title": words("pdf.growth"), "gaps": gaps, "none": none, "courses": courses}


def _pay(facts: Facts, maker: Maker) -> Tree | None:
    """The band of the grade and offers; nothing at all for a reader who may not see pay."""
    words, formats, row = maker.words, maker.formats, facts.row
    offers = [offer for offer in facts.offers if offer["offer_monthly_salary"] is not None]
    if row["pay_min"] is None and not offers:
        return None
    lines = []
    if row["pay_min"] is not None:
        band = formats.pay_range(row["pay_min"], row["pay_max"])
        lines.append(words("pay.band", grade=row["grade"], band=band))
    for offer in offers:
        kind = "pay.offer_outside" if offer["is_out_of_band"] else "pay.offer_inside"
        amount = formats.pay(offer["offer_monthly_salary"])
        lines.append(words(kind, amount=amount, day=formats.day(offer["offered_local_date"])))
    return {"title": words("pdf.pay"), "lines": lines, "note": words("pdf.pay_note")}


def _evidence(facts: Facts, maker: Maker, spoken: Mapping[str, Spoken]) -> Tree | None:
    words, formats = maker.words, maker.formats
    if not facts.answers:
        return None
    comma = words("format.comma")
    items = []
    for answer in facts.answers:
        said = spoken.get(answer["question_id"], Spoken())
        hits, denied = answer["phrases"] or [], answer["negated"] or []
        items.append(
            {
                "question": answer["question"] or answer["question_id"],
                "points": (
                    words("texts.no_points") if answer["points"] is None else formats.score(answer["points"])
                ),
                "hits": words("pdf.hits", phrases=comma.join(hits)) if hits else words("pdf.no_hits"),
                "denied": words("pdf.denied", phrases=comma.join(denied)) if denied else "",
                "pieces": [[kind, text] for kind, text in said.pieces],
                "absent": said.absent,
            }
        )
    note = "pdf.evidence_text_note" if spoken else "pdf.evidence_note"
    return {"title": words("pdf.evidence"), "note": words(note), "items": items}


def _trace(facts: Facts, basis: Basis, maker: Maker) -> Tree:
    words, formats, row = maker.words, maker.formats, facts.row
    versions = {"run": row["run_id"], "rubric": row["rubric_version"], "weights": row["weights_version"]}
    lines = [
        words("pdf.as_of", moment=formats.moment(basis.run.get("data_as_of")))
        + " · "
        + words("pdf.versions", **versions),
        words(
            "pdf.made",
            who=maker.viewer.name,
            role=words.of("role", maker.viewer.role),
            moment=formats.moment(maker.moment),
        ),
        words("pdf.people_decide"),
    ]
    return {"title": words("pdf.trace"), "lines": lines}


def _footer(row: Row, maker: Maker) -> str:
    role = row["role_name"] or row["role_id"] or ""
    return " · ".join((person(row), str(role), str(row["interview_id"])))


def _printable(value: Any, glyphs: Glyphs) -> Any:
    """The same tree with every text in characters that the font has."""
    if isinstance(value, str):
        return glyphs(value)
    if isinstance(value, dict):
        return {name: _printable(one, glyphs) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one, glyphs) for one in value]
    return value
