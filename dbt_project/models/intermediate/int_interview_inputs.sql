-- What the rows of an interview rest on, as one number, and the build that last found another one. What
-- decides over all interviews alike (seeds, variables, models, kernels) is not in it: when that changes,
-- everything is built anew. Of an answer's text there stand what came of it and the row that it came from;
-- all else that the kernels say follows from these. An interview that is gone stays for one build, so that
-- its rows go too.
{{ config(
    incremental_strategy='delete+insert',
    unique_key='interview_id',
    post_hook="delete from {{ this }} where is_gone and changed_by <> '{{ invocation_id }}'",
) }}

with interviews as (
    select * from {{ ref('int_interviews') }}
),

answers as (
    select
        interview_id,
        {{ digest_of_rows([
            'question_id', 'attempt', 'lang', 'text_fingerprint', 'answer_seconds', 'pause_seconds', 'text_chars',
            'is_skipped', 'is_missing', 'is_known_question',
            '_file_id', '_row_number', '_version_at', '_version_seq', '_version_row',
        ]) }} as answers_digest
    from {{ ref('stg_answers') }}
    group by interview_id
),

vendor_scores as (
    select
        interview_id,
        {{ digest_of_rows(['competency_id', 'vendor', 'score']) }} as scores_digest
    from {{ ref('stg_vendor_scores') }}
    group by interview_id
),

found as (
    select
        interviews.interview_id,
        cast(date_trunc(
            'month', coalesce(interviews.completed_local_date, interviews.invited_local_date)
        ) as date) as business_month,
        {{ digest([
            'interviews.candidate_id', 'interviews.role_id', 'interviews.department_id', 'interviews.batch_id',
            'interviews.requisition_id', 'interviews.question_bank_id', 'interviews.supplement_of',
            'interviews.scenario', 'interviews.status', 'interviews.channel', 'interviews.modality',
            'interviews.attempt', 'interviews.interruptions', 'interviews.invited_at', 'interviews.accepted_at',
            'interviews.started_at', 'interviews.completed_at',
            'interviews.invited_local_date', 'interviews.completed_local_date',
            'interviews.has_records',
            'answers.answers_digest', 'vendor_scores.scores_digest',
        ]) }} as digest
    from interviews
    left join answers on interviews.interview_id = answers.interview_id
    left join vendor_scores on interviews.interview_id = vendor_scores.interview_id
)
{%- if is_incremental() %},

known as (
    select * from {{ this }}
),

changed as (
    select
        found.interview_id,
        found.business_month,
        found.digest,
        false as is_gone
    from found
    left join known on found.interview_id = known.interview_id
    where
        known.interview_id is null
        or known.is_gone
        or known.digest <> found.digest
    union all
    select
        known.interview_id,
        known.business_month,
        known.digest,
        true as is_gone
    from known
    left join found on known.interview_id = found.interview_id
    where found.interview_id is null and not known.is_gone
)
{%- else %},

changed as (
    select
        interview_id,
        business_month,
        digest,
        false as is_gone
    from found
)
{%- endif %}

select
    interview_id,
    business_month,
    digest,
    is_gone,
    '{{ invocation_id }}' as changed_by
from changed
