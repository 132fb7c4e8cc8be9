with versions as (
    select * from {{ source('privacy', 'receipts') }}
)

select
    receipt_id,

    kind,
    pseudonym,
    manner,
    receipt_hash,

    {{ utc('requested_at') }} as requested_at,
    {{ utc('done_at') }} as done_at
from versions
