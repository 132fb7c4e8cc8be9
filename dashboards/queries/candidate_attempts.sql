-- All interviews of a person, oldest first; `is_this` marks the one that is shown.
select i.interview_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name, i.scenario, i.attempt, i.status, i.coverage,
    coalesce(i.completed_local_date, i.invited_local_date) as local_date, i.composite_score,
    least(round(i.composite_score, 1), if(g.grade_rank = 1, 100, g.max_score - 0.1)) as score_shown,
    i.grade, i.recommendation, i.interview_id = $interview as is_this
from marts.interview_results i
left join marts.roles r on r.role_id = i.role_id
left join marts.grades g on g.grade = i.grade
where i.candidate_id = $candidate
order by local_date, i.interview_id
