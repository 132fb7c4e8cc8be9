-- What is advised against the gaps, and to how many people: courses, projects and mentors, most people first.
with advised as (
    select candidate_id, gap, unnest([
        {kind: 'course', id: course_id, name: if($lang = 'zh', course_zh, course_en)},
        {kind: 'project', id: project_id, name: if($lang = 'zh', project_zh, project_en)},
        {kind: 'mentor', id: mentor_id, name: if($lang = 'zh', mentor_zh, mentor_en)}
    ], recursive := true)
    from marts.development_plans
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
), counted as (
    select kind, id, min(name) as name, count(distinct candidate_id) as people_n, avg(gap) as mean_gap
    from advised
    where id is not null
    group by kind, id
)
select kind, id, name, people_n < $fewest as is_small, if(people_n < $fewest, null, people_n) as people_n,
    if(people_n < $fewest, null, mean_gap) as mean_gap
from counted
order by kind, counted.people_n desc, id
