with files as (
    select * from {{ ref('ingest_health') }}
),

counted as (
    select
        source,
        count(*) filter (where status = 'ingested') as files,
        count(*) filter (where status = 'rejected') as files_rejected,
        sum(rows_in) as rows_in,
        sum(kept) as kept,
        sum(duplicates) as duplicates,
        sum(quarantined) as quarantined,
        sum(open_quarantined) as open_quarantined,
        bool_and(is_balanced) as is_balanced
    from files
    group by source
),

latest as (
    select
        source,
        file,
        drift
    from files
    where status = 'ingested'
    qualify row_number() over (partition by source order by arrival_seq desc) = 1
)

select
    freshness.source,
    freshness.expected_every_days,
    latest.file as last_file,
    freshness.last_ingested_at,
    {{ local_date('freshness.last_ingested_at') }} as last_ingested_local_date,
    freshness.due_on,
    freshness.is_overdue,
    freshness.days_overdue,
    coalesce(counted.files, 0) as files,
    coalesce(counted.files_rejected, 0) as files_rejected,
    cast(coalesce(counted.rows_in, 0) as bigint) as rows_in,
    cast(coalesce(counted.kept, 0) as bigint) as kept,
    cast(coalesce(counted.duplicates, 0) as bigint) as duplicates,
    cast(coalesce(counted.quarantined, 0) as bigint) as quarantined,
    cast(coalesce(counted.open_quarantined, 0) as bigint) as open_quarantined,
    coalesce(counted.is_balanced, true) as is_balanced,
    latest.drift
from {{ ref('int_source_freshness') }} as freshness
left join counted on freshness.source = counted.source
left join latest on freshness.source = latest.source
