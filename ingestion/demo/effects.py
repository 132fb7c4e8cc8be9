"""The planted effects in plain words: how large each is, in what unit, and where its traces are found."""

from __future__ import annotations

from collections.abc import Mapping

from ingestion.demo.plan import CYCLE_DAYS, QUARTER_STARTS, SURVEY_RISE, Planted
from ingestion.demo.policy import Policy

Effect = Mapping[str, object]
POINTS = "points of the composite"
MIX_QUARTER = 4


def effects(planted: Planted, policy: Policy) -> dict[str, Effect]:
    """Every planted effect by name: its size, unit, what it means, the marts that show it, whom it concerns.

    A mart shows an estimate of it that an interval surrounds: it is planted on what people can do, not on
    what they happened to score.
    """
    rank = planted.useful_course_rank
    return {
        **_scores(planted),
        **_later(planted),
        "useful_course": {
            "size": planted.useful_course_effect,
            "unit": POINTS,
            "of": policy.courses[rank] if rank < len(policy.courses) else None,
            "says": "Who took this course between two interviews gains so much more than the practice gives.",
            "marts": ["reapplications"],
        },
        "severe_rater": {
            "size": planted.severe_rater_effect,
            "unit": "points of a rating",
            "of": planted.severe_rater,
            "says": "This rater's ratings lie so far from what the same answers get from the others.",
            "marts": ["rating_agreement"],
        },
        "satisfaction": {
            "size": SURVEY_RISE,
            "unit": "points of five, each quarter",
            "says": "The answers to the experience survey rise so much from quarter to quarter.",
            "marts": ["batch_progress"],
        },
        "promotion_cycle": {
            "size": list(CYCLE_DAYS),
            "unit": "days from request to decision, by quarter",
            "says": "Decisions come sooner from quarter to quarter.",
            "marts": ["internal_reviews"],
        },
    }


def _scores(planted: Planted) -> dict[str, Effect]:
    """What moves scores of groups, quarters and questions."""
    before, after = planted.referral_share[MIX_QUARTER - 1], planted.referral_share[MIX_QUARTER]
    return {
        "mix_shift": {
            "size": round((after - before) * planted.referral_effect, 4),
            "unit": POINTS,
            "of": QUARTER_STARTS[MIX_QUARTER],
            "share_before": before,
            "share_after": after,
            "points_of_a_referral": planted.referral_effect,
            "says": "From here on more applicants are referrals, who score higher: the mean rises by mix.",
            "marts": ["quarterly_trends", "interview_outcomes"],
        },
        "quarters": {
            "size": list(planted.quarter_effects),
            "unit": POINTS,
            "of": list(QUARTER_STARTS),
            "says": "Everybody interviewed in a quarter scores so much more or less.",
            "marts": ["quarterly_trends"],
        },
        "question_bank": {
            "size": planted.bank_effect,
            "unit": POINTS,
            "of": planted.bank_change_role,
            "from": QUARTER_STARTS[planted.bank_change_quarter],
            "says": "The role's new question bank is easier by so much.",
            "marts": ["quarterly_trends"],
        },
        "group_difference": {
            "size": planted.male_effect,
            "unit": POINTS,
            "of": "male",
            "says": "Men score so much more than women of the same ability (negative: less).",
            "marts": ["adverse_impact"],
        },
        "second_attempt": {
            "size": planted.practice_effect,
            "unit": POINTS,
            "says": "Who comes back scores so much more, by practice alone.",
            "marts": ["reapplications"],
        },
        "question_that_measures_nothing": {
            "size": 0.0,
            "unit": "correlation with ability",
            "of": planted.weak_question,
            "says": "The answers to this question have nothing to do with what a person can do.",
            "marts": ["question_health"],
        },
    }


def _later(planted: Planted) -> dict[str, Effect]:
    """What the interview says about the time afterwards."""
    return {
        "validity": {
            "size": dict(planted.validity),
            "unit": "correlation of performance with the true composite",
            "says": "Observed among the hired it is smaller: scores are unreliable and the hired are alike.",
            "marts": ["interview_outcomes", "score_validity"],
        },
        "exits": {
            "size": planted.exit_factor,
            "unit": "times the monthly rate of leaving",
            "rate_a_month": planted.exit_rate_month,
            "below_communication": planted.exit_cut,
            "says": "Who scores below this in communication leaves so many times as often.",
            "marts": ["interview_outcomes", "claims_ledger"],
        },
        "assessment": {
            "size": planted.assessment_correlation,
            "unit": "correlation of the talent assessment with the true composite",
            "says": "Interview and assessment see the same ability, each with errors of its own.",
            "marts": ["interview_results"],
        },
    }
