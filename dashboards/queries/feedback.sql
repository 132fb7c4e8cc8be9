-- Questions for feedback, over all quarters: how many wait for a reply, and how long replies took.
with asked as (
    select *
    from marts.interview_comments
    where kind = 'feedback_question' and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
), counted as (
    select count(*) as n, count(distinct candidate_id) as people_n, count(*) filter (is_waiting) as waiting_n, count(reply_hours) as replied_n,
        median(reply_hours) as median_hours, quantile_cont(reply_hours, 0.9) as p90_hours, max(waiting_hours) as longest_hours
    from asked
)
select people_n < $fewest and n > 0 as is_small, if(people_n < $fewest, null, n) as n, if(people_n < $fewest, null, waiting_n) as waiting_n,
    if(people_n < $fewest, null, replied_n) as replied_n, if(people_n < $fewest, null, median_hours) as median_hours,
    if(people_n < $fewest, null, p90_hours) as p90_hours, if(people_n < $fewest, null, longest_hours) as longest_hours
from counted
