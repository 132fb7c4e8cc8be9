"""The parts of a report below its head."""

from __future__ import annotations

from collections.abc import Mapping

from dashboards.report.facts import Facts
from dashboards.report.maker import Maker, Spoken, Tree

FEWEST_SPOKES = 3


def radar(facts: Facts, maker: Maker) -> Tree | None:
    """The lines of the radar; None with too few competencies for one."""
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


def table(facts: Facts, maker: Maker) -> Tree | None:
    """The same numbers as a table."""
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


def losses(facts: Facts, maker: Maker) -> Tree:
    """The lost points with advice, and what reaches the next grade."""
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


def growth(facts: Facts, maker: Maker) -> Tree:
    """What to learn: gaps with what helps, or courses."""
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


def pay(facts: Facts, maker: Maker) -> Tree | None:
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


def evidence(facts: Facts, maker: Maker, spoken: Mapping[str, Spoken]) -> Tree | None:
    """Each answer with its points and what earned them; its text where it was given."""
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
