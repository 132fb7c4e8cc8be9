-- One interview with everything that its head says.
with own as materialized (
    select * from marts.interview_results where interview_id = $interview
)
select i.interview_id, i.candidate_id, c.name, i.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name,
    if($lang = 'zh', d.name_zh, d.name_en) as department_name, i.scenario, i.status, i.attempt, i.composite_score,
    least(round(i.composite_score, 1), if(g.grade_rank = 1, 100, g.max_score - 0.1)) as score_shown, i.grade, i.coverage, i.basis,
    i.cohort_rank, i.cohort_n, ceil(100 * i.cohort_rank / i.cohort_n) as top_percent, i.is_top10, i.recommendation,
    i.next_stage, i.assessment_score, i.combined_score, i.fit_score, i.pay_min, i.pay_max, i.pay_currency, i.flags,
    i.answers_n, i.unknown_answers_n, i.interruptions, i.supplement_of,
    (
        select min(best.composite_score) from marts.interview_results best
        where best.is_top10 and best.role_id = (select role_id from own) and best.scenario = (select scenario from own)
            and best.quarter_start = (select quarter_start from own where cohort_rank is not null)
    ) as top10_from, i.invited_local_date, i.completed_local_date,
    coalesce(i.completed_local_date, i.invited_local_date) as local_date, cast(i.quarter_start as varchar) as quarter, i.rubric_version, i.weights_version, i.run_id,
    e.employee_id
from own i
left join (select * from people.candidates where candidate_id = (select candidate_id from own)) c on true
left join (select * from people.employees where candidate_id = (select candidate_id from own)) e on true
left join marts.roles r on r.role_id = i.role_id
left join marts.departments d on d.department_id = i.department_id
left join marts.grades g on g.grade = i.grade
order by e.employee_id
limit 1
