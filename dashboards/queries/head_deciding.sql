-- Who of the choice is advised for the next round while the application is still open: best scores first; `all_n` counts all.
with waiting as (
    select o.interview_id, o.candidate_id, o.role_id, o.composite_score, o.grade, o.stage, o.offered_local_date, o.completed_local_date
    from marts.interview_outcomes o
    where o.outcome = 'open' and o.recommendation = 'advance' and ($department = 'all' or o.department_id = $department)
        and ($role = 'all' or o.role_id = $role) and ($scenario = 'all' or o.scenario = $scenario)
        and ($quarter = 'all' or cast(o.quarter_start as varchar) = $quarter)
)
select count(*) over () as all_n, w.interview_id, w.candidate_id, c.name, if($lang = 'zh', r.name_zh, r.name_en) as role_name,
    w.composite_score, w.grade, w.stage, w.offered_local_date, w.completed_local_date,
    date_diff('day', w.completed_local_date, cast($today as date)) as days
from waiting w
left join people.candidates c on c.candidate_id = w.candidate_id
left join marts.roles r on r.role_id = w.role_id
order by w.composite_score desc, w.interview_id
limit $row_limit
