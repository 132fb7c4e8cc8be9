with versions as (
    {{ latest_versions('human_ratings', ['interview_id', 'rater_id', 'competency_id', 'question_id']) }}
)

select
    interview_id,
    rater_id,
    competency_id,
    question_id,

    rating,

    {{ utc('rated_at') }} as rated_at
from versions
