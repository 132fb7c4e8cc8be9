-- Who of the choice (or of one batch) was invited and has not begun, longest first; `waiting_n` counts all.
with chosen as (
    select i.interview_id, i.candidate_id, i.batch_id, i.role_id, i.channel, i.invited_local_date
    from marts.interview_results i
    where i.status = 'pending' and ($batch = 'all' or coalesce(i.batch_id, 'none') = $batch)
        and ($department = 'all' or i.department_id = $department) and ($role = 'all' or i.role_id = $role)
        and ($scenario = 'all' or i.scenario = $scenario)
        and (
            $quarter = 'all' or $batch <> 'all'
            or cast(cast(date_trunc('quarter', i.invited_local_date) as date) as varchar) = $quarter
        )
)
select count(*) over () as waiting_n, w.interview_id, w.candidate_id, c.name, w.batch_id, w.channel,
    if($lang = 'zh', r.name_zh, r.name_en) as role_name, w.invited_local_date,
    date_diff('day', w.invited_local_date, cast($today as date)) as days
from chosen w
left join people.candidates c on c.candidate_id = w.candidate_id
left join marts.roles r on r.role_id = w.role_id
order by w.invited_local_date nulls last, w.interview_id
limit $row_limit
