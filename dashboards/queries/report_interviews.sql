-- What the head of a report says of each of these interviews (`$interviews`: ids, a unit separator between them).
with wanted as (select unnest(string_split($interviews, chr(31))) as interview_id)
select i.interview_id, i.candidate_id, c.name, i.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name,
    if($lang = 'zh', d.name_zh, d.name_en) as department_name, i.scenario, i.status, i.attempt, i.composite_score,
    least(round(i.composite_score, 1), if(g.grade_rank = 1, 100, g.max_score - 0.1)) as score_shown, i.grade, i.coverage,
    i.basis, i.cohort_rank, i.cohort_n, ceil(100 * i.cohort_rank / i.cohort_n) as top_percent, i.is_top10, i.pct_rank,
    i.recommendation, i.next_stage, i.assessment_score, i.combined_score, i.fit_score, i.pay_min, i.pay_max, i.flags,
    i.answers_n, i.unknown_answers_n, coalesce(i.completed_local_date, i.invited_local_date) as local_date,
    i.rubric_version, i.weights_version, i.run_id, n.next_grade, n.next_min_score, n.points_needed, n.is_reachable,
    n.steps_n, n.composite_with_steps
from wanted w
join marts.interview_results i on i.interview_id = w.interview_id
left join people.candidates c on c.candidate_id = i.candidate_id
left join marts.roles r on r.role_id = i.role_id
left join marts.departments d on d.department_id = i.department_id
left join marts.grades g on g.grade = i.grade
left join marts.next_bands n on n.interview_id = i.interview_id
order by i.interview_id
