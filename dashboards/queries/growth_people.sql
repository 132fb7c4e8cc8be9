-- Who has which gap and what is advised, widest first; `rows_n` and `people_n` count all of them, $row_limit caps what travels.
-- A page asks without $with_names, and for the names of all its lists together.
with counted as (
    select count(*) as rows_n, count(distinct candidate_id) as people_n
    from marts.development_plans
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
        and ($gap = 'all' or competency_id = $gap) and ($gap_role = 'all' or role_id = $gap_role)
        and ($help = 'all' or case $help_kind when 'course' then course_id when 'project' then project_id else mentor_id end = $help)
), shown as (
    select *
    from marts.development_plans
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
        and ($gap = 'all' or competency_id = $gap) and ($gap_role = 'all' or role_id = $gap_role)
        and ($help = 'all' or case $help_kind when 'course' then course_id when 'project' then project_id else mentor_id end = $help)
    order by gap desc, interview_id, competency_id
    limit $row_limit
)
select n.rows_n, n.people_n, s.interview_id, s.candidate_id, c.name, if($lang = 'zh', r.name_zh, r.name_en) as role_name,
    if($lang = 'zh', k.name_zh, k.name_en) as competency, s.score, s.requirement, s.gap, i.grade, i.completed_local_date as local_date,
    if($lang = 'zh', s.course_zh, s.course_en) as course, if($lang = 'zh', s.project_zh, s.project_en) as project,
    if($lang = 'zh', s.mentor_zh, s.mentor_en) as mentor
from shown s
cross join counted n
join marts.interview_results i on i.interview_id = s.interview_id
left join people.candidates c on $with_names and c.candidate_id = s.candidate_id
left join marts.roles r on r.role_id = s.role_id
left join marts.competencies k on k.competency_id = s.competency_id
order by s.gap desc, s.interview_id, s.competency_id
