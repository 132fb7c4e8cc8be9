-- A request is answered once; of two notes the first counts.
with notes as (
    select * from {{ source('privacy', 'answered') }}
)

select
    request_id,

    {{ utc('answered_at') }} as answered_at,

    receipt_hash
from notes
qualify row_number() over (
    partition by request_id
    order by answered_at asc nulls last, receipt_hash asc nulls last
) = 1
