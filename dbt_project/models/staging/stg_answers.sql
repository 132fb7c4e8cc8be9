-- Every version and attempt of an answer: int_answers_counted takes one of them, since "the highest
-- attempt, of equal ones the later file" and "the latest version" are one rule and one pass over the
-- largest table.
with scored_answers as (
    select * from {{ source('scores', 'answers') }}
)

select
    interview_id,
    question_id,
    attempt,

    lang,
    text_fingerprint,

    answer_seconds,
    pause_seconds,
    text_chars,
    units,
    units_per_minute,

    is_skipped,
    is_missing,
    is_known_question,

    criteria,
    evidence,
    negated,

    _file_id,
    _row_number,
    _arrival_seq,
    {{ utc('_exported_at') }} as _exported_at,
    {{ utc('_arrived_at') }} as _arrived_at
from scored_answers
