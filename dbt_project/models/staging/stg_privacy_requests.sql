with versions as (
    select *
    from {{ source('raw', 'privacy_requests') }}
    qualify {{ latest_version(['request_id']) }}
)

select
    request_id,
    candidate_id,

    kind,

    {{ utc('requested_at') }} as requested_at
from versions
