-- A record is purged once; of two notes the first counts.
with notes as (
    select * from {{ source('privacy', 'purged') }}
)

select
    field_class,
    interview_id,

    {{ utc('purged_at') }} as purged_at,

    receipt_hash
from notes
qualify row_number() over (
    partition by field_class, interview_id
    order by purged_at asc nulls last, receipt_hash asc nulls last
) = 1
