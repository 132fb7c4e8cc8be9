with versions as (
    select *
    from {{ source('raw', 'applications') }}
    qualify {{ latest_version(['application_id']) }}
)

select
    application_id,
    candidate_id,
    role_id,
    department_id,
    requisition_id,
    employee_id,

    stage,
    outcome,
    background_check,

    round2_score,
    offer_monthly_salary,

    {{ utc('applied_at') }} as applied_at,
    {{ utc('stage_entered_at') }} as stage_entered_at,
    {{ utc('offered_at') }} as offered_at
from versions
