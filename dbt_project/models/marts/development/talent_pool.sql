-- Applicants who were not taken, and whether to keep them in mind: strong but not chosen, close to it,
-- or better suited for another role. Who asked for deletion, or works here, is in no pool.
with outcomes as (
    select *
    from {{ ref('interview_outcomes') }}
    where status = 'scored' and scenario = 'external' and application_link = 'applied'
    qualify row_number() over (
        partition by candidate_id, role_id
        order by completed_local_date desc, attempt desc, interview_id desc
    ) = 1
),

run_day as (
    select {{ local_date('started_at') }} as today
    from {{ ref('stg_run') }}
),

erasures as (
    select distinct candidate_id
    from {{ ref('stg_privacy_requests') }}
    where kind = 'erase'
),

employed as (
    select distinct employments.candidate_id
    from {{ ref('int_employments') }} as employments
    cross join run_day
    where {{ is_employed('employments', 'run_day.today') }}
),

elsewhere as (
    select
        interview_id,
        recommended_role_id,
        projected_score
    from {{ ref('role_recommendations') }}
    where place = 1
),

widest_gaps as (
    select
        interview_id,
        competency_id,
        course_id
    from {{ ref('development_plans') }}
    where priority = 1
),

judged as (
    select
        outcomes.*,
        elsewhere.recommended_role_id,
        elsewhere.projected_score,
        case
            when erasures.candidate_id is not null then 'asked_for_deletion'
            when employed.candidate_id is not null then 'employed'
        end as out_because,
        case
            when outcomes.composite_score >= {{ var('high_mark') }} then 'strong_not_chosen'
            when outcomes.composite_score >= {{ var('high_mark') }} - {{ var('pool_margin') }}
                then 'nearly_strong'
            when elsewhere.projected_score >= {{ var('high_mark') }} then 'suits_another_role'
        end as in_because
    from outcomes
    left join erasures on outcomes.candidate_id = erasures.candidate_id
    left join employed on outcomes.candidate_id = employed.candidate_id
    left join elsewhere on outcomes.interview_id = elsewhere.interview_id
    where outcomes.outcome in ('rejected', 'withdrawn')
)

select
    judged.candidate_id,
    judged.role_id,
    judged.interview_id,
    judged.application_id,
    judged.department_id,
    judged.scenario,
    judged.quarter_start,
    judged.completed_local_date,
    judged.composite_score,
    judged.grade,
    judged.outcome,
    judged.out_because is null and judged.in_because is not null as is_in_pool,
    coalesce(judged.out_because, judged.in_because, 'below_the_marks') as reason,
    judged.recommended_role_id,
    judged.projected_score,
    widest_gaps.competency_id as widest_gap_id,
    widest_gaps.course_id
from judged
left join widest_gaps on judged.interview_id = widest_gaps.interview_id
