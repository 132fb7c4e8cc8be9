with versions as (
    {{ latest_versions('vendor_scores', ['interview_id', 'competency_id', 'vendor']) }}
)

select
    interview_id,
    competency_id,
    vendor,
    model_version,

    score
from versions
