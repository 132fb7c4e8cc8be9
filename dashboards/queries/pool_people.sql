-- The talent pool, over all quarters: best scores first; `people_n` counts all of them, $row_limit caps the rows that travel.
with counted as (
    select count(*) as rows_n, count(distinct candidate_id) as people_n
    from marts.talent_pool
    where is_in_pool and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
        and ($pool = 'all' or reason = $pool)
), shown as (
    select *
    from marts.talent_pool
    where is_in_pool and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
        and ($pool = 'all' or reason = $pool)
    order by composite_score desc, interview_id
    limit $row_limit
)
select n.rows_n, n.people_n, t.interview_id, t.candidate_id, c.name, if($lang = 'zh', r.name_zh, r.name_en) as role_name,
    t.completed_local_date as local_date, t.composite_score, least(round(t.composite_score, 1), if(g.grade_rank = 1, 100, g.max_score - 0.1)) as score_shown,
    t.grade, t.outcome as application_outcome, t.reason as pool_reason,
    if(t.projected_score > t.composite_score, if($lang = 'zh', o.name_zh, o.name_en), null) as recommended_role,
    if(t.projected_score > t.composite_score, t.projected_score, null) as projected_score,
    if($lang = 'zh', k.name_zh, k.name_en) as widest_gap, if($lang = 'zh', u.name_zh, u.name_en) as course
from shown t
cross join counted n
left join people.candidates c on $with_names and c.candidate_id = t.candidate_id
left join marts.roles r on r.role_id = t.role_id
left join marts.roles o on o.role_id = t.recommended_role_id
left join marts.competencies k on k.competency_id = t.widest_gap_id
left join marts.courses u on u.course_id = t.course_id
left join marts.grades g on g.grade = t.grade
order by t.composite_score desc, t.interview_id
