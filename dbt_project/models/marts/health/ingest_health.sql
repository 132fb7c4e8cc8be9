with files as (
    select * from {{ ref('stg_ledger') }}
),

sources as (
    select
        source,
        max(ingested_at) as source_last_ingested_at
    from files
    where status = 'ingested'
    group by source
),

compared as (
    select
        *,
        case when len(new_columns) > 0 then 'new: ' || array_to_string(new_columns, ', ') end as additions,
        case
            when len(missing_columns) > 0 then 'missing: ' || array_to_string(missing_columns, ', ')
        end as omissions
    from files
)

select
    compared.source,
    compared.file,
    compared.file_id,
    compared.arrival_seq,
    compared.status,
    compared.rows_in,
    compared.kept,
    compared.duplicates,
    compared.quarantined,
    compared.rows_in = compared.kept + compared.duplicates + compared.quarantined as is_balanced,
    compared.new_columns,
    compared.missing_columns,
    nullif(concat_ws('; ', compared.additions, compared.omissions), '') as drift,
    compared.message,
    compared.ingested_at,
    cast({{ by_source('compared.source', var('expected_every_days')) }} as integer)
        as expected_every_days,
    sources.source_last_ingested_at
from compared
left join sources on compared.source = sources.source
