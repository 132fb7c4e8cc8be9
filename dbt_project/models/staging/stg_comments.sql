with versions as (
    select *
    from {{ source('raw', 'comments') }}
    qualify {{ latest_version(['comment_id']) }}
)

select
    comment_id,
    interview_id,
    author_id,

    kind,
    mentions,

    {{ utc('created_at') }} as created_at
from versions
