-- What of each answer is compared with other people's: the sketch of its pieces and the bands that lead to
-- answers alike. Too few pieces say nothing. A number stands for the answer, since pairs are many and
-- numbers small. An answer that is corrected or gone stays until the links are made that knew it
-- (int_similar_links).
{{ config(incremental_strategy='by_version') }}

with limits as (
    {{ signal_limits(['similar_shingles']) }}
)

select
    heard.interview_id,
    heard.question_id,
    heard.candidate_id,
    cast(row_number() over (
        order by
            heard.question_id asc nulls last,
            heard.candidate_id asc nulls last,
            heard.interview_id asc nulls last
    ) as integer)
    {%- if is_incremental() %}
    + (select coalesce(max(known.text_number), 0) from {{ this }} as known)
    {%- endif %} as text_number,
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
    lists.bands,
    false as is_gone
from {{ ref('int_answers_heard') }} as heard
inner join {{ ref('stg_answers') }} as lists
    on heard._file_id = lists._file_id and heard._row_number = lists._row_number
cross join limits
where
    lists.bands is not null and lists.shingles >= limits.similar_shingles
    {{ only_changed('and', 'heard.interview_id') }}
