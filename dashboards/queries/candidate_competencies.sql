-- The person's competencies against the requirement and the mean of the same role, scenario and quarter.
select s.competency_id, if($lang = 'zh', c.name_zh, c.name_en) as competency, s.score, s.requirement, s.cohort_mean, s.gap,
    s.weight_share, s.basis, s.vendor_score, s.cohort_n, s.pct_rank
from marts.competency_scores s
join marts.competencies c on c.competency_id = s.competency_id
where s.interview_id = $interview and s.weight is not null
order by s.weight_share desc nulls last, s.competency_id
