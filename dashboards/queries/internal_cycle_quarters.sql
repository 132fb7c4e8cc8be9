-- Days from request to decision by quarter of the interview: median, the middle half and n; all quarters, whatever is chosen.
with chosen as (
    select candidate_id, cycle_days, coalesce(quarter_start, cast(date_trunc('quarter', invited_local_date) as date)) as quarter_start
    from marts.internal_reviews
    where cycle_days is not null and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
), counted as (
    select quarter_start, count(*) as n, count(distinct candidate_id) as people_n, median(cycle_days) as middle,
        quantile_cont(cycle_days, 0.25) as p25, quantile_cont(cycle_days, 0.75) as p75
    from chosen
    where quarter_start is not null
    group by quarter_start
)
select cast(quarter_start as varchar) as quarter, if(people_n < $fewest, null, n) as n, if(people_n < $fewest, null, middle) as middle,
    if(people_n < $fewest, null, p25) as p25, if(people_n < $fewest, null, p75) as p75
from counted
order by quarter_start
