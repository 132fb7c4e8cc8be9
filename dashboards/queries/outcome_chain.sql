-- How far the applications with a scored interview came, each counted once, and how many interviews have no application.
with chosen as (
    select *, employee_link = 'hired' as is_hired, offered_local_date is not null or employee_link = 'hired' as is_offered
    from marts.interview_outcomes
    where composite_score is not null and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
), counted as (
    select count(*) as interviews_n, count(*) filter (application_id is null) as without_application_n,
        count(distinct candidate_id) as people_n, count(distinct application_id) as applications_n,
        count(distinct application_id) filter (round2_score is not null or is_offered) as later_round_n,
        count(distinct application_id) filter (is_offered) as offered_n, count(distinct application_id) filter (is_hired) as hired_n,
        count(distinct application_id) filter (outcome = 'open') as open_n,
        count(distinct candidate_id) filter (composite_score >= 80) as high_people_n,
        count(distinct application_id) filter (composite_score >= 80) as high_applications_n,
        count(distinct application_id) filter (is_hired and composite_score >= 80) as high_hired_n,
        {{ metric('hire_rate') }} as hire_rate, {{ metric('offer_acceptance') }} as acceptance,
        {{ metric_n('offer_acceptance') }} as settled_n
    from chosen
)
select *, {{ wilson('hired_n', 'applications_n', '-') }} as hire_low, {{ wilson('hired_n', 'applications_n', '+') }} as hire_high
from counted
where people_n >= $fewest
