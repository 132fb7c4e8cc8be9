{%- set notify_minutes = seconds_between('completed_at', 'notified_at') ~ ' / 60' %}

with interviews as (
    select * from {{ ref('int_interviews') }}
),

results as (
    select
        interview_id,
        status,
        is_refusal
    from {{ ref('interview_results') }}
),

tasks as (
    select * from {{ ref('stg_interviews') }}
),

surveys as (
    select
        interview_id,
        avg(score) as satisfaction
    from {{ ref('stg_surveys') }}
    where question = 'overall'
    group by interview_id
),

counted as (
    select
        coalesce(interviews.batch_id, 'none') as batch,
        coalesce(interviews.channel, 'unknown') as first_channel,
        interviews.role_id,
        interviews.department_id,
        interviews.scenario,
        interviews.question_bank_id,
        results.status,
        results.is_refusal,
        interviews.accepted_at is not null
        or interviews.started_at is not null
        or interviews.status in ('accepted', 'started', 'completed', 'abandoned') as has_accepted,
        interviews.is_completed,
        interviews.interruptions,
        interviews.invited_at,
        interviews.started_at,
        interviews.completed_at,
        interviews.invited_local_date,
        interviews.completed_local_date,
        tasks.created_at,
        tasks.slot_start,
        tasks.archived_at,
        tasks.device_ok,
        tasks.mock_done,
        case when interviews.is_completed then tasks.notified_at end as notified_at,
        {{ local_date('tasks.created_at') }} as created_local_date,
        {{ local_date('tasks.archived_at') }} as archived_local_date,
        surveys.satisfaction
    from interviews
    inner join results on interviews.interview_id = results.interview_id
    inner join tasks on interviews.interview_id = tasks.interview_id
    left join surveys on interviews.interview_id = surveys.interview_id
),

timed as (
    select
        *,
        status <> 'declined' and (started_at is not null or is_completed) as has_started,
        case
            when is_completed and started_at is not null
                then {{ seconds_between('started_at', 'completed_at') }} / 60
        end as minutes,
        case when started_at >= invited_at then {{ seconds_between('invited_at', 'started_at') }} / 3600 end
            as hours_to_start,
        -- Who came before the time that was booked did not wait.
        case
            when slot_start is not null and started_at is not null
                then greatest({{ seconds_between('slot_start', 'started_at') }}, 0)
        end as seconds_to_enter,
        case when notified_at >= completed_at then {{ notify_minutes }} end as notify_minutes
    from counted
),

progress as (
    select
        batch as batch_id,
        case when grouping(first_channel) = 1 then 'all' else first_channel end as channel,
        case when min(role_id) = max(role_id) then min(role_id) end as role_id,
        case when min(department_id) = max(department_id) then min(department_id) end as department_id,
        case when min(scenario) = max(scenario) then min(scenario) end as scenario,
        case when min(question_bank_id) = max(question_bank_id) then min(question_bank_id) end
            as question_bank_id,
        min(created_local_date) as first_created_on,
        min(invited_local_date) as first_invited_on,
        max(invited_local_date) as last_invited_on,
        min(completed_local_date) as first_completed_on,
        max(completed_local_date) as last_completed_on,
        max(archived_local_date) as last_archived_on,
        count(created_at) as created_n,
        count(*) as invited_n,
        count(*) filter (where status = 'declined') as declined_n,
        count(*) filter (where is_refusal) as refused_ai_n,
        count(*) filter (where status <> 'declined' and has_accepted) as accepted_n,
        count(slot_start) as booked_n,
        count(*) filter (where has_started) as started_n,
        count(*) filter (where is_completed) as completed_n,
        {{ metric('participation') }} as participation,
        {{ metric('completion') }} as completion, -- noqa: RF04
        {{ metric('abandon_rate') }} as abandon_rate,
        count(*) filter (where status = 'abandoned') as abandoned_n,
        count(*) filter (where status = 'pending') as pending_n,
        count(notified_at) as notified_n,
        count(*) filter (where notify_minutes > {{ var('notify_minutes_max') }}) as notify_late_n,
        count(archived_at) as archived_n,
        count(*) filter (where has_started and device_ok) as device_ok_n,
        count(*) filter (where has_started and mock_done) as mock_done_n,
        count(*) filter (where interruptions >= {{ var('interruptions_anomaly') }}) as anomalies_n,
        sum(coalesce(interruptions, 0)) as interruptions_n,
        avg(minutes) as mean_minutes,
        percentile_cont(0.5) within group (order by minutes) as median_minutes,
        percentile_cont(0.5) within group (order by hours_to_start) as median_hours_to_start,
        percentile_cont(0.5) within group (order by seconds_to_enter) as median_seconds_to_enter,
        count(seconds_to_enter) as entered_n,
        count(*) filter (where seconds_to_enter <= {{ var('entry_seconds_max') }}) as entered_at_once_n,
        percentile_cont(0.5) within group (order by notify_minutes) as median_notify_minutes,
        avg(satisfaction) as csat,
        count(satisfaction) as csat_n
    from timed
    -- Each interview counts in its channel and in the total of its batch.
    group by grouping sets ((batch, first_channel), (batch))
)

select
    batch_id,
    channel,
    role_id,
    department_id,
    scenario,
    question_bank_id,
    first_created_on,
    first_invited_on,
    last_invited_on,
    first_completed_on,
    last_completed_on,
    last_archived_on,
    cast(created_n as integer) as created_n,
    cast(invited_n as integer) as invited_n,
    cast(declined_n as integer) as declined_n,
    cast(refused_ai_n as integer) as refused_ai_n,
    cast(accepted_n as integer) as accepted_n,
    cast(booked_n as integer) as booked_n,
    cast(started_n as integer) as started_n,
    cast(completed_n as integer) as completed_n,
    cast(abandoned_n as integer) as abandoned_n,
    cast(pending_n as integer) as pending_n,
    cast(notified_n as integer) as notified_n,
    cast(notify_late_n as integer) as notify_late_n,
    cast(archived_n as integer) as archived_n,
    -- Who refused the interview by AI has a right to, and is in no rate.
    {{ stable('participation') }} as participation,
    {{ stable('completion') }} as completion, -- noqa: RF04
    {{ stable('abandon_rate') }} as abandon_rate,
    {{ stable('mean_minutes') }} as mean_minutes,
    {{ stable('median_minutes') }} as median_minutes,
    {{ stable('median_hours_to_start') }} as median_hours_to_start,
    {{ stable('median_seconds_to_enter') }} as median_seconds_to_enter,
    {{ stable('entered_at_once_n / nullif(entered_n, 0)') }} as entered_at_once_share,
    cast(entered_n as integer) as entered_n,
    {{ stable('median_notify_minutes') }} as median_notify_minutes,
    cast(interruptions_n as integer) as interruptions_n,
    cast(anomalies_n as integer) as anomalies_n,
    {{ stable('device_ok_n / nullif(started_n, 0)') }} as device_ok_share,
    {{ stable('mock_done_n / nullif(started_n, 0)') }} as mock_done_share,
    {{ stable('csat') }} as csat,
    cast(csat_n as integer) as csat_n
from progress
