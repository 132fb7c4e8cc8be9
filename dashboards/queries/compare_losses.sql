-- The criteria that cost each person of a comparison most, at most $shown a person.
select l.interview_id, if($lang = 'zh', c.name_zh, c.name_en) as competency, l.points_lost, if($lang = 'zh', l.loss_zh, l.loss_en) as loss
from marts.loss_points l
left join marts.competencies c on c.competency_id = l.competency_id
where list_contains(string_split($compare, ','), l.interview_id) and l.points_lost > 0
qualify row_number() over (partition by l.interview_id order by l.points_lost desc, l.question_id, l.criterion_id) <= $shown
order by l.interview_id, l.points_lost desc, l.question_id, l.criterion_id
