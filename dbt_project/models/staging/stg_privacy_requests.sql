with versions as (
    {{ latest_versions('privacy_requests', ['request_id']) }}
)

select
    request_id,
    candidate_id,

    kind,

    {{ utc('requested_at') }} as requested_at
from versions
