with versions as (
    select *
    from {{ source('raw', 'candidates') }}
    qualify {{ latest_version(['candidate_id']) }}
)

select
    candidate_id,

    name,
    education,
    resume_source,
    consent_version,
    consent_purpose,

    years_experience,

    {{ utc('consented_at') }} as consented_at,
    {{ utc('refused_ai_at') }} as refused_ai_at
from versions
