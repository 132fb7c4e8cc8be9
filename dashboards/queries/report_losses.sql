-- Where these interviews lost points, most first; is_step: one of the cheapest set that reaches the next grade.
with wanted as (select unnest(string_split($interviews, chr(31))) as interview_id)
select l.interview_id, if($lang = 'zh', c.name_zh, c.name_en) as competency, l.criterion_id, l.question_id, l.points_lost,
    if($lang = 'zh', l.loss_zh, l.loss_en) as loss, if($lang = 'zh', l.advice_zh, l.advice_en) as advice,
    if($lang = 'zh', q.text_zh, q.text_en) as question, s.criterion_id is not null as is_step
from wanted w
join marts.loss_points l on l.interview_id = w.interview_id
left join marts.competencies c on c.competency_id = l.competency_id
left join marts.questions q on q.question_id = l.question_id
left join marts.next_band_steps s
    on s.interview_id = l.interview_id and s.question_id = l.question_id and s.criterion_id = l.criterion_id
where l.points_lost > 0
order by l.interview_id, is_step desc, l.points_lost desc, l.criterion_id, l.question_id
