-- Whom to ask for a promotion interview: the last review is at or above the mark and nothing was asked since; best reviews first.
with asked as (
    select *, count(*) over () as people_n
    from marts.promotion_prompts
    where state = 'prompt' and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
    order by performance_score desc, employee_id
    limit $row_limit
), last_one as (
    select i.candidate_id, arg_max(i.interview_id, i.completed_at) as interview_id, arg_max(i.composite_score, i.completed_at) as last_score
    from marts.interview_results i
    where i.status = 'scored' and i.candidate_id in (select candidate_id from asked)
    group by i.candidate_id
)
select a.people_n, a.employee_id, a.candidate_id, coalesce(e.name, c.name) as name, if($lang = 'zh', r.name_zh, r.name_en) as role_name,
    if($lang = 'zh', d.name_zh, d.name_en) as department_name, a.hired_on, a.performance_score, a.performance_period_end,
    a.last_interview_on, a.last_requested_on, l.interview_id, l.last_score
from asked a
left join people.employees e on e.employee_id = a.employee_id
left join people.candidates c on c.candidate_id = a.candidate_id
left join last_one l on l.candidate_id = a.candidate_id
left join marts.roles r on r.role_id = a.role_id
left join marts.departments d on d.department_id = a.department_id
order by a.performance_score desc, a.employee_id
