with entries as (
    select * from {{ ref('int_quarantine_states') }}
)

select
    source,
    file,
    file_id,
    row_number,
    column_name,
    value,
    code,
    reason,
    contract_version,
    quarantined_at,
    state,
    released_at,
    released_how,
    released_by
from entries
