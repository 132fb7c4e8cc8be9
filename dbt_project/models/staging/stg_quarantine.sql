with entries as (
    select * from {{ source('raw', 'quarantine') }}
)

select
    entries.source,
    entries.file,
    entries.file_id,
    entries.row_number,

    entries.column as column_name,
    entries.value,
    entries.code,
    entries.reason,
    entries.contract_version,

    {{ utc('entries.quarantined_at') }} as quarantined_at
from entries
