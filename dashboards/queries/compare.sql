-- The interviews of a comparison in the order of the link: everything that stands in their columns.
select list_position(string_split($compare, ','), i.interview_id) as place, i.interview_id, i.candidate_id, c.name, i.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name,
    if($lang = 'zh', d.name_zh, d.name_en) as department_name, i.scenario, i.status, i.attempt,
    coalesce(i.completed_local_date, i.invited_local_date) as local_date, cast(i.quarter_start as varchar) as quarter, i.composite_score,
    least(round(i.composite_score, 1), if(g.grade_rank = 1, 100, g.max_score - 0.1)) as score_shown, i.grade, i.coverage, i.basis,
    i.cohort_rank, i.cohort_n, ceil(100 * i.cohort_rank / i.cohort_n) as top_percent, i.is_top10, i.recommendation, i.next_stage, i.fit_score,
    i.assessment_score, i.combined_score, i.pay_min, i.pay_max, i.pay_currency, i.flags, o.education, o.years_experience, o.resume_source,
    o.application_link, o.outcome, f.offered_local_date, f.offer_monthly_salary, f.is_out_of_band, b.next_grade, b.points_needed,
    rank() over (order by score_shown desc nulls last) as best,
    score_shown - lead(score_shown) over (order by score_shown desc nulls last, i.interview_id) as ahead_by, i.rubric_version, i.weights_version, i.run_id
from marts.interview_results i
left join people.candidates c on c.candidate_id = i.candidate_id
left join marts.roles r on r.role_id = i.role_id
left join marts.departments d on d.department_id = i.department_id
left join marts.grades g on g.grade = i.grade
left join marts.interview_outcomes o on o.interview_id = i.interview_id
left join marts.next_bands b on b.interview_id = i.interview_id
left join (
    select * from marts.offers where list_contains(string_split($compare, ','), interview_id)
    qualify row_number() over (partition by interview_id order by offered_local_date desc, application_id) = 1
) f on f.interview_id = i.interview_id
where list_contains(string_split($compare, ','), i.interview_id)
order by place
