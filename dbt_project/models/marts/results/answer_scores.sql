{{ config(incremental_strategy='by_answer') }}

with answers as (
    select * from {{ ref('int_answers_counted') }}
    {{ only_touched_answers('where') }}
),

interviews as (
    select * from {{ ref('int_interviews') }}
),

repeated as (
    select * from {{ ref('int_answers_repeated') }}
),

timed as (
    select
        answers.*,
        repeated.question_id is not null as is_repeated,
        {{ stable('answers.answer_seconds / nullif(durations.median_seconds, 0)') }} as duration_vs_median
    from answers
    left join repeated
        on answers.interview_id = repeated.interview_id and answers.question_id = repeated.question_id
    left join {{ ref('int_question_seconds') }} as durations on answers.question_id = durations.question_id
),

judged as (
    select
        timed.*,
        {{ joined_lists([
            flags({
                'short': 'not timed.is_skipped and timed.duration_vs_median < ' ~ var('short_answer_ratio'),
                'skipped': 'timed.is_skipped',
                'repeated': 'timed.is_repeated',
                'missing': 'timed.is_missing',
                'unknown_question': 'not timed.is_known_question',
            }),
            'coalesce(signals.flags, ' ~ no_texts() ~ ')',
        ]) }} as flags
    from timed
    left join {{ ref('int_answer_signals') }} as signals
        on timed.interview_id = signals.interview_id and timed.question_id = signals.question_id
),

made as (
    select *
    from judged
    {{ only_changed('where') }}
),

criteria as (
    select
        scored.*,
        {{ exact_sum_over(
            'case when scored.h is not null then scored.weight end',
            'partition by scored.interview_id, scored.question_id'
        ) }} as judged_weight
    from {{ ref('int_criteria_scored') }} as scored
    {%- if is_incremental() %}
    where scored.interview_id in (select made.interview_id from made)
    {%- endif %}
),

points as (
    select
        interview_id,
        question_id,
        {{ stable(
            '100 * ' ~ exact_sum('weight * h')
            ~ ' / nullif(' ~ exact_sum('weight', where='h is not null') ~ ', 0)'
        ) }} as points,
        {{ stable(exact_mean('h', where="kind = 'structure'")) }} as structure,
        {{ stable(exact_mean('h', where="kind = 'pace'")) }} as pace,
        sum(hits) filter (where kind = 'phrases') as hits,
        {{ list_of(
            packed({
                'criterion_id': 'criterion_id',
                'points': stable('100 * weight * h / nullif(judged_weight, 0)'),
                'points_of': stable('100 * weight / nullif(judged_weight, 0)'),
                'h': stable('h'),
                'is_met': 'h >= 1',
            }),
            by=['criterion_id'],
            where='h is not null'
        ) }} as elements
    from criteria
    group by interview_id, question_id
)

select
    made.interview_id,
    made.question_id,
    cast(made.attempt as integer) as attempt,
    interviews.candidate_id,
    interviews.role_id,
    interviews.department_id,
    interviews.scenario,
    interviews.quarter_start,
    made.lang,
    points.points,
    points.structure,
    points.pace,
    made.units_per_minute,
    made.text_chars,
    made.answer_seconds,
    made.pause_seconds,
    made.duration_vs_median,
    made.is_skipped,
    made.is_repeated,
    made.is_missing,
    made.is_known_question,
    cast(points.hits as integer) as hits,
    points.elements,
    made.flags,
    lists.evidence,
    lists.negated
from made
inner join interviews on made.interview_id = interviews.interview_id
inner join {{ ref('stg_answers') }} as lists
    on made._file_id = lists._file_id and made._row_number = lists._row_number
left join points on made.interview_id = points.interview_id and made.question_id = points.question_id
{%- if is_incremental() %}
-- Of whom other people's answers put in another place than before, only that is made anew.
union all
select
    earlier.interview_id,
    earlier.question_id,
    earlier.attempt,
    earlier.candidate_id,
    earlier.role_id,
    earlier.department_id,
    earlier.scenario,
    earlier.quarter_start,
    earlier.lang,
    earlier.points,
    earlier.structure,
    earlier.pace,
    earlier.units_per_minute,
    earlier.text_chars,
    earlier.answer_seconds,
    earlier.pause_seconds,
    judged.duration_vs_median,
    earlier.is_skipped,
    earlier.is_repeated,
    earlier.is_missing,
    earlier.is_known_question,
    earlier.hits,
    earlier.elements,
    judged.flags,
    earlier.evidence,
    earlier.negated
from judged
inner join {{ this }} as earlier
    on judged.interview_id = earlier.interview_id and judged.question_id = earlier.question_id
where
    judged.interview_id not in {{ changed_interviews() }}
    and (
        judged.duration_vs_median is distinct from earlier.duration_vs_median
        or judged.flags is distinct from earlier.flags
    )
{%- endif %}
