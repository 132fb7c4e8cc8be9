-- Employees whose last review is good enough to be asked whether they want a promotion interview, and
-- why the others are not asked.
with run_day as (
    select {{ local_date('started_at') }} as today
    from {{ ref('stg_run') }}
),

employments as (
    select
        employed.*,
        run_day.today
    from {{ ref('int_employments') }} as employed
    cross join run_day
    where {{ is_employed('employed', 'run_day.today') }}
),

reviewed as (
    {{ last_reviews(
        'employments', 'employee_id', 'reviews.period_end between employments.hired_on and employments.today'
    ) }}
),

interviewed as (
    select
        employee_id,
        max(coalesce(completed_local_date, invited_local_date)) as last_interview_on
    from {{ ref('internal_reviews') }}
    where scenario = 'promotion' and employee_id is not null
    group by employee_id
),

requested as (
    select
        employee_id,
        max({{ local_date('requested_at') }}) as last_requested_on,
        bool_or(decided_at is null) as is_undecided
    from {{ ref('stg_promotions') }}
    group by employee_id
)

select
    employments.employee_id,
    employments.candidate_id,
    employments.role_id,
    employments.department_id,
    employments.hired_on,
    reviewed.score as performance_score,
    reviewed.period_end as performance_period_end,
    interviewed.last_interview_on,
    requested.last_requested_on,
    case
        when reviewed.score is null then 'no_review'
        when reviewed.score < {{ var('promotion_performance_mark') }} then 'below_mark'
        when requested.is_undecided or requested.last_requested_on > reviewed.period_end
            then 'already_requested'
        when interviewed.last_interview_on > reviewed.period_end then 'already_interviewed'
        else 'prompt'
    end as state
from employments
left join reviewed on employments.employee_id = reviewed.employee_id
left join interviewed on employments.employee_id = interviewed.employee_id
left join requested on employments.employee_id = requested.employee_id
