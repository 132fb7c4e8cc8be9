-- What each question cost on average: points of the composite that its criteria took, over the scored interviews in which it was
-- answered. `$question` = all: a row a question; else a row a criterion of that question. Few people make no row.
with answered as (
    select a.question_id, count(*) as n, count(*) filter (a.points < 100) as short_n,
        count(distinct if($fewest > 0, a.candidate_id, null)) as people_n
    from marts.answer_scores a
    join marts.interview_results r on r.interview_id = a.interview_id and r.status = 'scored'
    where a.points is not null and ($question = 'all' or a.question_id = $question)
        and ($department = 'all' or a.department_id = $department) and ($role = 'all' or a.role_id = $role)
        and ($scenario = 'all' or a.scenario = $scenario) and ($quarter = 'all' or a.quarter_start = try_cast($quarter as date))
    group by a.question_id
), lost as (
    select question_id, if($question = 'all', null, criterion_id) as criterion_id, sum(points_lost) as points_lost, count(*) as lost_n
    from marts.loss_points
    where ($question = 'all' or question_id = $question) and ($department = 'all' or department_id = $department)
        and ($role = 'all' or role_id = $role) and ($scenario = 'all' or scenario = $scenario)
        and ($quarter = 'all' or quarter_start = try_cast($quarter as date))
    group by 1, 2
)
select l.question_id, l.criterion_id, if($lang = 'zh', q.text_zh, q.text_en) as question, if($lang = 'zh', o.name_zh, o.name_en) as role_name,
    a.n, l.points_lost / a.n as cost, if($question = 'all', a.short_n, l.lost_n) / a.n as lost_share
from lost l
join answered a on a.question_id = l.question_id
left join marts.questions q on q.question_id = l.question_id
left join marts.roles o on o.role_id = q.role_id
where a.people_n >= $fewest and l.points_lost > 0
order by cost desc, l.question_id, l.criterion_id
