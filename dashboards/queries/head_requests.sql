-- The supplementary interviews that were asked for about interviews of the choice, the latest first, with what they changed.
with asked as (
    select s.supplement_id, s.interview_id, s.candidate_id, s.role_id, s.state, s.requested_local_date, s.first_score, s.supplement_score, s.gain
    from marts.supplementary_interviews s
    where s.requested_local_date is not null and ($department = 'all' or s.department_id = $department)
        and ($role = 'all' or s.role_id = $role) and ($scenario = 'all' or s.scenario = $scenario)
        and ($quarter = 'all' or cast(s.quarter_start as varchar) = $quarter)
)
select count(*) over () as all_n, count(*) filter (a.state = 'done') over () as done_n, a.interview_id, a.candidate_id, c.name,
    if($lang = 'zh', r.name_zh, r.name_en) as role_name, a.state, a.requested_local_date, a.first_score, a.supplement_score, a.gain
from asked a
left join people.candidates c on c.candidate_id = a.candidate_id
left join marts.roles r on r.role_id = a.role_id
order by a.requested_local_date desc, a.supplement_id
limit $row_limit
