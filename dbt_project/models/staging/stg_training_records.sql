with versions as (
    select *
    from {{ source('raw', 'training_records') }}
    qualify {{ latest_version(['person_id', 'course_id', 'completed_at']) }}
)

select
    person_id,
    course_id,

    score,
    passed,

    {{ utc('completed_at') }} as completed_at
from versions
