with files as (
    select * from {{ ref('stg_ledger') }}
),

waiting as (
    select
        source,
        file_id,
        count(*) filter (where state = 'open') as open_quarantined,
        count(*) filter (where state = 'released') as released
    from {{ ref('int_quarantine_states') }}
    group by source, file_id
),

compared as (
    select
        files.*,
        drift.added_columns,
        drift.dropped_columns,
        drift.renamed_columns,
        drift.retyped_columns,
        drift.added_known_columns
    from files
    left join {{ ref('int_file_drift') }} as drift
        on files.source = drift.source and files.file_id = drift.file_id
)

select
    compared.source,
    compared.file,
    compared.file_id,
    compared.arrival_seq,
    compared.format,
    compared.profile,
    compared.status,
    compared.rows_in,
    compared.kept,
    compared.duplicates,
    compared.quarantined,
    compared.rows_in = compared.kept + compared.duplicates + compared.quarantined as is_balanced,
    coalesce(waiting.released, 0) as released,
    coalesce(waiting.open_quarantined, 0) as open_quarantined,
    compared.new_columns,
    compared.missing_columns,
    compared.added_columns,
    compared.dropped_columns,
    compared.renamed_columns,
    compared.retyped_columns,
    {{ in_words({
        'new': 'compared.new_columns',
        'missing': 'compared.missing_columns',
        'renamed': 'compared.renamed_columns',
        'retyped': 'compared.retyped_columns',
        'added since the last file': 'compared.added_known_columns',
        'gone since the last file': 'compared.dropped_columns',
    }) }} as drift,
    compared.message,
    compared.ingested_at,
    freshness.expected_every_days,
    freshness.last_ingested_at as source_last_ingested_at,
    freshness.is_overdue,
    freshness.days_overdue
from compared
left join waiting on compared.source = waiting.source and compared.file_id = waiting.file_id
left join {{ ref('int_source_freshness') }} as freshness on compared.source = freshness.source
