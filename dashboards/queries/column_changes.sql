-- The last file of each source whose columns differ from the contract, or from the source's file before it.
with latest as (
    select source, file, status, ingested_at, arrival_seq, new_columns, missing_columns, renamed_columns, retyped_columns, dropped_columns,
        list_filter(coalesce(added_columns, []), lambda name: not list_contains(coalesce(new_columns, []), name)) as added_columns
    from marts.ingest_health
    where status in ('ingested', 'rejected') and ($source = 'all' or source = $source)
    qualify row_number() over (partition by source order by arrival_seq desc) = 1
)
select source, file, status, ingested_at, coalesce(missing_columns, []) as missing, coalesce(renamed_columns, []) as renamed,
    coalesce(retyped_columns, []) as retyped, coalesce(new_columns, []) as unknown, added_columns as added, coalesce(dropped_columns, []) as dropped
from latest
where len(missing_columns) > 0 or len(renamed_columns) > 0 or len(retyped_columns) > 0 or len(new_columns) > 0 or len(added_columns) > 0
    or len(dropped_columns) > 0
order by len(missing_columns) > 0 desc, source
