{%- set columns = [
    'candidate_id', 'role_id', 'department_id', 'requisition_id', 'employee_id',
    'stage', 'outcome', 'background_check', 'round2_score', 'offer_monthly_salary',
    'applied_at', 'stage_entered_at', 'offered_at'
] %}

with states as (
    select * from {{ ref('stg_application_states') }}
),

{{ versions_of('states', 'application_id', columns) }}

select
    application_id,
    cast(version_number as integer) as version_number,
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
    case when version_number > 1 then changed_columns end as changed_columns,
    seen_at as valid_from,
    next_seen_at as valid_to,
    {{ local_date('seen_at') }} as valid_from_local_date,
    {{ local_date('next_seen_at') }} as valid_to_local_date,
    next_seen_at is null as is_current
from versions
