-- The batches of the choice, newest first, a row a batch; `batches_n` counts all of them.
with chosen as (
    select *
    from marts.batch_progress
    where channel = 'all' and ($department = 'all' or department_id = $department) and ($role = 'all' or role_id = $role)
        and ($scenario = 'all' or scenario = $scenario)
        and (
            $quarter = 'all'
            or cast(cast(date_trunc('quarter', coalesce(first_invited_on, first_created_on)) as date) as varchar) = $quarter
        )
), counted as (
    select count(*) as batches_n, count(*) filter (participation < $participation_alert) as weak_n, sum(invited_n) as invited_n,
        sum(declined_n) as declined_n, sum(started_n) as started_n, sum(completed_n) as completed_n, sum(pending_n) as pending_n,
        sum(abandoned_n) as abandoned_n, sum(interruptions_n) as interruptions_n, sum(notify_late_n) as notify_late_n,
        sum(notified_n) as notified_n, max(pending_n) as most_pending, arg_max(batch_id, pending_n) as slowest_batch,
        arg_max(role_id, pending_n) as slowest_role, arg_max(first_invited_on, pending_n) as slowest_since
    from chosen
)
select n.batches_n, n.weak_n, n.invited_n as all_invited, n.declined_n as all_declined, n.started_n as all_started,
    n.completed_n as all_completed, n.pending_n as all_pending, n.abandoned_n as all_abandoned,
    n.interruptions_n as all_interruptions, n.notify_late_n as all_late, n.notified_n as all_notified,
    n.most_pending, n.slowest_batch, if($lang = 'zh', s.name_zh, s.name_en) as slowest_role_name, n.slowest_since,
    b.batch_id, b.role_id, if($lang = 'zh', r.name_zh, r.name_en) as role_name, b.scenario, b.first_invited_on, b.last_completed_on,
    b.invited_n, b.declined_n, b.refused_ai_n, b.accepted_n, b.started_n, b.completed_n, b.abandoned_n, b.pending_n, b.participation,
    $participation_alert as alert_share, round(100 * b.participation) as participation_percent, b.completion, b.interruptions_n, b.anomalies_n, b.median_minutes,
    b.median_notify_minutes, b.notify_late_n, b.notified_n, b.csat, b.csat_n, b.participation < $participation_alert as is_weak
from chosen b
cross join counted n
left join marts.roles r on r.role_id = b.role_id
left join marts.roles s on s.role_id = n.slowest_role
order by b.first_invited_on desc nulls last, b.batch_id
limit $row_limit
