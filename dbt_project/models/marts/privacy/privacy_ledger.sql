-- What is owed to each person: consent and its purpose, refusals, requests, and the day on which each
-- record must go. What was purged or erased says when, and by which receipt; what is due and still there
-- shows as overdue.
with interviews as (
    select * from {{ ref('int_interviews') }}
),

scored as (
    select
        interview_id,
        status,
        coverage
    from {{ ref('interview_results') }}
),

candidates as (
    select * from {{ ref('stg_candidates') }}
),

run_day as (
    select {{ local_date('started_at') }} as today
    from {{ ref('stg_run') }}
),

purged as (
    select * from {{ ref('stg_purged') }}
),

-- Erasures, by the pseudonym under which a person's rows go on; where they were removed, by the receipt.
erasures as (
    select
        receipt_id,
        coalesce(pseudonym, 'erased-' || receipt_id) as candidate_id,
        requested_at,
        done_at,
        receipt_hash
    from {{ ref('stg_receipts') }}
    where kind = 'erasure' and done_at is not null
),

people as (
    select candidate_id from candidates
    union
    select candidate_id from interviews
),

consents as (
    select
        'consent:' || people.candidate_id as obligation_id,
        people.candidate_id,
        'consent' as obligation,
        candidates.consented_at as began_at,
        candidates.consent_version,
        candidates.consent_purpose,
        case
            when candidates.consented_at is null then 'missing'
            when candidates.consent_purpose is null then 'without_purpose'
            else 'given'
        end as state
    from people
    left join candidates on people.candidate_id = candidates.candidate_id
),

-- An interview by AI that began while a refusal stood has broken it.
broken as (
    select
        refusals.candidate_id,
        count(*) as interviews_n
    from {{ ref('int_refusals') }} as refusals
    inner join interviews
        on
            refusals.candidate_id = interviews.candidate_id
            and refusals.last_refused_at < interviews.started_at
            and (refusals.withdrawn_at is null or refusals.withdrawn_at > interviews.started_at)
    group by refusals.candidate_id
),

refused as (
    select
        'refusal:' || refusals.candidate_id as obligation_id,
        refusals.candidate_id,
        'refusal' as obligation,
        refusals.last_refused_at as began_at,
        refusals.withdrawn_at as closed_at,
        case
            when broken.candidate_id is not null then 'broken'
            when refusals.is_in_force then 'in_force'
            else 'withdrawn'
        end as state
    from {{ ref('int_refusals') }} as refusals
    left join broken on refusals.candidate_id = broken.candidate_id
),

requested as (
    select
        'request:' || requests.request_id as obligation_id,
        requests.candidate_id,
        requests.kind as obligation,
        requests.request_id,
        requests.requested_at as began_at,
        {{ local_date('requests.requested_at') }} + terms.answer_days as answer_due,
        coalesce(answered.answered_at, erasures.done_at) as closed_at,
        coalesce(answered.receipt_hash, erasures.receipt_hash) as receipt_hash
    from {{ ref('stg_privacy_requests') }} as requests
    inner join {{ ref('privacy_request_policy') }} as terms on requests.kind = terms.kind
    left join {{ ref('stg_answered_requests') }} as answered on requests.request_id = answered.request_id
    -- Of somebody who was erased nothing is left to be handed over either.
    left join erasures on requests.candidate_id = erasures.candidate_id
),

rules as (
    select distinct
        field_class,
        keep_days,
        purge_days,
        is_class_on_hold,
        is_conflict
    from {{ ref('retention_rules') }}
    where is_in_force
),

-- Sound and picture where there was any, texts of every completed interview, scores where there are some.
records as (
    select
        interviews.candidate_id,
        interviews.interview_id,
        'recordings' as field_class,
        interviews.completed_at
    from interviews
    where interviews.has_records and coalesce(interviews.modality in ('video', 'audio'), true)
    union all
    select
        interviews.candidate_id,
        interviews.interview_id,
        'texts' as field_class,
        interviews.completed_at
    from interviews
    where interviews.has_records
    union all
    select
        interviews.candidate_id,
        interviews.interview_id,
        'scores' as field_class,
        interviews.completed_at
    from interviews
    inner join scored on interviews.interview_id = scored.interview_id
    where scored.status = 'scored' or scored.coverage > 0
),

kept as (
    select
        rules.field_class || ':' || records.interview_id as obligation_id,
        records.candidate_id,
        records.interview_id,
        rules.field_class,
        records.completed_at as began_at,
        case
            when not rules.is_class_on_hold
                then cast({{ local_date('records.completed_at') }} + rules.purge_days as date)
        end as purge_due,
        purged.purged_at,
        purged.receipt_hash,
        rules.is_class_on_hold,
        rules.is_conflict
    from records
    inner join rules on records.field_class = rules.field_class
    left join purged
        on
            records.interview_id = purged.interview_id
            and records.field_class = purged.field_class
),

obligations as (
    select
        obligation_id,
        candidate_id,
        obligation,
        cast(null as string) as field_class,
        cast(null as string) as interview_id,
        cast(null as string) as request_id,
        began_at,
        consent_version,
        consent_purpose,
        cast(null as date) as purge_due,
        cast(null as date) as answer_due,
        cast(null as timestamp) as purged_at,
        cast(null as timestamp) as closed_at,
        cast(null as string) as receipt_hash,
        state,
        false as has_conflict
    from consents
    union all
    select
        obligation_id,
        candidate_id,
        obligation,
        null as field_class,
        null as interview_id,
        null as request_id,
        began_at,
        null as consent_version,
        null as consent_purpose,
        null as purge_due,
        null as answer_due,
        null as purged_at,
        closed_at,
        null as receipt_hash,
        state,
        false as has_conflict
    from refused
    union all
    select
        obligation_id,
        candidate_id,
        obligation,
        null as field_class,
        null as interview_id,
        request_id,
        began_at,
        null as consent_version,
        null as consent_purpose,
        null as purge_due,
        answer_due,
        null as purged_at,
        closed_at,
        receipt_hash,
        case
            when closed_at is not null then 'done'
            when answer_due < (select run_day.today from run_day) then 'overdue'
            else 'open'
        end as state,
        false as has_conflict
    from requested
    union all
    select
        'erasure:' || receipt_id as obligation_id,
        candidate_id,
        'erase' as obligation,
        null as field_class,
        null as interview_id,
        null as request_id,
        requested_at as began_at,
        null as consent_version,
        null as consent_purpose,
        null as purge_due,
        null as answer_due,
        null as purged_at,
        done_at as closed_at,
        receipt_hash,
        'done' as state,
        false as has_conflict
    from erasures
    union all
    select
        obligation_id,
        candidate_id,
        'retention' as obligation,
        field_class,
        interview_id,
        null as request_id,
        began_at,
        null as consent_version,
        null as consent_purpose,
        purge_due,
        null as answer_due,
        purged_at,
        null as closed_at,
        receipt_hash,
        case
            when purged_at is not null then 'purged'
            when is_class_on_hold then 'on_hold'
            when purge_due < (select run_day.today from run_day) then 'overdue'
            else 'kept'
        end as state,
        is_conflict as has_conflict
    from kept
)

select
    obligation_id,
    candidate_id,
    obligation,
    field_class,
    interview_id,
    request_id,
    began_at,
    {{ local_date('began_at') }} as began_local_date,
    consent_version,
    consent_purpose,
    purge_due,
    answer_due,
    purged_at,
    closed_at,
    state,
    has_conflict,
    receipt_hash
from obligations
