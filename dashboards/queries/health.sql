-- All that ever arrived in one row: sources by how they came as of $today, files by what became of them, rows by where they went.
with sources as (
    select count(*) as sources, count(*) filter (last_ingested_at is null) as never,
        count(*) filter (last_ingested_at is not null and cast($today as date) > due_on) as overdue
    from marts.source_health
), arrived as (
    select *, max(if(status = 'ingested', arrival_seq, 0)) over (partition by file) > arrival_seq as has_come_since
    from marts.ingest_health
), files as (
    select count(*) as files, count(*) filter (status = 'rejected' and not has_come_since) as rejected,
        count(*) filter (not is_balanced) as unbalanced, coalesce(sum(rows_in), 0) as rows_in, coalesce(sum(kept), 0) as kept,
        coalesce(sum(duplicates), 0) as duplicates, coalesce(sum(quarantined), 0) as quarantined,
        coalesce(sum(open_quarantined), 0) as open_quarantined, coalesce(sum(released), 0) as released
    from arrived
)
select s.sources, s.never, s.overdue, s.sources - s.never - s.overdue as on_time, f.files, f.rejected, f.unbalanced, f.rows_in, f.kept,
    f.duplicates, f.quarantined, f.open_quarantined, f.released
from sources s
cross join files f
