{%- set minutes = "date_diff('second', started_at, completed_at) / 60.0" %}

with interviews as (
    select
        *,
        coalesce(batch_id, 'none') as batch,
        coalesce(channel, 'unknown') as first_channel
    from {{ ref('int_interviews') }}
),

devices as (
    select
        interview_id,
        device_ok,
        mock_done
    from {{ ref('stg_interviews') }}
),

surveys as (
    select
        interview_id,
        avg(score) filter (where question = 'overall') as satisfaction
    from {{ ref('stg_surveys') }}
    group by interview_id
),

counted as (
    select
        interviews.*,
        devices.device_ok,
        devices.mock_done,
        surveys.satisfaction
    from interviews
    left join devices on interviews.interview_id = devices.interview_id
    left join surveys on interviews.interview_id = surveys.interview_id
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
        min(invited_local_date) as first_invited_on,
        max(invited_local_date) as last_invited_on,
        max(completed_local_date) as last_completed_on,
        count(*) as invited_n,
        count(*) filter (where status = 'declined') as declined_n,
        count(*) filter (where accepted_at is not null or started_at is not null or is_completed)
            as accepted_n,
        count(*) filter (where started_at is not null or is_completed) as started_n,
        count(*) filter (where is_completed) as completed_n,
        count(*) filter (where status in ('abandoned', 'expired')) as abandoned_n,
        count(*) filter (where status in ('invited', 'accepted', 'started')) as pending_n,
        count(*) filter (where status = 'abandoned') as left_midway_n,
        count(*) filter (where device_ok) as device_ok_n,
        count(*) filter (where mock_done) as mock_done_n,
        count(*) filter (where interruptions >= {{ var('interruptions_anomaly') }}) as anomalies_n,
        sum(coalesce(interruptions, 0)) as interruptions_n,
        avg({{ minutes }}) filter (where is_completed and started_at is not null) as mean_minutes,
        median({{ minutes }}) filter (where is_completed and started_at is not null) as median_minutes,
        median(date_diff('second', invited_at, started_at) / 3600.0)
        filter (where started_at >= invited_at) as median_hours_to_start,
        avg(satisfaction) as csat,
        count(satisfaction) as csat_n
    from counted
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
    first_invited_on,
    last_invited_on,
    last_completed_on,
    cast(invited_n as integer) as invited_n,
    cast(declined_n as integer) as declined_n,
    cast(accepted_n as integer) as accepted_n,
    cast(started_n as integer) as started_n,
    cast(completed_n as integer) as completed_n,
    cast(abandoned_n as integer) as abandoned_n,
    cast(pending_n as integer) as pending_n,
    -- Who refused the interview by AI has a right to, and is in no rate.
    {{ stable('started_n / nullif(invited_n - declined_n, 0)') }} as participation,
    {{ stable('completed_n / nullif(invited_n - declined_n, 0)') }} as completion, -- noqa: RF04
    {{ stable('left_midway_n / nullif(started_n, 0)') }} as abandon_rate,
    {{ stable('mean_minutes') }} as mean_minutes,
    {{ stable('median_minutes') }} as median_minutes,
    {{ stable('median_hours_to_start') }} as median_hours_to_start,
    cast(interruptions_n as integer) as interruptions_n,
    cast(anomalies_n as integer) as anomalies_n,
    {{ stable('device_ok_n / nullif(started_n, 0)') }} as device_ok_share,
    {{ stable('mock_done_n / nullif(started_n, 0)') }} as mock_done_share,
    {{ stable('csat') }} as csat,
    cast(csat_n as integer) as csat_n
from progress
