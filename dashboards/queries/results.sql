-- The interviews of the choice, best first; `found_n` counts all of them, $row_limit caps the rows that travel.
with chosen as (
    select i.interview_id, i.composite_score, i.recommendation, c.name,
        coalesce(
            cast(i.quarter_start as varchar), cast(cast(date_trunc('quarter', i.invited_local_date) as date) as varchar)
        ) as quarter
    from marts.interview_results i
    left join people.candidates c on c.candidate_id = i.candidate_id
    where ($department = 'all' or i.department_id = $department) and ($role = 'all' or i.role_id = $role)
        and ($scenario = 'all' or i.scenario = $scenario)
        and ($status = 'all' or i.status = $status)
        and ($grade = 'all' or contains($grade, i.grade))
        and (not $top10 or i.is_top10)
        and ($recommendation = 'all' or i.recommendation = $recommendation)
        and ($flag = 'all' or list_contains(i.flags, $flag))
        and (
            $search = '' or contains(lower(coalesce(c.name, '')), lower($search))
            or contains(lower(i.interview_id), lower($search)) or contains(lower(i.candidate_id), lower($search))
        )
), found as (
    select interview_id, name, composite_score, recommendation from chosen where $quarter = 'all' or quarter = $quarter
), counted as (
    select count(*) as found_n, count(*) filter (recommendation = 'advance') as advance_n from found
), shown as (
    select interview_id, name from found order by composite_score desc nulls last, interview_id limit $row_limit
)
select n.found_n, n.advance_n, h.interview_id, h.candidate_id, s.name,
    if($lang = 'zh', r.name_zh, r.name_en) as role_name, if($lang = 'zh', d.name_zh, d.name_en) as department_name,
    h.role_id, h.scenario, h.attempt, h.status, coalesce(h.completed_local_date, h.invited_local_date) as local_date,
    h.composite_score, least(round(h.composite_score, 1), if(g.grade_rank = 1, 100, g.max_score - 0.1)) as score_shown,
    h.grade, h.coverage, h.cohort_rank, h.cohort_n, ceil(100 * h.cohort_rank / h.cohort_n) as top_percent, h.is_top10,
    h.recommendation, h.next_stage, h.fit_score, round(100 * h.fit_score) as fit_percent, h.assessment_score,
    h.combined_score, h.pay_min, h.pay_max, h.pay_currency, h.flags, h.rubric_version, h.weights_version, h.run_id
from shown s
cross join counted n
join marts.interview_results h on h.interview_id = s.interview_id
left join marts.roles r on r.role_id = h.role_id
left join marts.departments d on d.department_id = h.department_id
left join marts.grades g on g.grade = h.grade
order by h.composite_score desc nulls last, h.interview_id
