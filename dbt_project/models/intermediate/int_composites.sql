-- One row per completed interview. Absence is not a verdict: too little coverage gives no composite,
-- never a low one.
with interviews as (
    select interview_id
    from {{ ref('int_interviews') }}
    where is_completed {{ only_changed('and') }}
),

competencies as (
    select * from {{ ref('int_competency_scores') }}
    where weight is not null {{ only_changed('and') }}
),

weighed as (
    select
        interview_id,
        {{ exact_sum('weight', where='score is not null') }} as present_weight,
        {{ exact_sum('weight') }} as total_weight,
        {{ exact_sum('weight * score') }} as weighted_score,
        case
            when min(basis) = max(basis) then min(basis)
            when min(basis) is not null then 'mixed'
        end as basis,
        count(*) filter (where score is not null and requirement is not null) as requirements_n,
        count(*) filter (where {{ stable('score') }} >= requirement) as requirements_met
    from competencies
    group by interview_id
),

covered as (
    select
        interviews.interview_id,
        weighed.present_weight,
        {{ stable('coalesce(weighed.present_weight, 0) / nullif(weighed.total_weight, 0)') }} as coverage,
        {{ round_half_up('weighed.weighted_score / nullif(weighed.present_weight, 0)', 2) }}
            as composite_score,
        weighed.basis,
        coalesce(weighed.requirements_n, 0) as requirements_n,
        coalesce(weighed.requirements_met, 0) as requirements_met
    from interviews
    left join weighed on interviews.interview_id = weighed.interview_id
),

judged as (
    select
        *,
        coverage >= {{ var('coverage_minimum') }} and composite_score is not null as is_scored
    from covered
)

select
    judged.interview_id,
    coalesce(judged.is_scored, false) as is_scored,
    case when judged.is_scored then judged.composite_score end as composite_score,
    grades.grade,
    judged.coverage,
    judged.basis,
    judged.present_weight,
    judged.requirements_n,
    judged.requirements_met
from judged
left join {{ ref('int_grades') }} as grades
    on
        judged.is_scored
        and judged.composite_score >= grades.min_score
        and judged.composite_score < grades.score_before
