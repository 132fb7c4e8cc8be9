-- Who refused to be interviewed by AI is out of all scoring from that moment, for as long as the refusal
-- stands: what was not completed before it counts as declined. What was completed before keeps its result.
with refusals as (
    select
        candidate_id,
        refused_since
    from {{ ref('int_refusals') }}
    where is_in_force
),

interviews as (
    select
        {{ all_but('said', ['status']) }},
        said.completed_at is not null and said.status = 'completed' as has_records,
        case
            when refusals.candidate_id is null or said.status in ('abandoned', 'expired') then said.status
            when said.status = 'completed' and said.completed_at < refusals.refused_since then said.status
            else 'declined'
        end as status
    from {{ ref('stg_interviews') }} as said
    left join refusals on said.candidate_id = refusals.candidate_id
),

roles as (
    select * from {{ ref('roles') }}
),

numbered as (
    select
        *,
        status = 'completed' as is_completed,
        row_number() over (
            partition by candidate_id, role_id, scenario
            order by
                coalesce(completed_at, started_at, accepted_at, invited_at) asc nulls last,
                interview_id asc nulls last
        ) as attempt
    from interviews
),

dated as (
    select
        *,
        {{ local_date('invited_at') }} as invited_local_date,
        case when is_completed then {{ local_date('completed_at') }} end as completed_local_date
    from numbered
)

select
    dated.interview_id,
    dated.candidate_id,
    dated.role_id,
    coalesce(dated.department_id, roles.department_id) as department_id,
    dated.batch_id,
    dated.requisition_id,
    dated.question_bank_id,
    dated.supplement_of,

    dated.scenario,
    dated.status,
    dated.is_completed,
    dated.has_records,
    dated.channel,
    dated.modality,
    coalesce(roles.score_source, 'rubric') as score_source,

    dated.attempt,
    dated.interruptions,

    dated.invited_at,
    dated.invited_local_date,
    dated.accepted_at,
    dated.started_at,
    dated.completed_at,
    dated.completed_local_date,
    {{ quarter_start('dated.completed_local_date') }} as quarter_start
from dated
left join roles on dated.role_id = roles.role_id
