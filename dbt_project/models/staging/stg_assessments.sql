with versions as (
    {{ latest_versions('assessments', ['candidate_id', 'assessed_at', 'provider']) }}
)

select
    candidate_id,
    provider,

    score,

    {{ utc('assessed_at') }} as assessed_at
from versions
