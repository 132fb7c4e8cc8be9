"""What is bit for bit the same when a result is made again: which columns, and their canonical text.

Each interview has four parts: its result, its competencies, its answers and its losses. A row of a part
becomes one JSON text with sorted names, whose numbers are the shortest decimals that lead back to the same
double: two rows are equal in every bit where their texts are. A digest (128 bits of SHA-256) stands for all
rows of a part.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

# Of every list of flags: those that rest on the person's own answers. The others compare people.
OWN_FLAGS = (
    *("skipped", "repeated", "missing", "unknown_question"),
    *("interrupted", "skipped_answers", "repeated_answers", "unknown_questions", "low_coverage"),
)
_DIMENSIONS = ("candidate_id", "role_id", "department_id", "scenario", "quarter_start")
# Of texts and digests: to be raised when either is made in another way, since old digests stay as they are.
FORMAT = 1
# Hexadecimal digits of a digest.
_HEX = 32


@dataclass(frozen=True)
class Part:
    """A mart as a part of an interview's record: `keys` tell its rows apart within the interview.

    `scores` go into the digest; `attributes` (who, where, which run, words out of the seeds) are compared as
    well where the published rows are at hand; `others` rest on other people, on where somebody works by now,
    or are signals that score nothing, and are not. `types` are the mart's own.
    """

    name: str
    mart: str
    keys: tuple[str, ...]
    scores: tuple[str, ...]
    attributes: tuple[str, ...]
    others: tuple[str, ...]
    own_flags: tuple[str, ...] = OWN_FLAGS
    types: Mapping[str, str] | None = None


PARTS = (
    Part(
        "result",
        "interview_results",
        (),
        (
            *("status", "composite_score", "grade", "coverage", "basis", "recommendation", "next_stage"),
            *("assessment_score", "combined_score", "fit_score", "pay_min", "pay_max", "pay_currency"),
            *("flags", "answers_n", "unknown_answers_n", "interruptions", "attempt", "completed_at"),
        ),
        (
            *(*_DIMENSIONS, "batch_id", "requisition_id", "question_bank_id", "channel", "modality"),
            *("supplement_of", "invited_at", "invited_local_date", "started_at", "completed_local_date"),
            *("published_at", "rubric_version", "weights_version", "kernel_version", "run_id"),
        ),
        (
            *("pct_rank", "is_top10", "cohort_rank", "cohort_n"),
            "is_refusal",
            *("department_id_then", "role_id_then", "department_id_now", "role_id_now"),
        ),
    ),
    Part(
        "competencies",
        "competency_scores",
        ("competency_id",),
        (
            *("raw_score", "calibrated_score", "vendor_score", "score", "basis"),
            *("weight", "weight_share", "requirement", "gap", "criteria_n"),
        ),
        (*_DIMENSIONS, "is_scored"),
        ("cohort_n", "cohort_mean", "pct_rank"),
    ),
    Part(
        "answers",
        "answer_scores",
        ("question_id",),
        (
            *("attempt", "lang", "points", "structure", "pace", "units_per_minute", "text_chars"),
            *("answer_seconds", "pause_seconds", "is_skipped", "is_repeated", "is_missing"),
            *("is_known_question", "hits", "elements", "flags", "evidence", "negated"),
        ),
        _DIMENSIONS,
        ("duration_vs_median",),
    ),
    Part(
        "losses",
        "loss_points",
        ("question_id", "criterion_id"),
        ("attempt", "competency_id", "h", "criterion_weight", "points_lost", "course_id"),
        (*_DIMENSIONS, "loss_zh", "loss_en", "advice_zh", "advice_en"),
        (),
    ),
)


def fitted(part: Part, types: Mapping[str, str]) -> Part:
    """The part over a mart that has these columns: what it lacks is left out, what is new is not compared."""
    return replace(
        part,
        scores=tuple(name for name in part.scores if name in types),
        attributes=tuple(name for name in part.attributes if name in types),
        others=tuple(name for name in types if name not in _said(part)),
        types={name: types[name] for name in types if name in _said(part)},
    )


def to_plain(part: Part) -> dict[str, Any]:
    """As values that JSON can hold."""
    return asdict(part)


def from_plain(values: Mapping[str, Any]) -> Part:
    """The part again."""
    several = {name: tuple(value) for name, value in values.items() if isinstance(value, list)}
    return Part(**{**values, **several})


def rows_sql(part: Part, schema: str) -> str:
    """A select of `interview_id`, `part`, `key` (text) and `row` (canonical text of all that is compared)."""
    key = " || '/' || ".join(part.keys) or "''"
    return (
        f"select interview_id, '{part.name}' as part, {key} as key, "
        f"{_text(part, (*part.keys, *part.scores, *part.attributes))} as row from {schema}.{part.mart}"
    )


def digests_sql(part: Part, schema: str, where: str = "") -> str:
    """A select of `interview_id` and `digest`: 16 bytes over the scores of all rows, in whatever order.

    `where` (a clause) limits it to some interviews.
    """
    hashed = f"left(sha256({_text(part, (*part.keys, *part.scores))}), {_HEX})"
    together = "sha256(array_to_string(list_sort(list(hashed)), ''))"
    return (
        f"select interview_id, unhex(left({together}, {_HEX})) as digest "
        f"from (select interview_id, {hashed} as hashed from {schema}.{part.mart} {where}) "
        "group by interview_id"
    )


def marks_sql(part: Part, schema: str) -> str:
    """A select of `interview_id` and `mark`, which is another one when any score of any of its rows is.

    Made in a fraction of the time of a digest; it means nothing outside of one connection.
    """
    columns = (*part.keys, *part.scores)
    values = [_value(part, name) for name in columns]
    # Both zeros have one hash and two texts. A sum, since in an exclusive or two equal rows say nothing.
    doubles = [name for name in columns if (part.types or {}).get(name) == "DOUBLE"]
    hashed = f"hash({', '.join([*values, *(f'signbit({name})' for name in doubles)])})"
    return (
        f"select interview_id, {{'rows': count(*), 'sum': sum({hashed})}} as mark "
        f"from {schema}.{part.mart} group by interview_id"
    )


def _text(part: Part, columns: Sequence[str]) -> str:
    fields = ", ".join(f"{name} := {_value(part, name)}" for name in sorted(columns))
    return f"cast(to_json(struct_pack({fields})) as varchar)"


def _value(part: Part, column: str) -> str:
    if column == "flags":
        own = ", ".join(f"'{flag}'" for flag in part.own_flags)
        return f"list_filter(flags, lambda flag: list_contains([{own}], flag))"
    kind = (part.types or {}).get(column)
    # A mart made by the same SQL elsewhere has its contract's types only once it is told so.
    return f"cast({column} as {kind})" if kind else column


def _said(part: Part) -> set[str]:
    return {"interview_id", *part.keys, *part.scores, *part.attributes}
