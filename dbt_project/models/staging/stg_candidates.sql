with versions as (
    {{ latest_versions('candidates', ['candidate_id']) }}
)

select
    candidate_id,

    {{ opened('candidates', 'name', 'candidate_id') }},
    education,
    resume_source,
    consent_version,
    consent_purpose,

    years_experience,

    {{ utc('consented_at') }} as consented_at,
    {{ utc('refused_ai_at') }} as refused_ai_at
from versions
