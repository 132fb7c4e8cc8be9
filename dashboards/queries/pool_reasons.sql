-- People in the talent pool, over all quarters, by reason; in the row 'all' each of them once.
with counted as (
    select if(grouping(reason) = 1, 'all', reason) as reason, count(distinct candidate_id) as people_n, count(*) as rows_n,
        {{ metric('mean_score') }} as mean
    from marts.talent_pool
    where is_in_pool and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
    group by grouping sets ((reason), ())
)
select reason, people_n < $fewest as is_small, if(people_n < $fewest, null, people_n) as people_n, if(people_n < $fewest, null, rows_n) as rows_n,
    if(people_n < $fewest, null, mean) as mean
from counted
where rows_n > 0
order by reason = 'all' desc, counted.people_n desc, reason
