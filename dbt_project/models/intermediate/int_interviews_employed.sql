-- Interviews of people who are or were employees: where they worked on the local day of completion, and
-- where they work as of the run. By ids only: an employee names the candidate, an application the employee.
-- The state of a day is the last one seen by its end, so on the day of a move the new one counts; before the
-- first export of a stay its first state does. Who was not employed on a day worked nowhere then.
with interviews as (
    select
        interview_id,
        candidate_id,
        completed_local_date
    from {{ ref('int_interviews') }}
),

run_day as (
    select {{ local_date('started_at') }} as today
    from {{ ref('stg_run') }}
),

states as (
    select
        employee_id,
        candidate_id,
        department_id,
        role_id,
        hired_on,
        left_on,
        status,
        seen_at,
        {{ local_date('seen_at') }} as seen_on
    from {{ ref('stg_employee_states') }}
),

stays as (
    select * from {{ ref('int_employments') }}
),

people as (
    select
        candidate_id,
        employee_id
    from states
    where candidate_id is not null
    union
    select
        employee_id as candidate_id,
        employee_id
    from states
    union
    select
        candidate_id,
        employee_id
    from {{ ref('stg_applications') }}
    where employee_id is not null
),

employees as (
    select
        interviews.interview_id,
        interviews.completed_local_date,
        people.employee_id
    from interviews
    inner join people on interviews.candidate_id = people.candidate_id
),

-- The stay that the day lies in, by what is known of it by now: exits are often reported late.
stays_then as (
    select
        employees.interview_id,
        employees.completed_local_date,
        employees.employee_id,
        stays.hired_on
    from employees
    inner join stays
        on
            employees.employee_id = stays.employee_id
            and {{ is_employed('stays', 'employees.completed_local_date', knows_status=false) }}
    qualify row_number() over (
        partition by employees.interview_id
        order by stays.hired_on desc, employees.employee_id asc nulls last
    ) = 1
),

last_seen as (
    select
        stays_then.interview_id,
        states.department_id,
        states.role_id,
        states.hired_on,
        coalesce(
            {{ is_employed('states', 'stays_then.completed_local_date', has_next=false) }}, true
        ) as is_there
    from stays_then
    inner join states
        on stays_then.employee_id = states.employee_id and stays_then.completed_local_date >= states.seen_on
    qualify row_number() over (partition by stays_then.interview_id order by states.seen_at desc) = 1
),

first_of_stay as (
    select
        stays_then.interview_id,
        stays_then.hired_on,
        states.department_id,
        states.role_id
    from stays_then
    inner join states
        on stays_then.employee_id = states.employee_id and stays_then.hired_on = states.hired_on
    qualify row_number() over (
        partition by stays_then.interview_id order by states.seen_at asc nulls last
    ) = 1
),

-- What was seen last may still be the exit from an earlier stay; within the same stay it is an exit.
then_employed as (
    select
        first_of_stay.interview_id,
        case
            when last_seen.interview_id is null then first_of_stay.department_id
            when last_seen.is_there then last_seen.department_id
            when last_seen.hired_on < first_of_stay.hired_on then first_of_stay.department_id
        end as department_id,
        case
            when last_seen.interview_id is null then first_of_stay.role_id
            when last_seen.is_there then last_seen.role_id
            when last_seen.hired_on < first_of_stay.hired_on then first_of_stay.role_id
        end as role_id
    from first_of_stay
    left join last_seen on first_of_stay.interview_id = last_seen.interview_id
),

current_states as (
    select *
    from states
    qualify row_number() over (partition by employee_id order by seen_at desc) = 1
),

now_employed as (
    select
        employees.interview_id,
        current_states.department_id,
        current_states.role_id
    from employees
    cross join run_day
    inner join current_states
        on
            employees.employee_id = current_states.employee_id
            and {{ is_employed('current_states', 'run_day.today', has_next=false) }}
    qualify row_number() over (
        partition by employees.interview_id
        order by current_states.hired_on desc, employees.employee_id asc nulls last
    ) = 1
),

ever_employed as (
    select distinct interview_id
    from employees
)

select
    ever_employed.interview_id,
    then_employed.department_id as department_id_then,
    then_employed.role_id as role_id_then,
    now_employed.department_id as department_id_now,
    now_employed.role_id as role_id_now
from ever_employed
left join then_employed on ever_employed.interview_id = then_employed.interview_id
left join now_employed on ever_employed.interview_id = now_employed.interview_id
