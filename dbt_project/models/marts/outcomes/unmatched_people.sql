-- Where the chain from the interview to the exit holds and where it breaks, link by link, with the
-- reason. By ids only: who cannot be matched is counted here, never guessed by name.
with outcomes as (
    select * from {{ ref('interview_outcomes') }}
),

applications as (
    select * from {{ ref('stg_applications') }}
),

interviewed as (
    select distinct
        candidate_id,
        role_id
    from {{ ref('int_interviews') }}
),

interviewed_people as (
    select distinct candidate_id
    from interviewed
),

applicants as (
    select distinct candidate_id
    from applications
),

named_employees as (
    select distinct employee_id
    from applications
    where employee_id is not null
),

employees as (
    select * from {{ ref('stg_employees') }}
),

reviewed as (
    select
        employee_id,
        count(*) as reviews_n
    from {{ ref('stg_performance_reviews') }}
    group by employee_id
),

links as (
    select
        'interview_to_application' as link,
        application_link as reason,
        application_link = 'applied' as is_matched,
        candidate_id as person_id
    from outcomes
    union all
    select
        'interview_to_employee' as link,
        employee_link as reason,
        employee_link = 'hired' as is_matched,
        candidate_id as person_id
    from outcomes
    union all
    select
        'application_to_interview' as link,
        case
            when interviewed.candidate_id is not null then 'interviewed'
            when interviewed_people.candidate_id is not null then 'interviewed_for_another_role'
            else 'never_interviewed'
        end as reason,
        interviewed.candidate_id is not null as is_matched,
        applications.candidate_id as person_id
    from applications
    left join interviewed
        on applications.candidate_id = interviewed.candidate_id and applications.role_id = interviewed.role_id
    left join interviewed_people on applications.candidate_id = interviewed_people.candidate_id
    union all
    select
        'employee_to_candidate' as link,
        case
            when applicants.candidate_id is not null or named_employees.employee_id is not null then 'applied'
            when interviewed_people.candidate_id is not null then 'interviewed_only'
            when employees.candidate_id is null then 'no_candidate_id'
            else 'unknown_candidate'
        end as reason,
        applicants.candidate_id is not null
        or named_employees.employee_id is not null
        or interviewed_people.candidate_id is not null as is_matched,
        employees.employee_id as person_id
    from employees
    left join applicants on employees.candidate_id = applicants.candidate_id
    left join named_employees on employees.employee_id = named_employees.employee_id
    left join interviewed_people
        on coalesce(employees.candidate_id, employees.employee_id) = interviewed_people.candidate_id
    union all
    select
        'review_to_employee' as link,
        case when employees.employee_id is null then 'unknown_employee' else 'employed' end as reason,
        employees.employee_id is not null as is_matched,
        reviewed.employee_id as person_id
    from reviewed
    left join employees on reviewed.employee_id = employees.employee_id
),

counted as (
    select
        link,
        reason,
        is_matched,
        count(*) as n,
        count(distinct person_id) as people_n
    from links
    group by link, reason, is_matched
)

select
    link,
    reason,
    is_matched,
    cast(n as integer) as n,
    cast(people_n as integer) as people_n,
    {{ stable('n / nullif(sum(n) over (partition by link), 0)') }} as share
from counted
