-- Where the chain from an interview breaks, by reason: for the choice, and (company-wide, all time) every link of the mart.
with chosen as (
    select *
    from marts.interview_outcomes
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
), reasons as (
    select 'interview_to_application' as link, application_link as reason, application_link = 'applied' as is_matched, candidate_id
    from chosen
    union all
    select 'interview_to_employee', employee_link, employee_link = 'hired', candidate_id
    from chosen
), here as (
    select link, reason, is_matched, count(*) as n, count(distinct candidate_id) as people_n from reasons group by all
), everything as (
    select 'choice' as scope, link, reason, is_matched, n, people_n, n / sum(n) over (partition by link) as share from here
    union all
    select 'company', link, reason, is_matched, n, people_n, share
    from marts.unmatched_people
    where link not in ('interview_to_application', 'interview_to_employee')
)
select scope, link, reason, is_matched, if(people_n >= $fewest, n, null) as n, if(people_n >= $fewest, people_n, null) as people_n,
    if(people_n >= $fewest, share, null) as share
from everything
order by scope, link, is_matched desc, share desc, reason
