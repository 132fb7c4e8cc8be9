-- The answers to one question that earned least; `answers_n` counts all that did not earn everything.
with judged as (
    select interview_id, points
    from marts.answer_scores
    where question_id = $question and points < 100 and ($department = 'all' or department_id = $department)
        and ($role = 'all' or role_id = $role) and ($scenario = 'all' or scenario = $scenario)
        and ($quarter = 'all' or quarter_start = try_cast($quarter as date))
), counted as (
    select count(*) as answers_n from judged
), lowest as (
    select interview_id, points from judged order by points, interview_id limit $row_limit
)
select n.answers_n, w.interview_id, r.candidate_id, c.name, if($lang = 'zh', o.name_zh, o.name_en) as role_name, r.completed_local_date,
    w.points, r.composite_score,
    list_transform(list_filter(a.elements, lambda e: not e.is_met), lambda e: e.criterion_id) as missed
from lowest w
cross join counted n
join marts.interview_results r on r.interview_id = w.interview_id
join marts.answer_scores a on a.interview_id = w.interview_id and a.question_id = $question
left join people.candidates c on c.candidate_id = r.candidate_id
left join marts.roles o on o.role_id = r.role_id
order by w.points, w.interview_id
