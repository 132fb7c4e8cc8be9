with versions as (
    {{ latest_versions('surveys', ['interview_id', 'question']) }}
)

select
    interview_id,
    question,

    score,

    {{ utc('submitted_at') }} as submitted_at
from versions
