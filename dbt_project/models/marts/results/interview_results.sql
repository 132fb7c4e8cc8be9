with interviews as (
    select * from {{ ref('int_interviews') }}
),

composites as (
    select * from {{ ref('int_composites') }}
),

refusals as (
    select * from {{ ref('int_refusals') }}
),

run as (
    select * from {{ ref('stg_run') }}
),

recommendations as (
    select * from {{ ref('recommendation_policy') }}
),

signals as (
    select
        interview_id,
        count(*) as answers_n,
        count(*) filter (where not is_known_question) as unknown_answers_n,
        bool_or({{ list_has('flags', "'short'") }}) as has_short,
        bool_or(is_skipped) as has_skipped,
        bool_or(is_repeated) as has_repeated,
        bool_or({{ list_has('flags', "'stuffing'") }}) as has_stuffing,
        bool_or({{ list_has('flags', "'similar'") }}) as has_similar,
        bool_or({{ list_has('flags', "'fast'") }}) as has_fast,
        bool_or({{ list_has('flags', "'slow'") }}) as has_slow,
        bool_or({{ list_has('flags', "'long_pauses'") }}) as has_long_pauses
    from {{ ref('answer_scores') }}
    group by interview_id
),

-- Ranks are taken on the rounded composite, which is what people see, among the scored only.
ranked as (
    select
        composites.interview_id,
        percent_rank() over (cohort order by composites.composite_score asc nulls last) as pct_rank,
        rank() over (cohort order by composites.composite_score desc) as cohort_rank,
        count(*) over (cohort) as cohort_n
    from composites
    inner join interviews on composites.interview_id = interviews.interview_id
    where composites.is_scored
    window cohort as (partition by interviews.role_id, interviews.scenario, interviews.quarter_start)
),

judged as (
    select
        interviews.*,
        case
            when composites.is_scored then 'scored'
            when interviews.is_completed then 'insufficient'
            when interviews.status = 'declined' then 'declined'
            when interviews.status in ('abandoned', 'expired') then 'abandoned'
            else 'pending'
        end as result,
        refusals.candidate_id is not null as has_refused_ai,
        composites.composite_score,
        composites.grade,
        composites.coverage,
        composites.basis,
        composites.requirements_met < composites.requirements_n as is_below_requirement,
        case
            when composites.is_scored then composites.requirements_met / nullif(composites.requirements_n, 0)
        end as fit_score
    from interviews
    left join composites on interviews.interview_id = composites.interview_id
    left join refusals on interviews.candidate_id = refusals.candidate_id
)

select
    judged.interview_id,
    judged.candidate_id,
    judged.role_id,
    judged.department_id,
    employed.department_id_then,
    employed.role_id_then,
    employed.department_id_now,
    employed.role_id_now,
    judged.scenario,
    judged.batch_id,
    judged.requisition_id,
    judged.question_bank_id,
    judged.channel,
    judged.modality,
    cast(judged.attempt as integer) as attempt,
    judged.supplement_of,
    judged.result as status,
    judged.result = 'declined' and judged.has_refused_ai as is_refusal,
    judged.invited_at,
    judged.invited_local_date,
    judged.started_at,
    judged.completed_at,
    judged.completed_local_date,
    judged.quarter_start,
    judged.composite_score,
    judged.grade,
    judged.coverage,
    judged.basis,
    {{ stable('ranked.pct_rank') }} as pct_rank,
    ranked.cohort_rank - 1 < ceil(ranked.cohort_n / 10) as is_top10,
    cast(ranked.cohort_rank as integer) as cohort_rank,
    cast(ranked.cohort_n as integer) as cohort_n,
    case
        when judged.is_below_requirement
            then coalesce(recommendations.recommendation_below_requirement, recommendations.recommendation)
        else recommendations.recommendation
    end as recommendation,
    case
        when judged.is_below_requirement
            then coalesce(recommendations.next_stage_below_requirement, recommendations.next_stage)
        else recommendations.next_stage
    end as next_stage,
    assessments.assessment_score,
    {{ stable('(judged.composite_score + assessments.assessment_score) / 2') }} as combined_score,
    {{ stable('judged.fit_score') }} as fit_score,
    pay_bands.pay_min,
    pay_bands.pay_max,
    pay_bands.currency as pay_currency,
    {{ flags({
        'interrupted': 'judged.interruptions >= ' ~ var('interruptions_anomaly'),
        'short_answers': 'signals.has_short',
        'skipped_answers': 'signals.has_skipped',
        'repeated_answers': 'signals.has_repeated',
        'stuffing_suspected': 'signals.has_stuffing',
        'similar_answers': 'signals.has_similar',
        'fast_speech': 'signals.has_fast',
        'slow_speech': 'signals.has_slow',
        'long_pauses': 'signals.has_long_pauses',
        'unknown_questions': 'signals.unknown_answers_n > 0',
        'low_coverage': "judged.result = 'insufficient'",
    }) }} as flags,
    cast(coalesce(signals.answers_n, 0) as integer) as answers_n,
    cast(coalesce(signals.unknown_answers_n, 0) as integer) as unknown_answers_n,
    cast(judged.interruptions as integer) as interruptions,
    case when judged.is_completed then run.started_at end as published_at,
    run.rubric_version,
    run.weights_version,
    run.kernel_version,
    run.run_id
from judged
cross join run
left join ranked on judged.interview_id = ranked.interview_id
left join recommendations on judged.grade = recommendations.grade
left join {{ ref('int_assessments_latest') }} as assessments on judged.candidate_id = assessments.candidate_id
left join signals on judged.interview_id = signals.interview_id
left join {{ ref('int_interviews_employed') }} as employed on judged.interview_id = employed.interview_id
left join {{ ref('int_pay_bands') }} as pay_bands
    on
        judged.grade = pay_bands.grade
        and judged.completed_local_date >= pay_bands.valid_from
        and (pay_bands.valid_before is null or judged.completed_local_date < pay_bands.valid_before)
