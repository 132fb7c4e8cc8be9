-- Notes between HR, departments and candidates; their texts stay sealed. A question for feedback is
-- answered by the first later reply of somebody else to the same interview.
with comments as (
    select
        comment_id,
        interview_id,
        author_id,
        coalesce(kind, 'note') as kind,
        coalesce(mentions, {{ no_elements() }}) as mentions,
        created_at
    from {{ ref('stg_comments') }}
),

interviews as (
    select * from {{ ref('int_interviews') }}
),

run as (
    select started_at as run_at
    from {{ ref('stg_run') }}
),

replies as (
    select
        questions.comment_id,
        answers.comment_id as reply_comment_id,
        answers.created_at as replied_at
    from comments as questions
    inner join comments as answers
        on
            questions.interview_id = answers.interview_id
            and questions.author_id <> answers.author_id
            and questions.created_at <= answers.created_at
    where questions.kind = 'feedback_question' and answers.kind = 'feedback_reply'
    qualify row_number() over (
        partition by questions.comment_id
        order by answers.created_at asc nulls last, answers.comment_id asc nulls last
    ) = 1
)

select
    comments.comment_id,
    comments.interview_id,
    interviews.candidate_id,
    interviews.role_id,
    interviews.department_id,
    interviews.scenario,
    interviews.quarter_start,
    comments.kind,
    comments.author_id,
    coalesce(comments.author_id = interviews.candidate_id, false) as is_by_candidate,
    comments.mentions,
    cast({{ list_size('comments.mentions') }} as integer) as mentions_n,
    comments.created_at,
    {{ local_date('comments.created_at') }} as created_local_date,
    replies.reply_comment_id,
    replies.replied_at,
    {{ stable(seconds_between('comments.created_at', 'replies.replied_at') ~ ' / 3600') }} as reply_hours,
    comments.kind = 'feedback_question' and replies.comment_id is null as is_waiting,
    case
        when comments.kind = 'feedback_question' and replies.comment_id is null
            then {{ stable(
                'greatest(' ~ seconds_between('comments.created_at', 'run.run_at') ~ ' / 3600, 0)'
            ) }}
    end as waiting_hours
from comments
cross join run
left join interviews on comments.interview_id = interviews.interview_id
left join replies on comments.comment_id = replies.comment_id
