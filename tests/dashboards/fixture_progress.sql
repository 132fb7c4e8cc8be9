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
