with results as (
    select * from {{ ref('interview_results') }}
),

applied as (
    select * from {{ ref('int_interviews_applied') }}
),

candidates as (
    select * from {{ ref('stg_candidates') }}
),

run_day as (
    select {{ local_date('started_at') }} as today
    from {{ ref('stg_run') }}
),

successful as (
    select
        applied.interview_id,
        applied.employee_id,
        results.candidate_id,
        {{ local_date('coalesce(applied.applied_at, results.completed_at)') }} as applied_on
    from applied
    inner join results on applied.interview_id = results.interview_id
    where applied.application_link = 'applied' and coalesce(applied.outcome, 'hired') in ('hired', 'open')
),

-- An application names its employee; without one the employee names the candidate. Never by name.
stays as (
    select
        successful.interview_id,
        employments.*
    from successful
    inner join {{ ref('int_employments') }} as employments
        on
            successful.employee_id = employments.employee_id
            and successful.applied_on <= employments.hired_on
    union all
    select
        successful.interview_id,
        employments.*
    from successful
    inner join {{ ref('int_employments') }} as employments
        on
            successful.candidate_id = employments.candidate_id
            and successful.applied_on <= employments.hired_on
    where successful.employee_id is null
),

-- The first stay that began after the application; of an unknown day, after the interview.
employed as (
    select *
    from stays
    qualify row_number() over (
        partition by interview_id
        order by hired_on asc nulls last, employee_id asc nulls last
    ) = 1
),

overall_reviews as (
    select
        employee_id,
        score,
        period_end
    from {{ ref('stg_performance_reviews') }}
    where competency_id is null
),

{{ reviews_after('employed', 'overall_reviews', 3) }},

{{ reviews_after('employed', 'overall_reviews', 6) }},

{{ reviews_after('employed', 'overall_reviews', 12) }}

select
    results.interview_id,
    results.candidate_id,
    results.role_id,
    results.department_id,
    results.scenario,
    results.quarter_start,
    results.completed_local_date,
    results.status,
    results.composite_score,
    results.grade,
    results.recommendation,
    results.attempt,
    candidates.resume_source,
    candidates.education,
    candidates.years_experience,
    applied.application_link,
    applied.application_id,
    {{ local_date('applied.applied_at') }} as applied_local_date,
    applied.stage,
    applied.outcome,
    applied.round2_score,
    applied.background_check,
    {{ local_date('applied.offered_at') }} as offered_local_date,
    applied.offer_monthly_salary,
    case
        when employed.interview_id is not null then 'hired'
        when applied.application_link <> 'applied' then 'not_applied'
        when applied.outcome = 'hired' then 'hired_but_no_employee'
        else 'not_hired'
    end as employee_link,
    employed.employee_id,
    employed.hired_on,
    employed.left_on,
    employed.leaving_reason,
    -- Days that have been: an exit may be announced and a first day agreed on before they come.
    case
        when employed.hired_on <= run_day.today
            then cast(
                {{ days_between(
                    'employed.hired_on', 'least(coalesce(employed.left_on, run_day.today), run_day.today)'
                ) }} as integer
            )
    end as tenure_days,
    -- Not before the anniversary: until then only who left early is known, and any share would mislead.
    case
        when run_day.today >= employed.hired_on + interval 12 month
            then coalesce(employed.left_on < employed.hired_on + interval 12 month, false)
    end as left_within_12m,
    reviews_3m.score as performance_3m,
    reviews_6m.score as performance_6m,
    reviews_12m.score as performance_12m,
    {{ review_state(3) }} as performance_3m_state,
    {{ review_state(6) }} as performance_6m_state,
    {{ review_state(12) }} as performance_12m_state
from results
cross join run_day
inner join applied on results.interview_id = applied.interview_id
left join candidates on results.candidate_id = candidates.candidate_id
left join employed on results.interview_id = employed.interview_id
left join reviews_3m on results.interview_id = reviews_3m.interview_id
left join reviews_6m on results.interview_id = reviews_6m.interview_id
left join reviews_12m on results.interview_id = reviews_12m.interview_id
