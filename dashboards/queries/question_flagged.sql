-- Answers to one question that bear a flag, the latest first; `flagged_n` counts all of them.
with flagged as (
    select a.interview_id, a.candidate_id, a.points, a.answer_seconds, a.flags, r.completed_local_date, r.composite_score, r.role_id
    from marts.answer_scores a
    join marts.interview_results r on r.interview_id = a.interview_id
    where a.question_id = $question and len(a.flags) > 0 and ($department = 'all' or a.department_id = $department)
        and ($role = 'all' or a.role_id = $role) and ($scenario = 'all' or a.scenario = $scenario)
        and ($quarter = 'all' or cast(a.quarter_start as varchar) = $quarter)
)
select f.*, c.name, if($lang = 'zh', o.name_zh, o.name_en) as role_name, count(*) over () as flagged_n
from flagged f
left join people.candidates c on c.candidate_id = f.candidate_id
left join marts.roles o on o.role_id = f.role_id
order by f.completed_local_date desc nulls last, f.interview_id
limit $row_limit
