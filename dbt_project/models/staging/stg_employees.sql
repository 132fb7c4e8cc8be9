with versions as (
    select *
    from {{ source('raw', 'employees') }}
    qualify {{ latest_version(['employee_id']) }}
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
from versions
