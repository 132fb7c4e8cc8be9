{%- set columns = [
    'candidate_id', 'department_id', 'role_id', 'manager_id', 'status',
    'leaving_reason', 'monthly_salary', 'hired_on', 'left_on'
] %}

with states as (
    select * from {{ ref('stg_employee_states') }}
),

compared as (
    select
        *,
        row_number() over history as place,
        {{ changed_columns(columns) }} as changed_columns
    from states
    window history as (partition by employee_id order by seen_at)
),

-- Neighbours that say the same are one version.
versions as (
    select
        *,
        row_number() over version_order as version_number,
        lead(seen_at) over version_order as next_seen_at
    from compared
    where place = 1 or len(changed_columns) > 0
    window version_order as (partition by employee_id order by seen_at)
)

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
