"""What a report says: facts in, a tree of printable texts out. Every number arrives computed."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboards.report import parts
from dashboards.report.facts import Basis, Facts, Row
from dashboards.report.glyphs import Glyphs
from dashboards.report.maker import Maker, Spoken, Tree

SCORED = "scored"


def content(facts: Facts, basis: Basis, maker: Maker, spoken: Mapping[str, Spoken], glyphs: Glyphs) -> Tree:
    """Everything in the order of the pages; `spoken` has texts only where the reader may read them."""
    words, row = maker.words, facts.row
    is_scored = row["status"] == SCORED
    tree = {
        "language": words.language,
        **_head(facts, basis, maker),
        "facts": [[label, value] for label, value in _particulars(row, maker) if value],
        "sure": _sure(facts, maker),
        "radar": parts.radar(facts, maker) if is_scored else None,
        "table": parts.table(facts, maker),
        "losses": parts.losses(facts, maker) if is_scored else None,
        "growth": parts.growth(facts, maker) if is_scored else None,
        "pay": parts.pay(facts, maker),
        "evidence": parts.evidence(facts, maker, spoken),
        "trace": _trace(facts, basis, maker),
        "footer": _footer(row, basis, maker),
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


def _footer(row: Row, basis: Basis, maker: Maker) -> str:
    role = row["role_name"] or row["role_id"] or ""
    marks = [maker.words("demo.mark")] if basis.is_demo else []
    return " · ".join((person(row), str(role), str(row["interview_id"]), *marks))


def _printable(value: Any, glyphs: Glyphs) -> Any:
    """The same tree with every text in characters that the font has."""
    if isinstance(value, str):
        return glyphs(value)
    if isinstance(value, dict):
        return {name: _printable(one, glyphs) for name, one in value.items()}
    if isinstance(value, list | tuple):
        return [_printable(one, glyphs) for one in value]
    return value
