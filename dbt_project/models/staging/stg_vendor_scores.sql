with versions as (
    select *
    from {{ source('raw', 'vendor_scores') }}
    qualify {{ latest_version(['interview_id', 'competency_id', 'vendor']) }}
)

select
    interview_id,
    competency_id,
    vendor,
    model_version,

    score
from versions
