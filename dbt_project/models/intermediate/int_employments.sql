-- One row per stay of a person in the company: who left and came back has two, told apart by hired_on.
with versions as (
    select * from {{ ref('employee_history') }}
    where hired_on is not null
),

latest as (
    select *
    from versions
    qualify row_number() over (partition by employee_id, hired_on order by version_number desc) = 1
),

first_versions as (
    select
        employee_id,
        hired_on,
        role_id,
        department_id,
        monthly_salary
    from versions
    qualify row_number() over (partition by employee_id, hired_on order by version_number asc) = 1
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
    first_versions.role_id as first_role_id,
    first_versions.department_id as first_department_id,
    first_versions.monthly_salary as first_monthly_salary,
    lead(latest.hired_on) over (partition by latest.employee_id order by latest.hired_on) as next_hired_on
from latest
inner join first_versions
    on latest.employee_id = first_versions.employee_id and latest.hired_on = first_versions.hired_on
