with versions as (
    select *
    from {{ source('raw', 'surveys') }}
    qualify {{ latest_version(['interview_id', 'question']) }}
)

select
    interview_id,
    question,

    score,

    {{ utc('submitted_at') }} as submitted_at
from versions
