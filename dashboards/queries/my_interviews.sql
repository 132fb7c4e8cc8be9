-- Every interview of the reader, the latest first: what the access policy shows to a candidate is their own.
select i.interview_id, i.candidate_id, c.name, i.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name, i.scenario, i.status,
    i.attempt, i.coverage, i.composite_score,
    least(round(i.composite_score, 1), if(g.grade_rank = 1, 100, g.max_score - 0.1)) as score_shown, i.grade, i.fit_score,
    i.basis, i.pay_min, i.pay_max, i.invited_local_date, i.completed_local_date,
    coalesce(i.completed_local_date, i.invited_local_date) as local_date, i.rubric_version, i.weights_version, i.run_id
from marts.interview_results i
left join people.candidates c on c.candidate_id = i.candidate_id
left join marts.roles r on r.role_id = i.role_id
left join marts.grades g on g.grade = i.grade
order by local_date desc nulls first, i.interview_id desc
