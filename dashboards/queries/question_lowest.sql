-- The answers to one question that earned least; `answers_n` counts all that did not earn everything.
with judged as (
    select a.interview_id, a.candidate_id, a.points, a.elements, a.role_id, r.completed_local_date, r.composite_score
    from marts.answer_scores a
    join marts.interview_results r on r.interview_id = a.interview_id
    where a.question_id = $question and a.points < 100 and ($department = 'all' or a.department_id = $department)
        and ($role = 'all' or a.role_id = $role) and ($scenario = 'all' or a.scenario = $scenario)
        and ($quarter = 'all' or cast(a.quarter_start as varchar) = $quarter)
), lowest as (
    select *, count(*) over () as answers_n from judged order by points, composite_score, interview_id limit $row_limit
)
select w.answers_n, w.interview_id, w.candidate_id, c.name, if($lang = 'zh', o.name_zh, o.name_en) as role_name, w.completed_local_date,
    w.points, w.composite_score,
    list_transform(list_filter(w.elements, lambda e: not e.is_met), lambda e: e.criterion_id) as missed
from lowest w
left join people.candidates c on c.candidate_id = w.candidate_id
left join marts.roles o on o.role_id = w.role_id
order by w.points, w.composite_score, w.interview_id
