-- How many people of the choice (or of one batch) came how far, a row a channel of the invitation and one for all.
with chosen as (
    select *
    from marts.batch_progress
    where ($batch = 'all' or batch_id = $batch) and ($department = 'all' or department_id = $department)
        and ($role = 'all' or role_id = $role) and ($scenario = 'all' or scenario = $scenario)
        and (
            $quarter = 'all' or $batch <> 'all'
            or cast(cast(date_trunc('quarter', coalesce(first_invited_on, first_created_on)) as date) as varchar) = $quarter
        )
)
select channel, sum(invited_n) as invited_n, sum(invited_n - declined_n) as willing_n, sum(started_n) as started_n,
    sum(completed_n) as completed_n, sum(declined_n) as declined_n, sum(refused_ai_n) as refused_ai_n, sum(pending_n) as pending_n,
    sum(abandoned_n) as abandoned_n, sum(completed_n) / nullif(sum(invited_n), 0) as completed_share,
    sum(started_n) / nullif(sum(invited_n), 0) as started_share
from chosen
group by channel
having sum(invited_n) > 0
order by channel = 'all' desc, invited_n desc, channel
