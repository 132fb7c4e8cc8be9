-- The promotion and training interviews themselves, those of the rule first, newest first; `$cases` names a part, `cases_n` counts all of it.
with chosen as (
    select *, coalesce(quarter_start, cast(date_trunc('quarter', invited_local_date) as date)) as quarter,
        case when scenario = 'training' then case when is_passed then 'passed' when not is_passed then 'failed' else 'no_score' end
            when interview_score is null then 'no_score' when performance_score is null then 'unreviewed'
            when is_eligible then 'eligible' else 'below' end as verdict
    from marts.internal_reviews
    where ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
), found as (
    select *
    from chosen
    where ($quarter = 'all' or cast(quarter as varchar) = $quarter or $case <> '') and ($case = '' or interview_id = $case)
        and case $cases
            when 'all' then true
            when 'approved_without' then decision = 'approved' and verdict in ('below', 'unreviewed')
            when 'undecided' then scenario = 'promotion' and decided_local_date is null and promotion_id is not null
            when 'bank_differs' then not is_bank_matched
            else verdict = $cases
        end
)
select count(*) over () as cases_n, f.interview_id, f.candidate_id, f.employee_id, coalesce(c.name, e.name) as name, f.scenario, f.status,
    if($lang = 'zh', r.name_zh, r.name_en) as role_name, if($lang = 'zh', b.name_zh, b.name_en) as from_role_name,
    if($lang = 'zh', d.name_zh, d.name_en) as department_name, coalesce(f.completed_local_date, f.invited_local_date) as local_date,
    f.interview_score, f.performance_score, f.performance_period_end, f.verdict, f.is_passed, f.requested_local_date, f.decided_local_date,
    f.cycle_days, f.decision, f.question_bank_id, f.matched_bank_id, f.is_bank_matched, f.fit_score, round(100 * f.fit_score) as fit_percent,
    f.course_ids, f.competencies, {{ var('promotion_interview_mark') }} as interview_mark,
    {{ var('promotion_performance_mark') }} as performance_mark, {{ var('pass_mark') }} as pass_mark
from found f
left join people.candidates c on c.candidate_id = f.candidate_id
left join people.employees e on e.employee_id = f.employee_id
left join marts.roles r on r.role_id = f.role_id
left join marts.roles b on b.role_id = f.from_role_id
left join marts.departments d on d.department_id = f.department_id
order by list_position(['eligible', 'unreviewed', 'below', 'failed', 'passed'], f.verdict) nulls last,
    coalesce(f.completed_local_date, f.invited_local_date) desc nulls last, f.interview_id
limit $row_limit
