"""answer_scores and loss_points worked out a second time."""

from __future__ import annotations

import unicodedata

from tests.independent.results import Results, answer_flags
from tests.independent.scoring import Judged
from tests.independent.world import Row, World

LOSS_WORDS = ("loss_zh", "loss_en", "advice_zh", "advice_en", "course_id")


def answer_scores(world: World, judged: Results) -> list[Row]:
    """Every counted answer of a completed interview."""
    return [
        answer_row(world, found, answer)
        for found in judged.values()
        if found.completed_on is not None
        for answer in found.answers
    ]


def answer_row(world: World, found: Judged, answer: Row) -> Row:
    made = answer["criteria"]
    weighed = [
        (world.policy.criteria[one["criterion_id"]]["weight"], one["h"])
        for one in made
        if one["h"] is not None
    ]
    total = sum(weight for weight, _ in weighed)
    by_kind = {one["kind"]: one["h"] for one in made}
    phrases = sum(one["hits"] for one in made if one["kind"] == "phrases")
    text = answer["text"]
    return {
        **found.dimensions(),
        "question_id": answer["question_id"],
        "attempt": answer["attempt"],
        "points": 100 * sum(weight * h for weight, h in weighed) / total if total else None,
        "structure": by_kind.get("structure"),
        "pace": by_kind.get("pace"),
        "text_chars": None if text is None else len(unicodedata.normalize("NFC", text).strip()),
        "answer_seconds": answer["answer_seconds"],
        "pause_seconds": answer["pause_seconds"],
        "duration_vs_median": answer["duration_vs_median"],
        "is_skipped": answer["is_skipped"],
        "is_repeated": answer["is_repeated"],
        "is_missing": answer["is_missing"],
        "is_known_question": answer["is_known"],
        # No rubric, nothing to count.
        "hits": None if not answer["is_known"] else 0 if answer["is_repeated"] else phrases,
        "elements": elements_of(world, made, total),
        "plain_flags": answer_flags(world, answer),
    }


def elements_of(world: World, made: list[Row], total: float) -> list[Row] | None:
    """What each criterion that could be judged earned of how many points, in the order of their ids."""
    judged = [
        {
            "criterion_id": one["criterion_id"],
            "points": 100 * world.policy.criteria[one["criterion_id"]]["weight"] * one["h"] / total,
            "points_of": 100 * world.policy.criteria[one["criterion_id"]]["weight"] / total,
            "h": one["h"],
            "is_met": one["h"] >= 1,
        }
        for one in sorted(made, key=lambda one: str(one["criterion_id"]))
        if one["h"] is not None and total
    ]
    return judged or None


def loss_points(world: World, judged: Results) -> list[Row]:
    """Every criterion that was not fully met, where the rubric counts."""
    return [
        row
        for found in judged.values()
        if found.composite is not None
        for answer in found.answers
        for row in losses_of(world, found, answer)
    ]


def losses_of(world: World, found: Judged, answer: Row) -> list[Row]:
    rows = []
    for made in answer["criteria"]:
        seed = world.policy.criteria.get(made["criterion_id"])
        if seed is None or seed["weight"] <= 0 or made["h"] is None or made["h"] >= 1:
            continue
        name = seed["competency_id"]
        competency = found.competencies[name]
        if name not in found.weights or competency.basis == "vendor":
            continue
        share = found.weights[name]["weight"] / found.present_weight
        lost = share * 100 * seed["weight"] * (1 - made["h"]) / competency.weight_sum
        rows.append(
            {
                **found.dimensions(),
                "question_id": answer["question_id"],
                "criterion_id": made["criterion_id"],
                "attempt": answer["attempt"],
                "competency_id": name,
                "h": made["h"],
                "criterion_weight": seed["weight"],
                "points_lost": lost,
                **{word: seed[word] for word in LOSS_WORDS},
            }
        )
    return rows
