-- The competencies of a comparison: each person's score against the requirement of the own role, and the mean of the own cohort.
select list_position(string_split($compare, ','), s.interview_id) as place, s.interview_id, s.candidate_id, p.name, if($lang = 'zh', r.name_zh, r.name_en) as role_name, s.competency_id,
    if($lang = 'zh', c.name_zh, c.name_en) as competency, s.score, s.requirement, s.gap, s.cohort_mean, s.cohort_n, s.weight_share,
    count(*) over (partition by s.competency_id) as measured_n,
    max(s.weight_share) over (partition by s.competency_id) as heaviest
from marts.competency_scores s
join marts.interview_results i on i.interview_id = s.interview_id and i.status = 'scored'
join marts.competencies c on c.competency_id = s.competency_id
left join people.candidates p on p.candidate_id = s.candidate_id
left join marts.roles r on r.role_id = s.role_id
where list_contains(string_split($compare, ','), s.interview_id) and s.weight is not null
order by measured_n desc, heaviest desc nulls last, s.competency_id, place
