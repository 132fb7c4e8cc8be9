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
    format,
    profile,
    headers,
    -- The contract's columns that the file has, with commas between; null where that was not noted.
    case
        when {{ list_size('headers') }} > 0 then {{ list_text(field_values('headers', 'column'), ',') }}
    end as said_columns,
    new_columns,
    missing_columns,
    contract_version,

    rows_in,
    kept,
    duplicates,
    quarantined,
    releases,
    seconds,

    {{ utc('ingested_at') }} as ingested_at
from files
