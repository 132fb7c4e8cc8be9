-- A returned row is a question of which some counted answer was judged by other criteria than the seeds
-- have now. Protects against scores that outlive their rubric.
{{ config(meta = {'dagster': {'ref': {'name': 'int_criteria_scored'}}}) }}

with rubrics as (
    select
        questions.question_id,
        count(*) as criteria_n
    from {{ ref('questions') }} as questions
    inner join {{ ref('criteria') }} as criteria on questions.rubric_id = criteria.rubric_id
    group by questions.question_id
),

judged as (
    select
        interview_id,
        question_id,
        count(*) as criteria_n
    from {{ ref('int_criteria_scored') }}
    group by interview_id, question_id
)

select
    answers.question_id,
    count(*) as answers_n
from {{ ref('int_answers_counted') }} as answers
left join rubrics on answers.question_id = rubrics.question_id
left join judged on answers.interview_id = judged.interview_id and answers.question_id = judged.question_id
where
    coalesce(judged.criteria_n, 0) <> coalesce(rubrics.criteria_n, 0)
    or answers.is_known_question <> (rubrics.question_id is not null)
group by answers.question_id
