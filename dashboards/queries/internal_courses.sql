-- How many training assessments were passed by people who had taken a course, a row a course, one for none and one for all.
with chosen as (
    select *, coalesce(quarter_start, cast(date_trunc('quarter', invited_local_date) as date)) as quarter
    from marts.internal_reviews
    where scenario = 'training' and is_passed is not null and ($department = 'all' or department_id = $department)
        and ($role = 'all' or role_id = $role) and ($scenario = 'all' or scenario = $scenario)
), taken as (
    select candidate_id, is_passed, unnest(list_append(if(len(course_ids) = 0, ['none'], course_ids), 'all')) as course_id
    from chosen
    where $quarter = 'all' or cast(quarter as varchar) = $quarter
), counted as (
    select course_id, count(*) as n, count(*) filter (is_passed) as passed_n, count(distinct candidate_id) as people_n
    from taken
    group by course_id
), bounded as (
    select *, {{ wilson('passed_n', 'n', '-') }} as low, {{ wilson('passed_n', 'n', '+') }} as high from counted
)
select b.course_id, if($lang = 'zh', c.name_zh, c.name_en) as course, if(b.people_n < $fewest, null, b.n) as n,
    if(b.people_n < $fewest, null, b.passed_n) as passed_n, if(b.people_n < $fewest, null, b.passed_n / b.n) as share,
    if(b.people_n < $fewest, null, b.low) as low, if(b.people_n < $fewest, null, b.high) as high
from bounded b
left join marts.courses c on c.course_id = b.course_id
order by b.course_id = 'all' desc, b.course_id = 'none', b.n desc, b.course_id
