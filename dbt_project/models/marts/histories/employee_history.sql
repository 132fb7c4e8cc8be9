{%- set columns = [
    'candidate_id', 'department_id', 'role_id', 'manager_id', 'status',
    'leaving_reason', 'monthly_salary', 'hired_on', 'left_on'
] %}

with states as (
    select * from {{ ref('stg_employee_states') }}
),

{{ versions_of('states', 'employee_id', columns) }}

select
    employee_id,
    cast(version_number as integer) as version_number,
    candidate_id,
    department_id,
    role_id,
    manager_id,
    status,
    leaving_reason,
    monthly_salary,
    hired_on,
    left_on,
    case when version_number > 1 then changed_columns end as changed_columns,
    seen_at as valid_from,
    next_seen_at as valid_to,
    {{ local_date('seen_at') }} as valid_from_local_date,
    {{ local_date('next_seen_at') }} as valid_to_local_date,
    next_seen_at is null as is_current
from versions
