-- The competencies that have scores.
select c.competency_id as id, if($lang = 'zh', c.name_zh, c.name_en) as name
from marts.competencies c
semi join marts.role_score_summaries s on s.competency_id = c.competency_id
order by id
