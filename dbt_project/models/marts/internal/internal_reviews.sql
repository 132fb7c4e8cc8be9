-- Promotion and training cases of employees: what they scored, how they perform, what the rule says of it.
with results as (
    select * from {{ ref('interview_results') }}
    where scenario in ('promotion', 'training')
),

-- The stay in which the interview took place: by the person's candidate_id, never by name.
employed as (
    select
        results.interview_id,
        employments.employee_id,
        employments.role_id as current_role_id,
        employments.hired_on
    from results
    inner join {{ ref('int_employments') }} as employments
        on
            results.candidate_id in (employments.candidate_id, employments.employee_id)
            and employments.hired_on
            <= coalesce(results.completed_local_date, results.invited_local_date)
    qualify row_number() over (
        partition by results.interview_id order by employments.hired_on desc, employments.employee_id asc
    ) = 1
),

-- The last overall review that was known on the day of the interview.
reviewed as (
    select
        employed.interview_id,
        reviews.score,
        reviews.period_end
    from employed
    inner join results on employed.interview_id = results.interview_id
    inner join {{ ref('stg_performance_reviews') }} as reviews
        on
            employed.employee_id = reviews.employee_id
            and reviews.competency_id is null
            and reviews.period_end <= coalesce(results.completed_local_date, results.invited_local_date)
    qualify row_number() over (partition by employed.interview_id order by reviews.period_end desc) = 1
),

-- The request that the interview answers: the latest of the employee for that role before it.
requested as (
    select
        employed.interview_id,
        promotions.promotion_id,
        promotions.from_role_id,
        promotions.to_role_id,
        promotions.requested_at,
        promotions.decided_at,
        promotions.decision
    from employed
    inner join results on employed.interview_id = results.interview_id
    inner join {{ ref('stg_promotions') }} as promotions
        on
            employed.employee_id = promotions.employee_id
            and results.role_id = promotions.to_role_id
            and promotions.requested_at <= coalesce(results.completed_at, results.invited_at)
    where results.scenario = 'promotion'
    qualify row_number() over (
        partition by employed.interview_id order by promotions.requested_at desc, promotions.promotion_id asc
    ) = 1
),

competencies as (
    select
        interview_id,
        list(
            struct_pack(competency_id := competency_id, score := score, requirement := requirement)
            order by competency_id
        ) as competencies
    from {{ ref('competency_scores') }}
    where score is not null
    group by interview_id
)

select
    results.interview_id,
    requested.promotion_id,
    employed.employee_id,
    results.candidate_id,
    results.role_id,
    results.department_id,
    results.scenario,
    results.quarter_start,
    results.completed_local_date,
    results.status,
    requested.from_role_id,
    requested.to_role_id,
    results.composite_score as interview_score,
    reviewed.score as performance_score,
    reviewed.period_end as performance_period_end,
    case
        when
            results.scenario <> 'promotion' or results.composite_score is null or reviewed.score is null
            then null
        else
            results.composite_score >= {{ var('promotion_interview_mark') }}
            and reviewed.score >= {{ var('promotion_performance_mark') }}
    end as is_eligible,
    case
        when results.scenario = 'training' and results.composite_score is not null
            then results.composite_score >= {{ var('pass_mark') }}
    end as is_passed,
    {{ local_date('requested.requested_at') }} as requested_local_date,
    {{ local_date('requested.decided_at') }} as decided_local_date,
    cast(date_diff(
        'day', {{ local_date('requested.requested_at') }}, {{ local_date('requested.decided_at') }}
    ) as integer) as cycle_days,
    requested.decision,
    coalesce(competencies.competencies, []) as competencies
from results
left join employed on results.interview_id = employed.interview_id
left join reviewed on results.interview_id = reviewed.interview_id
left join requested on results.interview_id = requested.interview_id
left join competencies on results.interview_id = competencies.interview_id
