-- The scale that all roles' quarters share: the lowest and highest mean of the choice, rounded out to tens.
with means as (
    select role_id, quarter_start, {{ metric('mean_score') }} as mean
    from marts.interview_results
    where status = 'scored' and ($department = 'all' or department_id = $department) and ($scenario = 'all' or scenario = $scenario)
    group by role_id, quarter_start
)
select greatest(0, 10 * floor((min(mean) - 2) / 10)) as low, least(100, 10 * ceil((max(mean) + 2) / 10)) as high
from means
having count(*) > 0
