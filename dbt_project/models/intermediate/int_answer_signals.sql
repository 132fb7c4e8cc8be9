-- What is unusual in an answer, beside its score. A suspicion of stuffing needs several signals that look
-- at different things: how much of the text is rubric phrases, whether words hold it together, how it is
-- cut into clauses, whether it repeats itself, and whether others said the same.
{{ config(incremental_strategy='by_answer') }}

with limits as (
    {{ signal_limits([
        'judged_units', 'dense_times', 'dense_at_least', 'unlinked_share', 'unlinked_run',
        'broken_longer', 'broken_shorter', 'repetitive_share', 'stuffing_votes', 'long_pause_share',
    ]) }}
),

answers as (
    select * from {{ ref('int_answers_heard') }}
    {{ only_touched_answers('where') }}
),

norms as (
    select * from {{ ref('int_answer_norms') }}
),

usual as (
    select
        answers.*,
        alike.group_id,
        alike.candidates_n,
        alike.similarity,
        bands.outer_low as pace_outer_low,
        bands.outer_high as pace_outer_high,
        answers.pause_seconds / nullif(answers.answer_seconds, 0) as pause_share,
        answers.units >= limits.judged_units as is_judged,
        norms.units as units_median,
        norms.phrase_density as phrase_density_median,
        norms.function_share as function_share_median,
        norms.longest_run as longest_run_median,
        norms.longest_clause as longest_clause_median
    from answers
    cross join limits
    left join norms on answers.question_id = norms.question_id and answers.lang = norms.lang
    left join {{ ref('pace_bands') }} as bands on answers.lang = bands.lang
    left join {{ ref('int_similar_groups') }} as alike
        on answers.interview_id = alike.interview_id and answers.question_id = alike.question_id
),

judged as (
    select
        usual.*,
        coalesce(
            usual.is_judged
            and usual.phrase_density >= greatest(
                limits.dense_at_least, limits.dense_times * usual.phrase_density_median
            ),
            false
        ) as is_dense,
        coalesce(
            usual.is_judged
            and (
                usual.function_share < limits.unlinked_share * usual.function_share_median
                or usual.longest_run >= limits.unlinked_run * usual.longest_run_median
            ),
            false
        ) as is_unlinked,
        coalesce(
            usual.is_judged
            and (
                usual.longest_clause >= limits.broken_longer * usual.longest_clause_median
                or usual.longest_clause < limits.broken_shorter * usual.longest_clause_median
            ),
            false
        ) as is_broken,
        coalesce(usual.is_judged and usual.distinct_share <= limits.repetitive_share, false)
            as is_repetitive,
        usual.group_id is not null as is_similar,
        coalesce(usual.is_judged and usual.units_per_minute > usual.pace_outer_high, false) as is_fast,
        coalesce(usual.is_judged and usual.units_per_minute < usual.pace_outer_low, false) as is_slow,
        coalesce(usual.pause_share >= limits.long_pause_share, false) as has_long_pauses
    from usual
    cross join limits
),

counted as (
    select
        *,
        cast(is_dense as integer) + cast(is_unlinked as integer) + cast(is_broken as integer)
        + cast(is_repetitive as integer) + cast(is_similar as integer) as stuffing_votes
    from judged
)

select
    counted.interview_id,
    counted.question_id,

    counted.units,
    counted.units_median,
    counted.phrase_density,
    counted.phrase_density_median,
    counted.function_share,
    counted.function_share_median,
    counted.longest_run,
    counted.longest_run_median,
    counted.longest_clause,
    counted.longest_clause_median,
    counted.distinct_share,
    counted.group_id,
    counted.candidates_n,
    counted.similarity,
    counted.pause_share,
    counted.pace_outer_low,
    counted.pace_outer_high,

    counted.is_dense,
    counted.is_unlinked,
    counted.is_broken,
    counted.is_repetitive,
    counted.is_similar,
    counted.stuffing_votes,
    {{ flags({
        'stuffing': 'counted.stuffing_votes >= limits.stuffing_votes',
        'similar': 'counted.is_similar',
        'fast': 'counted.is_fast',
        'slow': 'counted.is_slow',
        'long_pauses': 'counted.has_long_pauses',
    }) }} as flags
from counted
cross join limits
