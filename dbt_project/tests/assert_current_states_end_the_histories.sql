-- A returned row is an employee or application whose current state is not the last version of its history.
-- Protects against two truths about the same day.
{{ config(meta = {'dagster': {'ref': {'name': 'employee_history'}}}) }}

with current_states as (
    select
        'employee ' || employee_id as id,
        role_id,
        department_id,
        monthly_salary as pay
    from {{ ref('stg_employees') }}
    union all
    select
        'application ' || application_id as id,
        role_id,
        department_id,
        offer_monthly_salary as pay
    from {{ ref('stg_applications') }}
),

last_versions as (
    select
        'employee ' || employee_id as id,
        role_id,
        department_id,
        monthly_salary as pay
    from {{ ref('employee_history') }}
    where is_current
    union all
    select
        'application ' || application_id as id,
        role_id,
        department_id,
        offer_monthly_salary as pay
    from {{ ref('application_history') }}
    where is_current
)

select
    coalesce(current_states.id, last_versions.id) as id,
    current_states.pay as current_pay,
    last_versions.pay as last_pay
from current_states
full join last_versions on current_states.id = last_versions.id
where
    current_states.id is null
    or last_versions.id is null
    or current_states.role_id is distinct from last_versions.role_id
    or current_states.department_id is distinct from last_versions.department_id
    or current_states.pay is distinct from last_versions.pay
