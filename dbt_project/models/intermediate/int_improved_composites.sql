-- What the composite would be with the steps met: the way of int_competency_scores and int_composites once
-- more, so that the kernel's choice is proven by SQL and not by itself.
with steps as (
    select
        interview_id,
        {{ each_of('steps') }} as step
    from {{ ref('int_improvement_paths') }}
    {{ only_changed('where') }}
),

gains as (
    select
        criteria.interview_id,
        criteria.competency_id,
        {{ exact_sum('criteria.weight * (1 - criteria.h)') }} as gained_weight
    from {{ ref('int_criteria_scored') }} as criteria
    inner join steps
        on
            criteria.interview_id = steps.interview_id
            and criteria.question_id = steps.step.question_id
            and criteria.criterion_id = steps.step.criterion_id
    group by criteria.interview_id, criteria.competency_id
),

raised as (
    select
        competencies.*,
        competencies.raw_score
        + 100 * coalesce(gains.gained_weight, 0) / nullif(competencies.criteria_weight, 0) as raised_score
    from {{ ref('int_competency_scores') }} as competencies
    inner join {{ ref('int_improvement_paths') }} as paths on competencies.interview_id = paths.interview_id
    left join gains
        on
            competencies.interview_id = gains.interview_id
            and competencies.competency_id = gains.competency_id
    where
        competencies.weight is not null
        and competencies.score is not null
        {{ only_changed('and', 'competencies.interview_id') }}
),

calibrated as (
    select
        raised.interview_id,
        raised.competency_id,
        raised.weight,
        raised.basis,
        raised.vendor_score,
        case
            when segments.competency_id is null then raised.raised_score
            else segments.calibrated_from + (raised.raised_score - segments.raw_from) * segments.slope
        end as calibrated_score
    from raised
    left join {{ ref('int_calibration_segments') }} as segments
        on
            raised.competency_id = segments.competency_id
            and raised.raised_score >= segments.raw_from
            and raised.raised_score < segments.raw_before
)

select
    interview_id,
    {{ round_half_up(
        exact_sum(
            "weight * case basis when 'rubric' then calibrated_score when 'vendor' then vendor_score"
            ~ " when 'mean' then (calibrated_score + vendor_score) / 2 end"
        )
        ~ " / nullif(" ~ exact_sum("weight") ~ ", 0)",
        2
    ) }} as composite_score
from calibrated
group by interview_id
