-- What is owed to the invented people, on 2026-10-01: consent of all but two, requests, refusals, and a clock for each record.
create table marts.retention_rules as
from (values
    ('recordings', 'company', 'completed_at', null::int, 183, false, true, '录音录像最多半年', 'Recordings for half a year', null::int, 183, false, false),
    ('texts', 'company', 'completed_at', null, 183, false, true, '回答原文最多半年', 'Texts for half a year', 365, 183, false, true),
    ('texts', 'US', 'completed_at', 365, null, false, true, '招聘记录至少一年', 'Hiring records for a year', 365, 183, false, true),
    ('scores', 'company', 'completed_at', 365, 1095, false, true, '成绩最多三年', 'Scores for three years', 365, 1095, false, false)
) r (field_class, jurisdiction, starts_with, min_days, max_days, is_legal_hold, is_in_force, ground_zh, ground_en, keep_days, purge_days,
    is_class_on_hold, is_conflict);
create table marts.privacy_ledger as
with people as (
    select candidate_id, min(invited_local_date) as first_on, hash(candidate_id) % 50 as h from marts.interview_results group by candidate_id
), told as (
    select *, row_number() over (order by candidate_id) as nth from people
), kept as (
    select f.field_class, r.interview_id, r.candidate_id, r.completed_local_date, f.purge_days, f.is_conflict,
        cast(r.completed_local_date + f.purge_days as date) as due
    from marts.interview_results r cross join (select distinct field_class, purge_days, is_conflict from marts.retention_rules) f
    where r.status = 'scored'
)
select 'consent:' || candidate_id as obligation_id, candidate_id, 'consent' as obligation, null::varchar as field_class, null::varchar as interview_id,
    null::varchar as request_id, cast(first_on as timestamp) as began_at, first_on as began_local_date, if(nth = 1, null, '2026-01') as consent_version,
    if(nth <= 2, null, '招聘评估') as consent_purpose, null::date as purge_due, null::date as answer_due, null::timestamp as purged_at,
    null::timestamp as closed_at, case nth when 1 then 'missing' when 2 then 'without_purpose' else 'given' end as state, false as has_conflict,
    null::varchar as receipt_hash
from told
union all by name
select 'refusal:' || candidate_id as obligation_id, candidate_id, 'refusal' as obligation, case nth when 3 then 'broken' when 4 then 'withdrawn' else 'in_force' end as state,
    cast(first_on as timestamp) as began_at, first_on as began_local_date, false as has_conflict
from told where nth between 3 and 14
union all by name
select 'request:' || nth as obligation_id, candidate_id, if(nth % 2 = 0, 'erase', 'export') as obligation, 'PR' || nth as request_id,
    case when nth = 30 then 'done' when nth > 26 then 'open' else 'overdue' end as state, if(nth = 30, timestamp '2026-09-20 08:00:00', null) as closed_at,
    if(nth = 30, repeat('ab', 32), null) as receipt_hash, date '2026-09-01' + (nth::int - 20) as began_local_date,
    cast(date '2026-09-01' + (nth::int - 20) as timestamp) as began_at, date '2026-10-01' + (nth::int - 27) as answer_due, false as has_conflict
from told where nth between 20 and 30
union all by name
select field_class || ':' || interview_id as obligation_id, candidate_id, 'retention' as obligation, field_class, interview_id,
    cast(completed_local_date as timestamp) as began_at, completed_local_date as began_local_date, due as purge_due, is_conflict as has_conflict,
    if(field_class = 'recordings' and due < date '2026-07-01', timestamp '2026-07-01 22:00:00', null) as purged_at,
    if(field_class = 'recordings' and due < date '2026-07-01', repeat('cd', 32), null) as receipt_hash,
    case when field_class = 'recordings' and due < date '2026-07-01' then 'purged' when due < date '2026-10-01' then 'overdue' else 'kept' end as state
from kept;
create table marts.refusal_parity as
select * from (values ('all', 14, 6, 400, 180, 6 / 14.0::double, 0.45::double, 6 / 14.0::double - 0.45, -0.24::double, 0.23::double),
    ('sales_rep', 12, 6, 90, 41, 0.5, 41 / 90.0, 0.5 - 41 / 90.0, -0.22, 0.31), ('finance_specialist', 2, 0, 40, 15, 0, 0.375, -0.375, -0.55, 0.29))
    p (role_id, refusers_n, refusers_advanced_n, others_n, others_advanced_n, refusers_rate, others_rate, difference, ci_low, ci_high)
where (select count(*) from visit) > 0;
-- Promotion and training interviews: performance follows the score, one in four has no review before it; requests take one to four weeks.
create table marts.internal_reviews as
with inside as (
    select r.*, hash('in' || interview_id) as h from marts.interview_results r where scenario in ('promotion', 'training')
), judged as (
    select *, if(h % 4 = 0 and scenario = 'promotion', null, least(100, round(30 + .75 * coalesce(composite_score, 60) + h % 9, 1)))::double as review
    from inside
)
select interview_id, if(scenario = 'promotion', 'PM' || interview_id, null) as promotion_id, 'E' || candidate_id as employee_id, candidate_id, role_id,
    department_id, scenario, quarter_start, invited_local_date, completed_local_date, status, if(scenario = 'promotion', role_id, null) as from_role_id,
    if(scenario = 'promotion', role_id, null) as to_role_id, 'bank_1' as question_bank_id, if(h % 11 = 0, 'bank_2', 'bank_1') as matched_bank_id,
    h % 11 <> 0 as is_bank_matched, composite_score as interview_score, review as performance_score, invited_local_date - 20 as performance_period_end,
    if(scenario = 'promotion' and composite_score is not null and review is not null, composite_score >= 85 and review >= 90, null) as is_eligible,
    if(scenario = 'training' and composite_score is not null, composite_score >= 60, null) as is_passed,
    if(scenario = 'promotion', invited_local_date - 3, null) as requested_local_date,
    if(scenario = 'promotion' and status = 'scored', invited_local_date - 3 + (7 + h % 22)::int, null) as decided_local_date,
    if(scenario = 'promotion' and status = 'scored', 7 + h % 22, null)::int as cycle_days,
    if(scenario = 'promotion' and status = 'scored', if(composite_score + h % 10 >= 84, 'approved', 'rejected'), null) as decision, fit_score,
    if(scenario = 'training', [['c_structure', 'c_talk', 'c_deal'][(h % 3)::int + 1]], []::varchar[]) as course_ids,
    coalesce((
        select list({competency_id: c.competency_id, score: c.score, requirement: c.requirement} order by c.competency_id)
        from marts.competency_scores c where c.interview_id = judged.interview_id and c.score is not null
    ), []) as competencies
from judged;
create table marts.promotion_prompts as
with employed as (
    select *, hash('now' || candidate_id) as h from marts.interview_results where status = 'scored'
    qualify row_number() over (partition by candidate_id order by completed_at desc) = 1
)
select 'E' || candidate_id as employee_id, candidate_id, role_id, department_id, completed_local_date as hired_on,
    if(h % 5 = 0, null, 80 + h % 20)::double as performance_score, if(h % 5 = 0, null, date '2026-06-30') as performance_period_end,
    null::date as last_interview_on, if(h % 20 = 19, date '2026-08-01', null) as last_requested_on,
    case when h % 5 = 0 then 'no_review' when 80 + h % 20 < 90 then 'below_mark' when h % 20 = 19 then 'already_requested' else 'prompt' end as state
from employed where h % 6 = 0
