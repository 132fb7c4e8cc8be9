-- Each interview with the application that it belongs to, by ids only: same person and role, made before the
-- interview was completed (or invited); the same requisition first, then the latest application.
with interviews as (
    select
        *,
        coalesce(completed_at, started_at, accepted_at, invited_at) as happened_at
    from {{ ref('int_interviews') }}
),

applications as (
    select * from {{ ref('stg_applications') }}
),

matched as (
    select
        interviews.interview_id,
        applications.*
    from interviews
    inner join applications
        on
            interviews.candidate_id = applications.candidate_id
            and interviews.role_id = applications.role_id
            and (applications.applied_at is null or interviews.happened_at >= applications.applied_at)
    qualify row_number() over (
        partition by interviews.interview_id
        order by
            coalesce(interviews.requisition_id = applications.requisition_id, false) desc,
            applications.applied_at desc nulls last,
            applications.application_id asc nulls last
    ) = 1
),

people as (
    select
        candidate_id,
        {{ set_of('role_id') }} as role_ids
    from applications
    group by candidate_id
)

select
    interviews.interview_id,
    matched.application_id,
    matched.applied_at,
    matched.requisition_id as applied_requisition_id,
    matched.stage,
    matched.outcome,
    matched.round2_score,
    matched.background_check,
    matched.offered_at,
    matched.offer_monthly_salary,
    matched.employee_id,
    case
        when matched.application_id is not null then 'applied'
        when people.candidate_id is null then 'never_applied'
        when {{ list_has('people.role_ids', 'interviews.role_id') }} then 'applied_later'
        else 'applied_for_another_role'
    end as application_link
from interviews
left join matched on interviews.interview_id = matched.interview_id
left join people on interviews.candidate_id = people.candidate_id
