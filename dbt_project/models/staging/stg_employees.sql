-- The current state: the last of the history.
with states as (
    select * from {{ ref('stg_employee_states') }}
)

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
    left_on
from states
qualify row_number() over (partition by employee_id order by seen_at desc) = 1
