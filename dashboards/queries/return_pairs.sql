-- Each return that is no supplement, over all quarters, in an order that has nothing to do with the scores: a capped picture is a fair
-- sample. `pairs_n` counts them all.
with pairs as (
    select *, if(len(course_ids) > 0, 'course', 'no_course') as part, count(*) over () as pairs_n
    from marts.reapplications
    where not is_supplement and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
    qualify row_number() over (partition by part order by hash(first_interview_id), first_interview_id) <= $row_limit
)
select p.pairs_n, p.part, p.first_interview_id, p.next_interview_id, p.candidate_id, c.name, if($lang = 'zh', r.name_zh, r.name_en) as role_name,
    p.first_local_date, p.next_local_date, p.days_between, p.first_score, p.next_score, p.gain, p.first_grade, p.next_grade, p.was_hired,
    list_transform(p.course_ids, x -> coalesce(k.names[x], x)) as courses
from pairs p
cross join (select map_from_entries(list((course_id, if($lang = 'zh', name_zh, name_en)))) as names from marts.courses) k
left join people.candidates c on $with_names and c.candidate_id = p.candidate_id
left join marts.roles r on r.role_id = p.role_id
order by p.gain desc, p.first_interview_id
