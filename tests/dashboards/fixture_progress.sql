-- Batches by channel, counted over the invented interviews; a batch a month and department.
create table marts.batch_progress as
with spread as (
    select *, ['web', 'email', 'wechat'][(hash(interview_id) % 3)::int + 1] as sent_by from marts.interview_results
), counted as (
    select batch_id, if(grouping(sent_by) = 1, 'all', sent_by) as channel,
        if(count(distinct role_id) = 1, any_value(role_id), null) as role_id,
        if(count(distinct department_id) = 1, any_value(department_id), null) as department_id,
        if(count(distinct scenario) = 1, any_value(scenario), null) as scenario, 'bank_1' as question_bank_id,
        min(invited_local_date) as first_created_on, min(invited_local_date) as first_invited_on,
        max(invited_local_date) as last_invited_on, min(completed_local_date) as first_completed_on,
        max(completed_local_date) as last_completed_on, null::date as last_archived_on, count(*)::int as created_n,
        count(*)::int as invited_n, (count(*) filter (status = 'declined'))::int as declined_n,
        (count(*) filter (status = 'declined' and hash(interview_id) % 2 = 0))::int as refused_ai_n,
        (count(*) filter (status <> 'declined'))::int as accepted_n, 0 as booked_n,
        (count(*) filter (started_at is not null))::int as started_n, (count(*) filter (completed_at is not null))::int as completed_n,
        (count(*) filter (status = 'abandoned'))::int as abandoned_n, (count(*) filter (status = 'pending'))::int as pending_n,
        (count(*) filter (completed_at is not null))::int as notified_n,
        (count(*) filter (completed_at is not null and hash(interview_id) % 7 = 0))::int as notify_late_n, 0 as archived_n,
        30.0::double as mean_minutes, 30.0::double as median_minutes, 20.0::double as median_hours_to_start,
        40.0::double as median_seconds_to_enter, 0.5::double as entered_at_once_share, 0 as entered_n, 22.0::double as median_notify_minutes,
        sum(interruptions)::int as interruptions_n, (count(*) filter (interruptions >= 3))::int as anomalies_n,
        1.0::double as device_ok_share, 0.5::double as mock_done_share, 0 as csat_n, null::double as csat
    from spread
    group by grouping sets ((batch_id), (batch_id, sent_by))
)
select *, started_n / nullif(invited_n - declined_n, 0)::double as participation,
    completed_n / nullif(invited_n - declined_n, 0)::double as completion, abandoned_n / nullif(started_n, 0)::double as abandon_rate
from counted;
;
-- One opening a role: ten places, everybody with a scored external interview on its list.
create table marts.requisition_shortlists as
with latest as (
    select * from marts.interview_results where status = 'scored' and scenario = 'external'
    qualify row_number() over (partition by role_id, candidate_id order by completed_at desc) = 1
), listed as (
    select 'RQ-' || role_id as requisition_id, candidate_id, interview_id, role_id, department_id, scenario, quarter_start,
        if(role_id < 'p', 'open', 'closed') as requisition_status, date '2026-07-01' as opened_on,
        if(role_id < 'p', null, date '2026-09-20') as closed_on, 10 as needed_n, (count(*) over r)::int as completed_n,
        (count(*) filter (composite_score >= 80) over r)::int as high_n, composite_score, grade,
        composite_score >= 80 as is_above_80, recommendation, completed_at
    from latest window r as (partition by role_id)
)
select * exclude (completed_at), high_n / needed_n::double as supply_ratio,
    (rank() over (partition by requisition_id order by composite_score desc))::int as shortlist_rank,
    (row_number() over (partition by requisition_id order by composite_score desc, completed_at, candidate_id))::int as list_order,
    row_number() over (partition by requisition_id order by composite_score desc, completed_at, candidate_id) <= needed_n as is_within_headcount
from listed;
;
create table marts.claims_ledger as
from (values
    ('mean_score', '001', '该岗位候选人平均 75 分', 'Candidates average 75 points', 75.0::double, 'points', 'equals', 72.9::double, 539, 72.3::double, 73.5::double, 'contradicted', null::varchar, null::varchar),
    ('pass_rate', '002', '评分达标率升至 70%', 'The pass rate rose to 70 %', 0.7, 'share', 'at_least', 0.84, 539, 0.81, 0.87, 'supported', null, null),
    ('minutes_to_enter', '003', '1 分钟内进入面试', 'Into the interview within a minute', 1.0, 'minutes', 'at_most', 6.8, 400, null, null, 'contradicted', null, null),
    ('training_cost_saved', '004', '节省 50 万元培训成本', 'CNY 500,000 of training saved', 500000.0, 'yuan', 'at_least', null, 0, null, null, 'not_measurable', '没有培训成本数据', 'No record of training cost')
) c (claim_id, article, claim_zh, claim_en, claimed, unit, comparison, observed, n, ci_low, ci_high, verdict, reason_zh, reason_en);
-- Alerts: a batch of sales and one that has too few people, a source, a role, and one for everybody's eyes in HR.
create table marts.alerts as
with people as (
    select batch_id, department_id, invited_n from marts.batch_progress
    where channel = 'all' and department_id = 'sales' order by invited_n desc, batch_id limit 1
), named (rule_key, subject_kind, subject_id, department_id, role_id, scenario, batch_id, channel, quarter_start, rests_on, value, threshold, comparison, unit, n, minimum_n, state, severity, since, audience, next_page, name_zh, name_en, sentence_zh, sentence_en, advice_zh, advice_en) as (
    select 'participation_low', 'batch', batch_id, department_id, null, null, batch_id, 'all', null::date, 'invited', 0.5::double, 0.6::double, 'below', 'share', invited_n, 5, 'firing', 'warning', date '2026-09-20', 'deciders', 'batches', '参与率偏低', 'Low participation', '批次 {subject} 的参与率为 {value}，低于 {threshold}', 'Participation of batch {subject} is {value}; it should be {threshold} or more', '提醒未参加的人', 'Remind them' from people
    union all
    select 'source_overdue', 'source', 'surveys', null, null, null, null, null, null, 'files', 2, 0, 'above', 'days', 3, 0, 'firing', 'serious', date '2026-09-28', 'hr', 'health', '数据源逾期', 'Source overdue', '数据源 {subject} 已逾期 {value}', 'The source {subject} is {value} overdue', '请负责人补交', 'Ask for the file'
    from people
    union all
    select 'mean_drift', 'role', 'all', null, 'all', 'all', null, null, date '2026-07-01', 'scored', -4, 3, 'beyond', 'points', 500, 30, 'ok', 'warning', null, 'deciders', 'trend', '平均分明显变化', 'Mean score moved', '{subject} {value} {threshold}', '{subject} {value} {threshold}', '看变化', 'Look' from people
)
from named;
