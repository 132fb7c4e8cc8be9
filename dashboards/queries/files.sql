-- The files of $source ('all': of every source), those that still could not be read first, then the newest; `found_n` counts all.
with arrived as (
    select *, status = 'rejected' and not max(if(status = 'ingested', arrival_seq, 0)) over (partition by file) > arrival_seq as is_unread
    from marts.ingest_health
)
select count(*) over () as found_n, source, file, file_id, format, profile, status, is_unread, rows_in, kept, duplicates, quarantined, is_balanced,
    open_quarantined, released, message, ingested_at
from arrived
where $source = 'all' or source = $source
order by is_unread desc, arrival_seq desc
limit $row_limit
