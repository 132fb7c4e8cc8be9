-- Employees whose pay may be reviewed: the rule exactly as written, and beside it a fair one. The rule as
-- written subtracts two noisy scores of different scales and so rewards a low interview score; the fair one
-- asks how far performance is above what the interview let expect: (Zp - rho Zi) / sqrt(1 - rho^2).
with run_day as (
    select {{ local_date('started_at') }} as today
    from {{ ref('stg_run') }}
),

employments as (
    select employed.*
    from {{ ref('int_employments') }} as employed
    cross join run_day
    where {{ is_employed('employed', 'run_day.today') }}
),

policy as (
    select raise_policy.*
    from {{ ref('raise_policy') }} as raise_policy
    cross join run_day
    where raise_policy.valid_from <= run_day.today
    qualify row_number() over (order by raise_policy.valid_from desc) = 1
),

interviewed as (
    select
        employments.employee_id,
        outcomes.interview_id,
        outcomes.composite_score,
        outcomes.grade
    from employments
    inner join {{ ref('interview_outcomes') }} as outcomes
        on
            employments.employee_id = outcomes.employee_id
            and employments.hired_on = outcomes.hired_on
    where outcomes.composite_score is not null
    qualify row_number() over (
        partition by employments.employee_id
        order by outcomes.completed_local_date desc, outcomes.interview_id desc
    ) = 1
),

reviewed as (
    {{ last_reviews('employments', 'employee_id', 'employments.hired_on <= reviews.period_end') }}
),

measured as (
    select
        employments.employee_id,
        employments.candidate_id,
        employments.role_id,
        employments.department_id,
        employments.hired_on,
        employments.monthly_salary,
        interviewed.interview_id,
        interviewed.composite_score as interview_score,
        interviewed.grade,
        reviewed.score as performance_score,
        reviewed.period_end as performance_period_end,
        {{ months_since('employments.hired_on', 'run_day.today') }} as months_since_hire,
        interviewed.composite_score is not null and reviewed.score is not null as is_measured,
        run_day.today
    from employments
    cross join run_day
    left join interviewed on employments.employee_id = interviewed.employee_id
    left join reviewed on employments.employee_id = reviewed.employee_id
),

-- Scale and correlation over everybody with both scores and long enough in the company.
scales as (
    select
        {{ exact_sum('measured.interview_score') }} / nullif(count(*), 0) as interview_mean,
        stddev_samp(measured.interview_score) as interview_sd,
        {{ exact_sum('measured.performance_score') }} / nullif(count(*), 0) as performance_mean,
        stddev_samp(measured.performance_score) as performance_sd,
        corr(measured.performance_score, measured.interview_score) as rho,
        count(*) as scale_n
    from measured
    cross join policy
    where measured.is_measured and measured.months_since_hire >= policy.months_min
),

standardised as (
    select
        measured.*,
        scales.rho,
        scales.scale_n,
        (
            (measured.performance_score - scales.performance_mean) / nullif(scales.performance_sd, 0)
            - scales.rho * (measured.interview_score - scales.interview_mean) / nullif(scales.interview_sd, 0)
        ) / nullif(sqrt(1 - scales.rho * scales.rho), 0) as performance_beyond_expectation
    from measured
    cross join scales
),

judged as (
    select
        standardised.*,
        policy.raise_low,
        policy.raise_high,
        standardised.performance_score - standardised.interview_score as difference,
        case
            when not standardised.is_measured then null
            else
                standardised.months_since_hire >= policy.months_min
                and standardised.performance_score - standardised.interview_score > policy.difference_above
        end as is_eligible_as_written,
        case
            when not standardised.is_measured or standardised.performance_beyond_expectation is null then null
            else
                standardised.months_since_hire >= policy.months_min
                and {{ stable('standardised.performance_beyond_expectation') }} >= policy.fair_cut
        end as is_eligible_fair,
        case
            when standardised.interview_score is null then 'no_interview'
            when standardised.performance_score is null then 'no_performance'
            when standardised.months_since_hire < policy.months_min then 'too_early'
            else 'reviewed'
        end as review_state
    from standardised
    cross join policy
)

select
    judged.employee_id,
    judged.candidate_id,
    judged.role_id,
    judged.department_id,
    judged.hired_on,
    cast(judged.months_since_hire as integer) as months_since_hire,
    judged.interview_id,
    judged.interview_score,
    judged.grade,
    judged.performance_score,
    judged.performance_period_end,
    {{ stable('judged.difference') }} as difference,
    {{ stable('judged.performance_beyond_expectation') }} as performance_beyond_expectation,
    {{ stable('judged.rho') }} as rho,
    cast(judged.scale_n as integer) as scale_n,
    judged.review_state,
    judged.is_eligible_as_written,
    judged.is_eligible_fair,
    judged.is_eligible_as_written <> judged.is_eligible_fair as do_rules_differ,
    judged.monthly_salary,
    case
        when judged.is_eligible_as_written or judged.is_eligible_fair
            then {{ stable('judged.monthly_salary * judged.raise_low') }}
    end as raise_low,
    case
        when judged.is_eligible_as_written or judged.is_eligible_fair
            then {{ stable('judged.monthly_salary * judged.raise_high') }}
    end as raise_high,
    pay_bands.pay_min,
    pay_bands.pay_max,
    case
        when judged.grade is null then 'no_grade'
        when pay_bands.grade is null then 'no_band'
        when judged.monthly_salary is null then 'no_pay'
        when judged.monthly_salary < pay_bands.pay_min then 'below'
        when judged.monthly_salary > pay_bands.pay_max then 'above'
        else 'within'
    end as pay_position,
    {{ stable('judged.monthly_salary / nullif(pay_bands.pay_mid, 0)') }} as compa_ratio,
    {{ stable(
        '(judged.monthly_salary - pay_bands.pay_min) / nullif(pay_bands.pay_max - pay_bands.pay_min, 0)'
    ) }} as penetration
from judged
left join {{ ref('int_pay_bands') }} as pay_bands
    on
        judged.grade = pay_bands.grade
        and judged.today >= pay_bands.valid_from
        and (pay_bands.valid_before is null or judged.today < pay_bands.valid_before)
