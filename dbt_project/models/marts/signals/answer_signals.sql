{{ config(incremental_strategy='by_answer') }}

with answers as (
    select * from {{ ref('answer_scores') }}
    {{ only_touched_answers('where') }}
),

signals as (
    select * from {{ ref('int_answer_signals') }}
)

select
    answers.interview_id,
    answers.question_id,
    answers.candidate_id,
    answers.role_id,
    answers.department_id,
    answers.scenario,
    answers.quarter_start,
    answers.lang,
    answers.flags,
    answers.duration_vs_median,
    signals.units,
    {{ stable('signals.units_median') }} as units_median,
    {{ stable('signals.units / nullif(signals.units_median, 0)') }} as units_vs_median,
    answers.units_per_minute,
    signals.pace_outer_low,
    signals.pace_outer_high,
    {{ stable('signals.pause_share') }} as pause_share,
    {{ stable('signals.phrase_density') }} as phrase_density,
    {{ stable('signals.phrase_density_median') }} as phrase_density_median,
    {{ stable('signals.function_share') }} as function_share,
    {{ stable('signals.function_share_median') }} as function_share_median,
    signals.longest_run,
    signals.longest_run_median,
    signals.longest_clause,
    signals.longest_clause_median,
    {{ stable('signals.distinct_share') }} as distinct_share,
    signals.group_id as similar_group_id,
    {{ stable('signals.similarity') }} as similarity,
    coalesce(signals.is_dense, false) as is_dense,
    coalesce(signals.is_unlinked, false) as is_unlinked,
    coalesce(signals.is_broken, false) as is_broken,
    coalesce(signals.is_repetitive, false) as is_repetitive,
    coalesce(signals.is_similar, false) as is_similar,
    coalesce(signals.stuffing_votes, 0) as stuffing_votes
from answers
left join signals on answers.interview_id = signals.interview_id and answers.question_id = signals.question_id
