-- What became of the invented interviews: who applied, was offered, came, stayed and was reviewed. Today is 2026-09-30.
create table marts.interview_outcomes as
with applied as (
    select r.*, case when i % 31 = 0 then 'never_applied' when i % 97 = 0 then 'applied_later' else 'applied' end as application_link,
        u('hire' || interview_id) < case grade when 'S' then .7 when 'A' then .5 when 'B' then .3 else .04 end as was_chosen, i
    from marts.interview_results r join (select interview_id, i from visit) using (interview_id)
), decided as (
    select *, if(application_link = 'applied', 'A' || interview_id, null) as application_id,
        case when application_link <> 'applied' then null when status = 'pending' or i % 23 = 0 then 'open'
            when status = 'scored' and was_chosen then if(i % 11 = 0, 'withdrawn', 'hired') else 'rejected' end as outcome
    from applied
), employed as (
    select *, coalesce(outcome = 'hired', false) as is_hired,
        if(outcome = 'hired', cast(completed_local_date + 30 as date), null) as hired_on,
        if(outcome = 'hired' and i % 5 = 0, cast(completed_local_date + (70 + i % 200)::int as date), null) as left_on
    from decided
), reviewed as (
    select *, if(left_on <= date '2026-09-30', left_on, null) as gone_on, round(40 + .5 * composite_score + 10 * u('p' || interview_id), 1) as review
    from employed
)
select interview_id, candidate_id, role_id, department_id, scenario, quarter_start, completed_local_date, status, composite_score, grade,
    recommendation, attempt, 'job_board' as resume_source, '本科' as education, 3.0::double as years_experience, application_link,
    application_id, if(application_id is null, null, cast(invited_local_date - 3 as date)) as applied_local_date,
    if(outcome in ('hired', 'withdrawn'), '录用', 'AI面试') as stage, outcome,
    if(outcome in ('hired', 'withdrawn') or i % 7 = 0, round(composite_score, 0), null)::double as round2_score, 'passed' as background_check,
    if(outcome in ('hired', 'withdrawn'), cast(completed_local_date + 9 as date), null) as offered_local_date,
    if(outcome in ('hired', 'withdrawn'), 16000.0, null)::double as offer_monthly_salary,
    case when is_hired then 'hired' when application_link <> 'applied' then 'not_applied' else 'not_hired' end as employee_link,
    if(is_hired, 'E' || candidate_id, null) as employee_id, hired_on, gone_on as left_on, null::varchar as leaving_reason,
    (coalesce(gone_on, date '2026-09-30') - hired_on)::int as tenure_days,
    if(hired_on + interval 12 month <= date '2026-09-30', coalesce(gone_on < hired_on + interval 12 month, false), null) as left_within_12m,
    if(hired_on + interval 3 month <= date '2026-09-30' and coalesce(gone_on >= hired_on + interval 3 month, true), review, null) as performance_3m,
    if(hired_on + interval 6 month <= date '2026-09-30' and coalesce(gone_on >= hired_on + interval 6 month, true), review + 1, null) as performance_6m,
    if(hired_on + interval 12 month <= date '2026-09-30' and coalesce(gone_on >= hired_on + interval 12 month, true), review + 2, null) as performance_12m,
    if(performance_3m is null, 'too_early', 'reviewed') as performance_3m_state, if(performance_6m is null, 'too_early', 'reviewed') as performance_6m_state,
    if(performance_12m is null, 'too_early', 'reviewed') as performance_12m_state
from reviewed;
create table marts.unmatched_people as
with links as (
    select 'interview_to_application' as link, application_link as reason, application_link = 'applied' as is_matched, candidate_id from marts.interview_outcomes
    union all
    select 'interview_to_employee', employee_link, employee_link = 'hired', candidate_id from marts.interview_outcomes
    union all
    select 'review_to_employee', 'employed', true, candidate_id from marts.interview_outcomes where performance_3m is not null
), counted as (
    select link, reason, is_matched, count(*)::int as n, count(distinct candidate_id)::int as people_n from links group by all
)
select *, n / sum(n) over (partition by link)::double as share from counted;
-- Every question by what the invented answers say of it, and one that only three people ever saw.
create table marts.question_health as
with asked as (
    select question_id, count(*)::int as asked_n, (count(*) filter (a.quarter_start = date '2026-07-01'))::int as recent_asked_n,
        count(distinct a.candidate_id)::int as people_n, count(distinct a.role_id)::int as roles_n, count(points)::int as n, avg(points) as mean,
        stddev_samp(points) as sd, quantile_cont(points, .1) as p10, median(points) as median, quantile_cont(points, .9) as p90,
        avg((points = 0)::int) as floor_share, avg((points = 100)::int) as ceiling_share, avg(list_contains(a.flags, 'short')::int) as short_rate,
        median(answer_seconds) as median_seconds, min(r.completed_local_date) as first_asked_on, max(r.completed_local_date) as last_asked_on
    from marts.answer_scores a join marts.interview_results r using (interview_id) group by question_id
)
select q.question_id, 1 as version, true as is_known, q.role_id, q.scenario, null::date as version_from, null::date as version_before, first_asked_on,
    last_asked_on, coalesce(asked_n, 0) as asked_n, coalesce(recent_asked_n, 0) as recent_asked_n, coalesce(people_n, 0) as people_n,
    coalesce(roles_n, 0) as roles_n, coalesce(asked_n, 0) as open_n, if(asked_n > 0, 1.0::double, null) as exposure, coalesce(n, 0) as n, mean, sd, p10, median, p90,
    1 - mean / 100 as difficulty, floor_share, ceiling_share, 0 as skipped_n, if(asked_n > 0, 0.0::double, null) as skip_rate, if(asked_n > 0, 0.0::double, null) as missing_rate,
    if(asked_n > 0, 0.0::double, null) as repeated_rate, short_rate, q.expected_seconds::int as expected_seconds, median_seconds,
    median_seconds / q.expected_seconds as duration_vs_expected
from marts.questions q left join asked using (question_id)
where (select count(*) from visit) > 0
union all
select 'q_trial', 1, false, null, null, null, null, date '2026-08-01', date '2026-09-01', 3, 3, 3, 1, null, null, 0, null, null, null, null, null,
    null, null, null, 0, 0, 0, 0, 0, null, 30, null
where (select count(*) from visit) > 0;
