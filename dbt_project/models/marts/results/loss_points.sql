with missed as (
    select * from {{ ref('int_criteria_scored') }}
    where h < 1 {{ only_changed('and') }}
),

competencies as (
    select * from {{ ref('int_competency_scores') }}
    where basis in ('rubric', 'mean') and weight is not null
),

composites as (
    select * from {{ ref('int_composites') }}
    where is_scored
),

interviews as (
    select * from {{ ref('int_interviews') }}
),

criteria as (
    select * from {{ ref('criteria') }}
)

select
    missed.interview_id,
    missed.question_id,
    missed.criterion_id,
    cast(missed.attempt as integer) as attempt,
    interviews.candidate_id,
    interviews.role_id,
    interviews.department_id,
    interviews.scenario,
    interviews.quarter_start,
    missed.competency_id,
    {{ stable('missed.h') }} as h,
    missed.weight as criterion_weight,
    {{ stable(
        'competencies.weight / nullif(composites.present_weight, 0)'
        ~ ' * 100 * missed.weight * (1 - missed.h) / nullif(competencies.criteria_weight, 0)'
    ) }} as points_lost,
    criteria.loss_zh,
    criteria.loss_en,
    criteria.advice_zh,
    criteria.advice_en,
    criteria.course_id
from missed
inner join competencies
    on missed.interview_id = competencies.interview_id and missed.competency_id = competencies.competency_id
inner join composites on missed.interview_id = composites.interview_id
inner join interviews on missed.interview_id = interviews.interview_id
inner join criteria on missed.criterion_id = criteria.criterion_id
