with versions as (
    {{ latest_versions('interviews', ['interview_id']) }}
)

select
    interview_id,
    candidate_id,
    role_id,
    department_id,
    batch_id,
    requisition_id,
    question_bank_id,
    supplement_of,

    coalesce(scenario, 'external') as scenario,
    status,
    channel,
    modality,

    interruptions,
    device_ok,
    mock_done,

    {{ utc('created_at') }} as created_at,
    {{ utc('invited_at') }} as invited_at,
    {{ utc('accepted_at') }} as accepted_at,
    {{ utc('slot_start') }} as slot_start,
    {{ utc('started_at') }} as started_at,
    {{ utc('completed_at') }} as completed_at,
    {{ utc('notified_at') }} as notified_at,
    {{ utc('archived_at') }} as archived_at
from versions
