-- Questions for feedback that nobody has answered, longest first; `waiting_n` counts all of them.
select count(*) over () as waiting_n, f.interview_id, f.candidate_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name,
    f.created_local_date, f.waiting_hours / 24 as waiting_days, f.is_by_candidate
from marts.interview_comments f
left join marts.roles r on r.role_id = f.role_id
where f.is_waiting and ($department = 'all' or f.department_id = $department) and ($role = 'all' or f.role_id = $role)
        and ($scenario = 'all' or f.scenario = $scenario)
order by f.waiting_hours desc, f.comment_id
limit $row_limit
