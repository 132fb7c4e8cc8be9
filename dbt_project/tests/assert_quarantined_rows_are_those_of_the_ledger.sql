-- A returned row is a file whose ledger counts other bad rows than its quarantine holds, less those that
-- a changed contract has released. Protects against a bad row that is counted and lost, or held uncounted.
{{ config(meta = {'dagster': {'ref': {'name': 'quarantine'}}}) }}

with held as (
    select
        source,
        file_id,
        count(*) - count(*) filter (where released_how is not distinct from 'contract') as quarantined
    from {{ ref('quarantine') }}
    group by source, file_id
),

counted as (
    select
        source,
        file_id,
        quarantined
    from {{ ref('ingest_health') }}
)

select
    coalesce(counted.source, held.source) as source_name,
    coalesce(counted.file_id, held.file_id) as file_id,
    counted.quarantined as counted_n,
    held.quarantined as held_n
from counted
full join held on counted.source = held.source and counted.file_id = held.file_id
where coalesce(counted.quarantined, 0) <> coalesce(held.quarantined, 0)
