-- The one place where the kernels' lists of criteria are unnested. A repeated answer has said nothing
-- new: nothing for what it contains and how it is built, and no judgement of its pace.
with counted as (
    select * from {{ ref('int_answers_counted') }}
    {{ only_changed('where') }}
),

repeated as (
    select * from {{ ref('int_answers_repeated') }}
),

criteria as (
    select * from {{ ref('criteria') }}
),

judged as (
    select
        counted.interview_id,
        counted.question_id,
        counted.attempt,
        repeated.question_id is not null as is_repeated,
        {{ each_of('answers.criteria') }} as judgement
    from counted
    inner join {{ ref('stg_answers') }} as answers
        on counted._file_id = answers._file_id and counted._row_number = answers._row_number
    left join repeated
        on counted.interview_id = repeated.interview_id and counted.question_id = repeated.question_id
)

select
    judged.interview_id,
    judged.question_id,
    judged.attempt,
    criteria.criterion_id,
    criteria.competency_id,
    criteria.kind,
    criteria.weight,
    case when judged.is_repeated then 0 else judged.judgement.hits end as hits,
    case
        when not judged.is_repeated then judged.judgement.h
        when criteria.kind in ('phrases', 'structure') then 0
    end as h
from judged
inner join criteria on judged.judgement.criterion_id = criteria.criterion_id
