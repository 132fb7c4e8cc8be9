-- One answer a question: the highest attempt, of equal ones the later file. Lists (criteria, evidence)
-- stay behind; the row's address (_file_id, _row_number) leads back to them, so that the window moves
-- thin rows only.
with completed_interviews as (
    select interview_id
    from {{ ref('int_interviews') }}
    where is_completed {{ only_changed('and') }}
),

answers as (
    select * from {{ ref('stg_answers') }}
)

select
    answers.interview_id,
    answers.question_id,
    answers.attempt,

    answers.lang,
    answers.text_fingerprint,

    answers.answer_seconds,
    answers.pause_seconds,
    answers.text_chars,
    answers.units,
    answers.units_per_minute,

    answers.is_skipped,
    answers.is_missing,
    answers.is_known_question,

    answers.phrase_density,
    answers.function_share,
    answers.longest_run,
    answers.longest_clause,
    answers.distinct_share,

    answers._file_id,
    answers._row_number
from answers
inner join completed_interviews on answers.interview_id = completed_interviews.interview_id
qualify row_number() over (
    partition by answers.interview_id, answers.question_id
    order by
        answers.attempt desc,
        answers._version_at desc,
        answers._version_seq desc,
        answers._version_row desc,
        -- Equal contents of two files, as late as their last sighting: either will do, but always the same.
        answers._file_id desc
) = 1
