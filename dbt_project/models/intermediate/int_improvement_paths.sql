-- For each scored interview below the top band the cheapest missed criteria that reach the next one. A
-- criterion counts as met wholly; the composite then follows by the same weights, calibration and basis.
with composites as (
    select * from {{ ref('int_composites') }}
    where is_scored {{ only_changed('and') }}
),

grades as (
    select * from {{ ref('int_grades') }}
),

scored as (
    select
        competencies.interview_id,
        competencies.competency_id,
        competencies.raw_score,
        competencies.criteria_weight,
        competencies.score,
        competencies.basis,
        competencies.weight / nullif(composites.present_weight, 0) as share
    from {{ ref('int_competency_scores') }} as competencies
    inner join composites on competencies.interview_id = composites.interview_id
    where competencies.weight is not null and competencies.score is not null
),

-- Only what the rubric scores can be raised by an answer.
rubric as (
    select
        interview_id,
        competency_id,
        raw_score,
        criteria_weight,
        share * case basis when 'mean' then 0.5 else 1 end as share
    from scored
    where basis in ('rubric', 'mean')
),

knots as (
    select
        competency_id,
        {{ list_of(packed({'raw': 'raw', 'calibrated': 'calibrated'}), by=['raw']) }} as knots
    from {{ ref('score_calibration') }}
    group by competency_id
),

competencies as (
    select
        rubric.interview_id,
        {{ list_of(
            packed({
                'competency_id': 'rubric.competency_id',
                'raw_score': 'rubric.raw_score',
                'share': 'rubric.share',
                'knots': 'coalesce(knots.knots, ' ~ no_elements() ~ ')',
            }),
            by=['rubric.competency_id']
        ) }} as competencies
    from rubric
    left join knots on rubric.competency_id = knots.competency_id
    group by rubric.interview_id
),

efforts as (
    select
        criteria.criterion_id,
        coalesce(own.effort, by_kind.effort, 1) as effort
    from {{ ref('criteria') }} as criteria
    left join {{ ref('improvement_effort') }} as own on criteria.criterion_id = own.criterion_id
    left join {{ ref('improvement_effort') }} as by_kind
        on criteria.kind = by_kind.kind and by_kind.criterion_id is null
),

missed as (
    select
        criteria.interview_id,
        {{ list_of(
            packed({
                'question_id': 'criteria.question_id',
                'criterion_id': 'criteria.criterion_id',
                'competency_id': 'criteria.competency_id',
                'gain': '100 * criteria.weight * (1 - criteria.h) / nullif(rubric.criteria_weight, 0)',
                'effort': 'cast(efforts.effort as integer)',
            }),
            by=['criteria.question_id', 'criteria.criterion_id']
        ) }} as missed
    from {{ ref('int_criteria_scored') }} as criteria
    inner join rubric
        on criteria.interview_id = rubric.interview_id and criteria.competency_id = rubric.competency_id
    inner join efforts on criteria.criterion_id = efforts.criterion_id
    where criteria.h < 1 and criteria.weight > 0 {{ only_changed('and', 'criteria.interview_id') }}
    group by criteria.interview_id
),

exact_composites as (
    select
        interview_id,
        {{ exact_sum('share * score') }} as composite
    from scored
    group by interview_id
),

targets as (
    select
        composites.interview_id,
        composites.composite_score,
        composites.grade,
        next_grades.grade as next_grade,
        next_grades.min_score as next_min_score
    from composites
    inner join grades on composites.grade = grades.grade
    inner join grades as next_grades on grades.grade_rank - 1 = next_grades.grade_rank
)

select
    targets.interview_id,
    targets.composite_score,
    targets.grade,
    targets.next_grade,
    targets.next_min_score,
    cheapest_steps(
        exact_composites.composite,
        cast(targets.next_min_score as double),
        coalesce(competencies.competencies, {{ no_elements() }}),
        coalesce(missed.missed, {{ no_elements() }})
    ) as steps
from targets
inner join exact_composites on targets.interview_id = exact_composites.interview_id
left join competencies on targets.interview_id = competencies.interview_id
left join missed on targets.interview_id = missed.interview_id
