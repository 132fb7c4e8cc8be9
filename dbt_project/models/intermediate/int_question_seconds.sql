-- The median time of the answers to each question, skipped ones apart; null where all were skipped.
-- `changed_by` is the build that last found another one.
{{ config(incremental_strategy='replaced') }}

with answers as (
    select * from {{ ref('int_answers_counted') }}
),

medians as (
    select
        question_id,
        median(case when not is_skipped then answer_seconds end) as median_seconds
    from answers
    group by question_id
)
{%- if is_incremental() %}

select
    medians.*,
    coalesce(same.changed_by, '{{ invocation_id }}') as changed_by
from medians
left join {{ this }} as same
    on
        medians.question_id = same.question_id
        and medians.median_seconds is not distinct from same.median_seconds
{%- else %}

select
    medians.*,
    'whole' as changed_by
from medians
{%- endif %}
