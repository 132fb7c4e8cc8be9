with versions as (
    select *
    from {{ source('raw', 'human_ratings') }}
    qualify {{ latest_version(['interview_id', 'rater_id', 'competency_id', 'question_id']) }}
)

select
    interview_id,
    rater_id,
    competency_id,
    question_id,

    rating,

    {{ utc('rated_at') }} as rated_at
from versions
