-- What is usual: medians of each question in each language, and of the language as a whole
-- (question_id '') for questions that too few have answered.
with answers as (
    select * from {{ ref('int_answers_heard') }}
)

select
    case when grouping(question_id) = 1 then '' else question_id end as question_id,
    lang,
    count(*) as n,
    median(units) as units,
    median(phrase_density) as phrase_density,
    median(function_share) as function_share,
    median(longest_run) as longest_run,
    median(longest_clause) as longest_clause
from answers
group by grouping sets ((question_id, lang), (lang))
