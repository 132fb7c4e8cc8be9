-- What of each answer is compared with other people's: the sketch of its pieces and the bands that lead to
-- answers alike. Too few pieces say nothing. Numbers stand for the ids, since pairs are many and numbers
-- small; those of one question follow each other by person.
with limits as (
    {{ signal_limits(['similar_shingles']) }}
)

select
    heard.interview_id,
    heard.question_id,
    heard.candidate_id,
    cast(dense_rank() over (order by heard.question_id asc nulls last) as integer) as question_number,
    cast(dense_rank() over (order by heard.candidate_id asc nulls last) as integer) as candidate_number,
    cast(row_number() over (
        order by
            heard.question_id asc nulls last,
            heard.candidate_id asc nulls last,
            heard.interview_id asc nulls last
    ) as integer) as text_number,
    lists.shingles,
    lists.sketch_level,
    lists.sketch_1,
    lists.sketch_2,
    lists.sketch_3,
    lists.sketch_4,
    lists.sketch_5,
    lists.sketch_6,
    lists.sketch_7,
    lists.sketch_8,
    lists.bands
from {{ ref('int_answers_heard') }} as heard
inner join {{ ref('stg_answers') }} as lists
    on heard._file_id = lists._file_id and heard._row_number = lists._row_number
cross join limits
where lists.bands is not null and lists.shingles >= limits.similar_shingles
