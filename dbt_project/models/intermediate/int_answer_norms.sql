-- What is usual: medians of the answers to each question in each language; of the language as a whole where
-- too few have answered the question. To the whole unit or percent: finer differences say nothing about an
-- answer, and what is usual stays the same from one day to the next. `changed_by` is the build that last
-- found another median.
{{ config(incremental_strategy='replaced') }}

{%- set measures = ['units', 'phrase_density', 'function_share', 'longest_run', 'longest_clause'] %}

with limits as (
    {{ signal_limits(['norm_answers']) }}
),

answers as (
    select * from {{ ref('int_answers_heard') }}
),

medians as (
    select
        question_id,
        lang,
        grouping(question_id) = 1 as is_of_language,
        count(*) as n,
        round(median(units)) as units,
        round(median(phrase_density), 2) as phrase_density,
        round(median(function_share), 2) as function_share,
        round(median(longest_run)) as longest_run,
        round(median(longest_clause)) as longest_clause
    from answers
    group by grouping sets ((question_id, lang), (lang))
),

usual as (
    select
        own.question_id,
        own.lang,
        {%- for measure in measures %}
        case when own.n >= limits.norm_answers then own.{{ measure }} else whole.{{ measure }} end
            as {{ measure }},
        {%- endfor %}
        own.n
    from medians as own
    cross join limits
    left join medians as whole
        on own.lang = whole.lang and whole.is_of_language and limits.norm_answers <= whole.n
    where not own.is_of_language
)
{%- if is_incremental() %}

select
    usual.*,
    coalesce(same.changed_by, '{{ invocation_id }}') as changed_by
from usual
left join {{ this }} as same
    on
        usual.question_id = same.question_id
        and usual.lang = same.lang
        {%- for measure in measures %}
        and usual.{{ measure }} is not distinct from same.{{ measure }}
        {%- endfor %}
{%- else %}

select
    usual.*,
    'whole' as changed_by
from usual
{%- endif %}
