-- A source a row: whether it came in time as of $today, and whether every row of its files is accounted for.
with judged as (
    select source, expected_every_days, last_file, last_ingested_at, files, files_rejected, rows_in, kept, duplicates, quarantined,
        open_quarantined, is_balanced,
        case when last_ingested_at is null then 'never' when cast($today as date) > due_on then 'overdue' else 'on_time' end as arrival,
        coalesce(greatest(0, date_diff('day', due_on, cast($today as date))), 0) as days_overdue
    from marts.source_health
)
select source, expected_every_days, last_file, last_ingested_at, files, files_rejected, rows_in, kept, duplicates, quarantined,
    open_quarantined, is_balanced, arrival, if(arrival = 'overdue', days_overdue, 0) as days_overdue
from judged
order by arrival = 'never', if(arrival = 'overdue', days_overdue, 0) desc, open_quarantined desc, source
