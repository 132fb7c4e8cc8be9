-- What of a kind is advised against the gaps, and to how many people, most people first: courses, projects or mentors.
with advised as (
    select candidate_id, gap, case $help_kind when 'course' then course_id when 'project' then project_id else mentor_id end as id,
        case $help_kind
            when 'course' then if($lang = 'zh', course_zh, course_en)
            when 'project' then if($lang = 'zh', project_zh, project_en)
            else if($lang = 'zh', mentor_zh, mentor_en)
        end as name
    from marts.development_plans
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
), counted as (
    select id, min(name) as name, count(distinct candidate_id) as people_n, avg(gap) as mean_gap
    from advised
    where id is not null
    group by id
)
select id, name, people_n < $fewest as is_small, if(people_n < $fewest, null, people_n) as people_n,
    if(people_n < $fewest, null, mean_gap) as mean_gap
from counted
order by counted.people_n desc, id
