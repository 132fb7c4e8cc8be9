-- What was known of an employee at each time at which an export named them.
{%- set columns = [
    'candidate_id', 'department_id', 'role_id', 'manager_id', 'name',
    'status', 'leaving_reason', 'monthly_salary', 'hired_on', 'left_on'
] %}

with seen as (
    select * from {{ ref('stg_employee_appearances') }}
),

{{ states('seen', 'employee_id', columns) }}

select
    employee_id,
    candidate_id,
    department_id,
    role_id,
    manager_id,

    name,
    status,
    leaving_reason,

    monthly_salary,

    hired_on,
    left_on,

    seen_at
from states
