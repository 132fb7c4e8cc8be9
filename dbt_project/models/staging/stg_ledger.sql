with files as (
    select * from {{ source('raw', 'ledger') }}
)

select
    file_id,
    source,
    file,
    arrival_seq,

    status,
    message,
    new_columns,
    missing_columns,
    contract_version,

    rows_in,
    kept,
    duplicates,
    quarantined,
    seconds,

    {{ utc('ingested_at') }} as ingested_at
from files
