-- What one promotion or training interview scored in each competency, with what the role requires.
with scored as (
    select unnest(competencies, recursive := true) from marts.internal_reviews where interview_id = $case
)
select s.competency_id, if($lang = 'zh', c.name_zh, c.name_en) as competency, s.score, s.requirement, s.score - s.requirement as difference
from scored s
left join marts.competencies c on c.competency_id = s.competency_id
order by s.score - s.requirement nulls last, s.competency_id
