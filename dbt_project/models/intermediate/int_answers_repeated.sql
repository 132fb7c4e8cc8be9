-- Answers whose text equals an earlier one of the same interview, in the order of question_id. Without a
-- text there is no fingerprint, and nothing is repeated.
with answers as (
    select
        interview_id,
        question_id,
        text_fingerprint
    from {{ ref('int_answers_counted') }}
    where text_fingerprint is not null {{ only_changed('and') }}
)

select
    interview_id,
    question_id
from answers
qualify row_number() over (
    partition by interview_id, text_fingerprint order by question_id asc nulls last
) > 1
