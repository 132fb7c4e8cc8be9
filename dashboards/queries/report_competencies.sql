-- Competencies of these interviews against the requirement and the mean of the same role, scenario and quarter.
with wanted as (select unnest(string_split($interviews, chr(31))) as interview_id)
select s.interview_id, s.competency_id, if($lang = 'zh', c.name_zh, c.name_en) as competency, s.score, s.requirement,
    s.cohort_mean, s.gap, s.weight_share, s.basis
from wanted w
join marts.competency_scores s on s.interview_id = w.interview_id
join marts.competencies c on c.competency_id = s.competency_id
where s.weight is not null
order by s.interview_id, s.weight_share desc nulls last, s.competency_id
