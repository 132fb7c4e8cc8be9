with paths as (
    select
        interview_id,
        next_grade,
        {{ each_of('steps') }} as step
    from {{ ref('int_improvement_paths') }}
    {{ only_changed('where') }}
),

losses as (
    select * from {{ ref('loss_points') }}
)

select
    paths.interview_id,
    paths.step.question_id,
    paths.step.criterion_id,
    losses.candidate_id,
    losses.role_id,
    losses.department_id,
    losses.scenario,
    losses.quarter_start,
    losses.competency_id,
    paths.next_grade,
    cast(row_number() over (
        partition by paths.interview_id
        order by
            losses.points_lost desc,
            losses.question_id asc nulls last,
            losses.criterion_id asc nulls last
    ) as integer) as step_number,
    losses.points_lost,
    losses.loss_zh,
    losses.loss_en,
    losses.advice_zh,
    losses.advice_en,
    losses.course_id
from paths
inner join losses
    on
        paths.interview_id = losses.interview_id
        and paths.step.question_id = losses.question_id
        and paths.step.criterion_id = losses.criterion_id
