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
        when len(headers) > 0 then
            array_to_string(list_sort(list_distinct(list_transform(headers, lambda one: one['column']))), ',')
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
