-- The people behind the chain, best scores first; `$outcome` names the part of the chain, `people_n` counts all rows.
with chosen as (
    select *
    from marts.interview_outcomes
    where composite_score is not null and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario) and ($quarter = 'all' or cast(quarter_start as varchar) = $quarter)
        and ($of_grade = 'all' or grade = $of_grade or ($of_grade = 'high' and composite_score >= 80))
        and case $outcome
            when 'all' then true
            when 'offered' then (offered_local_date is not null or employee_link = 'hired')
            when 'hired' then employee_link = 'hired'
            when 'refused_offer' then offered_local_date is not null and outcome = 'withdrawn'
            when 'left_early' then left_within_12m
            when 'stayed' then not left_within_12m
            when 'unmatched' then application_link <> 'applied' or employee_link = 'hired_but_no_employee'
            else false
        end
)
select o.interview_id, o.candidate_id, c.name, if($lang = 'zh', r.name_zh, r.name_en) as role_name, o.composite_score,
    least(round(o.composite_score, 1), if(g.grade_rank = 1, 100, g.max_score - 0.1)) as score_shown,
    o.grade, o.application_link, o.employee_link, o.outcome, o.applied_local_date, o.offered_local_date, o.hired_on, o.left_on,
    o.performance_3m, o.performance_6m, o.performance_12m, count(*) over () as people_n
from chosen o
left join people.candidates c on c.candidate_id = o.candidate_id
left join marts.roles r on r.role_id = o.role_id
left join marts.grades g on g.grade = o.grade
order by o.composite_score desc, o.interview_id
limit $row_limit
