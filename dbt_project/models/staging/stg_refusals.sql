-- Refusals as the export of candidates tells them, apart from everything else that it says of a person.
with versions as (
    {{ latest_versions('candidates', ['candidate_id']) }}
)

select
    candidate_id,
    {{ utc('refused_ai_at') }} as refused_ai_at
from versions
where refused_ai_at is not null
