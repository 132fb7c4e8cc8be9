-- Counted answers in which something new was said: neither skipped nor repeated, and with a text. Only
-- these are compared with each other.
with answers as (
    select * from {{ ref('int_answers_counted') }}
),

repeated as (
    select * from {{ ref('int_answers_repeated') }}
),

interviews as (
    select * from {{ ref('int_interviews') }}
)

select
    answers.interview_id,
    answers.question_id,
    interviews.candidate_id,
    interviews.completed_at,
    answers.lang,

    answers.units,
    answers.units_per_minute,
    answers.answer_seconds,
    answers.pause_seconds,

    answers.phrase_density,
    answers.function_share,
    answers.longest_run,
    answers.longest_clause,
    answers.distinct_share,

    answers._file_id,
    answers._row_number
from answers
inner join interviews on answers.interview_id = interviews.interview_id
anti join repeated
    on answers.interview_id = repeated.interview_id and answers.question_id = repeated.question_id
where
    not answers.is_skipped
    and not answers.is_missing
    {{ only_changed('and', 'answers.interview_id') }}
