-- A source a row: how late it is on $today, what waits in quarantine, whether every row is accounted for.
with sources as (
    select source, max(source_last_ingested_at) as last_ingested_at, max(expected_every_days) as expected_every_days,
        cast(sum(quarantined) as bigint) as quarantined, count(*) as files, count(*) filter (where status = 'rejected') as rejected,
        count(*) filter (where not is_balanced) as unbalanced, cast(sum(rows_in) as bigint) as rows_in,
        string_agg(distinct drift, '; ') as drift
    from marts.ingest_health
    group by source
)
select source, last_ingested_at, expected_every_days, quarantined, files, rejected, unbalanced, rows_in, drift,
    greatest(0, date_diff('day', cast(last_ingested_at as date), cast($today as date)) - expected_every_days) as days_late
from sources
order by days_late desc, quarantined desc, source
