with versions as (
    select *
    from {{ source('raw', 'assessments') }}
    qualify {{ latest_version(['candidate_id', 'assessed_at', 'provider']) }}
)

select
    candidate_id,
    provider,

    score,

    {{ utc('assessed_at') }} as assessed_at
from versions
