with versions as (
    {{ latest_versions('training_records', ['person_id', 'course_id', 'completed_at']) }}
)

select
    person_id,
    course_id,

    score,
    passed,

    {{ utc('completed_at') }} as completed_at
from versions
