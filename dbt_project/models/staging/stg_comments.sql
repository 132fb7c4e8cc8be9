with versions as (
    {{ latest_versions('comments', ['comment_id']) }}
)

select
    comment_id,
    interview_id,
    author_id,

    kind,
    mentions,

    {{ utc('created_at') }} as created_at
from versions
