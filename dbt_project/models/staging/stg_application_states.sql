-- What was known of an application at each time at which an export named it.
{%- set columns = [
    'candidate_id', 'role_id', 'department_id', 'requisition_id', 'employee_id',
    'stage', 'outcome', 'background_check', 'round2_score', 'offer_monthly_salary',
    'applied_at', 'stage_entered_at', 'offered_at'
] %}

with seen as (
    select * from {{ ref('stg_application_appearances') }}
),

{{ states('seen', 'application_id', columns) }}

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
    offered_at,

    seen_at
from states
