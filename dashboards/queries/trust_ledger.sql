-- The ledger itself, what is late first; `rows_n` counts all rows of the choice, `days_left` runs from the ledger's day.
with counted as (
    select count(*) as rows_n
    from marts.privacy_ledger
    where ($duty = 'all' or coalesce(field_class, obligation) = $duty or ($duty = 'requests' and obligation in ('erase', 'export')))
        and ($duty_state = 'all' or state = $duty_state)
), shown as (
    select obligation_id, candidate_id, interview_id, coalesce(field_class, obligation) as duty, state, began_local_date,
        coalesce(purge_due, answer_due) as due, coalesce(purged_at, closed_at) as done_at, consent_version, consent_purpose, receipt_hash,
        has_conflict
    from marts.privacy_ledger
    where ($duty = 'all' or coalesce(field_class, obligation) = $duty or ($duty = 'requests' and obligation in ('erase', 'export')))
        and ($duty_state = 'all' or state = $duty_state)
    order by list_position(['overdue', 'broken', 'missing', 'without_purpose', 'open'], state) nulls last, due nulls last,
        began_local_date desc nulls last, obligation_id
    limit $row_limit
)
select n.rows_n, s.*, s.state as duty_state, c.name, if(s.done_at is null, date_diff('day', cast($as_of as date), s.due), null) as days_left
from shown s
cross join counted n
left join people.candidates c on c.candidate_id = s.candidate_id
order by list_position(['overdue', 'broken', 'missing', 'without_purpose', 'open'], s.state) nulls last, s.due nulls last,
    s.began_local_date desc nulls last, s.obligation_id
