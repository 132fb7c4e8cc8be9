with interviews as (
    select * from {{ ref('int_interviews') }}
),

steps as (
    select
        interview_id,
        count(*) as steps_n
    from {{ ref('next_band_steps') }}
    group by interview_id
)

select
    paths.interview_id,
    interviews.candidate_id,
    interviews.role_id,
    interviews.department_id,
    interviews.scenario,
    interviews.quarter_start,
    paths.composite_score,
    paths.grade,
    paths.next_grade,
    cast(paths.next_min_score as double) as next_min_score,
    {{ stable('paths.next_min_score - paths.composite_score') }} as points_needed,
    paths.steps is not null as is_reachable,
    cast(steps.steps_n as integer) as steps_n,
    case when paths.steps is not null then improved.composite_score end as composite_with_steps
from {{ ref('int_improvement_paths') }} as paths
inner join interviews on paths.interview_id = interviews.interview_id
left join steps on paths.interview_id = steps.interview_id
left join {{ ref('int_improved_composites') }} as improved on paths.interview_id = improved.interview_id
{{ only_changed('where', 'paths.interview_id') }}
