with answers as (
    select * from {{ ref('int_answers_counted') }}
),

interviews as (
    select * from {{ ref('int_interviews') }}
),

repeated as (
    select * from {{ ref('int_answers_repeated') }}
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
        sum(hits) filter (where kind = 'phrases') as hits
    from {{ ref('int_criteria_scored') }}
    group by interview_id, question_id
),

question_durations as (
    select
        question_id,
        median(answer_seconds) as median_seconds
    from answers
    where not is_skipped
    group by question_id
),

judged as (
    select
        answers.*,
        points.points,
        points.structure,
        points.pace,
        points.hits,
        repeated.question_id is not null as is_repeated,
        {{ stable('answers.answer_seconds / nullif(durations.median_seconds, 0)') }} as duration_vs_median
    from answers
    left join points
        on answers.interview_id = points.interview_id and answers.question_id = points.question_id
    left join repeated
        on answers.interview_id = repeated.interview_id and answers.question_id = repeated.question_id
    left join question_durations as durations on answers.question_id = durations.question_id
)

select
    judged.interview_id,
    judged.question_id,
    cast(judged.attempt as integer) as attempt,
    interviews.candidate_id,
    interviews.role_id,
    interviews.department_id,
    interviews.scenario,
    interviews.quarter_start,
    judged.lang,
    judged.points,
    judged.structure,
    judged.pace,
    judged.units_per_minute,
    judged.text_chars,
    judged.answer_seconds,
    judged.pause_seconds,
    judged.duration_vs_median,
    judged.is_skipped,
    judged.is_repeated,
    judged.is_missing,
    judged.is_known_question,
    cast(judged.hits as integer) as hits,
    list_concat(
        {{ flags({
            'short': 'not judged.is_skipped and judged.duration_vs_median < ' ~ var('short_answer_ratio'),
            'skipped': 'judged.is_skipped',
            'repeated': 'judged.is_repeated',
            'missing': 'judged.is_missing',
            'unknown_question': 'not judged.is_known_question',
        }) }},
        coalesce(signals.flags, cast([] as varchar[]))
    ) as flags,
    lists.evidence,
    lists.negated
from judged
inner join interviews on judged.interview_id = interviews.interview_id
inner join {{ ref('stg_answers') }} as lists
    on judged._file_id = lists._file_id and judged._row_number = lists._row_number
left join {{ ref('int_answer_signals') }} as signals
    on judged.interview_id = signals.interview_id and judged.question_id = signals.question_id
