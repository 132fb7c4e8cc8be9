-- Days from request to decision in steps of three days, with the median and the 90th percentile of all.
with chosen as (
    select *, coalesce(quarter_start, cast(date_trunc('quarter', invited_local_date) as date)) as quarter
    from marts.internal_reviews
    where cycle_days is not null and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
), found as (
    select candidate_id, cycle_days, cast(floor(cycle_days / 3.0) * 3 as integer) as bin_start
    from chosen
    where $quarter = 'all' or cast(quarter as varchar) = $quarter
), counted as (
    select median(cycle_days) as middle, quantile_cont(cycle_days, 0.9) as p90, count(*) as cycle_n, count(distinct candidate_id) as people_n
    from found
)
select f.bin_start, f.bin_start + 3 as bin_end, if(count(distinct f.candidate_id) < $fewest, null, count(*)) as n,
    any_value(c.middle) as middle, any_value(c.p90) as p90, any_value(c.cycle_n) as cycle_n
from found f
cross join counted c
where c.people_n >= $fewest
group by f.bin_start
order by f.bin_start
