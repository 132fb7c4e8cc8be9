-- Scores so low in a competency that the policy names a risk and a step, such as one more round on
-- teamwork.
with scores as (
    select * from {{ ref('competency_scores') }}
    where score is not null
),

interviews as (
    select
        interview_id,
        completed_local_date
    from {{ ref('interview_results') }}
    where status = 'scored'
),

policy as (
    select
        *,
        lead(valid_from) over (
            partition by competency_id, scenario order by valid_from asc nulls last
        ) as valid_before
    from {{ ref('risk_policy') }}
)

select
    scores.interview_id,
    scores.competency_id,
    scores.candidate_id,
    scores.role_id,
    scores.department_id,
    scores.scenario,
    scores.quarter_start,
    scores.score,
    policy.below,
    {{ stable('policy.below - scores.score') }} as points_below,
    policy.step,
    policy.risk_zh,
    policy.risk_en
from scores
inner join interviews on scores.interview_id = interviews.interview_id
inner join policy
    on
        scores.competency_id = policy.competency_id
        and scores.scenario = policy.scenario
        and scores.score < policy.below
        and interviews.completed_local_date >= policy.valid_from
        and (policy.valid_before is null or interviews.completed_local_date < policy.valid_before)
