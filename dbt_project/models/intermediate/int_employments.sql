-- One row per stay of a person in the company: who left and came back has two, told apart by hired_on.
with states as (
    select * from {{ ref('stg_employee_states') }}
    where hired_on is not null
),

latest as (
    select *
    from states
    qualify row_number() over (partition by employee_id, hired_on order by seen_at desc) = 1
),

first_states as (
    select
        employee_id,
        hired_on,
        role_id,
        department_id,
        monthly_salary
    from states
    qualify row_number() over (partition by employee_id, hired_on order by seen_at asc nulls last) = 1
)

select
    latest.employee_id,
    latest.candidate_id,
    latest.hired_on,
    latest.left_on,
    latest.leaving_reason,
    latest.status,
    latest.role_id,
    latest.department_id,
    latest.monthly_salary,
    first_states.role_id as first_role_id,
    first_states.department_id as first_department_id,
    first_states.monthly_salary as first_monthly_salary,
    lead(latest.hired_on) over (
        partition by latest.employee_id order by latest.hired_on asc nulls last
    ) as next_hired_on
from latest
inner join first_states
    on latest.employee_id = first_states.employee_id and latest.hired_on = first_states.hired_on
