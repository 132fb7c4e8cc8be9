-- The current state: the last of the history.
with states as (
    select * from {{ ref('stg_application_states') }}
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

    applied_at,
    stage_entered_at,
    offered_at
from states
qualify row_number() over (partition by application_id order by seen_at desc) = 1
