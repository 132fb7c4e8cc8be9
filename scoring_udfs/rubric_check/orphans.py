"""What nothing uses, and what is weighted although nothing could measure it."""

from __future__ import annotations

from collections.abc import Iterator

from scoring_udfs.match import STAGES
from scoring_udfs.rubric_check.finding import Finding, Line, Policies, Severity

# Words that mean "all of them" in the marts.
_RESERVED = (("competencies", "competency_id", "composite"), ("roles", "role_id", "all"))


def check(policies: Policies) -> Iterator[Finding]:
    """Rubrics, criteria, courses, competencies, departments and roles by whether anything leads to them."""
    for seed, column, reserved in _RESERVED:
        if reserved in policies.ids(seed, column):
            yield policies.ids(seed, column)[reserved].found("error", "reserved", column, value=reserved)
    yield from _rubrics(policies)
    yield from _criteria(policies)
    yield from _competencies(policies)
    yield from _roles(policies)
    named = {line.text("course_id") for line in policies.lines("criteria")}
    for course, line in policies.ids("courses", "course_id").items():
        if "criteria" in policies.seeds and course not in named:
            yield line.found("note", "course_unused", "course_id", course=course)
    housed = {line.text("department_id") for line in policies.lines("roles")}
    for department, line in policies.ids("departments", "department_id").items():
        if "roles" in policies.seeds and department not in housed:
            yield line.found("note", "department_unused", "department_id", department=department)


def _rubrics(policies: Policies) -> Iterator[Finding]:
    asked = policies.ids("questions", "rubric_id")
    if "questions" in policies.seeds:
        for rubric, line in policies.ids("criteria", "rubric_id").items():
            if rubric not in asked:
                yield line.found("warning", "rubric_unused", "rubric_id", rubric=rubric)


def _criteria(policies: Policies) -> Iterator[Finding]:
    courses = policies.ids("courses", "course_id")
    spoken: dict[str, list[Line]] = {}
    for line in policies.lines("phrases"):
        spoken.setdefault(line.text("criterion_id"), []).append(line)
    stages = {line.text("stage") for line in policies.lines("stage_cues")}
    for line in policies.lines("criteria"):
        criterion, kind, course = line.text("criterion_id"), line.text("kind"), line.text("course_id")
        if course and "courses" in policies.seeds and course not in courses:
            yield line.found("error", "unknown", "course_id", value=course, target="courses")
        if kind == "phrases" and criterion not in spoken and "phrases" in policies.seeds:
            yield line.found("error", "criterion_without_phrases", "criterion_id", criterion=criterion)
        if kind in ("structure", "pace") and criterion in spoken:
            yield spoken[criterion][0].found(
                "error", "phrases_not_wanted", "criterion_id", criterion=criterion, kind=kind
            )
    structured = [line for line in policies.lines("criteria") if line.text("kind") == "structure"]
    if structured and "stage_cues" in policies.seeds:
        criterion = structured[0].text("criterion_id")
        for stage in STAGES:
            if stage not in stages:
                details = {"stage": stage, "criterion": criterion}
                yield Finding("error", "stage_without_cues", "stage_cues", None, None, details)


def _competencies(policies: Policies) -> Iterator[Finding]:
    if not {"criteria", "role_weights"} <= set(policies.seeds):
        return
    measured = {line.text("competency_id") for line in policies.lines("criteria")}
    weighted = set().union(*policies.weighted.values())
    for competency, line in policies.ids("competencies", "competency_id").items():
        if competency not in measured and competency not in weighted:
            yield line.found("warning", "competency_unused", "competency_id", competency=competency)
        elif competency not in weighted:
            yield line.found("note", "competency_unweighted", "competency_id", competency=competency)


def _roles(policies: Policies) -> Iterator[Finding]:
    if not {"questions", "criteria", "role_weights"} <= set(policies.seeds):
        return
    general = any(not line.text("role_id") for line in policies.lines("questions"))
    asked = policies.ids("questions", "role_id")
    for role, line in policies.ids("roles", "role_id").items():
        if role not in asked and not general:
            yield line.found("warning", "role_without_questions", "role_id", role=role)
            continue
        severity: Severity = "warning" if line.text("score_source") == "rubric" else "note"
        seen: set[str] = set()
        for weight in policies.lines("role_weights"):
            competency = weight.text("competency_id")
            if weight.text("role_id") == role and competency not in policies.measured[role] | seen:
                seen.add(competency)
                yield weight.found(
                    severity, "competency_unmeasured", "competency_id", role=role, competency=competency
                )
    yield from _counting_for_nothing(policies)


def _counting_for_nothing(policies: Policies) -> Iterator[Finding]:
    """Criteria of a role's own questions whose competency the role does not weight."""
    by_rubric: dict[str, list[Line]] = {}
    for line in policies.lines("criteria"):
        by_rubric.setdefault(line.text("rubric_id"), []).append(line)
    for question in policies.lines("questions"):
        role = question.text("role_id")
        if not role or role not in policies.weighted:
            continue
        for line in by_rubric.get(question.text("rubric_id"), ()):
            if line.text("competency_id") not in policies.weighted[role]:
                yield line.found(
                    *("note", "criterion_not_counted", "competency_id"),
                    criterion=line.text("criterion_id"),
                    competency=line.text("competency_id"),
                    role=role,
                )
