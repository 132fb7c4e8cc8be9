with applications as (
    select * from {{ ref('stg_applications') }}
    where offered_at is not null
),

scored_interviews as (
    select * from {{ ref('interview_results') }}
    where status = 'scored'
),

-- The latest scored interview before the offer is the one that it answers.
matched as (
    select
        interviews.interview_id,
        applications.application_id,
        interviews.candidate_id,
        interviews.role_id,
        interviews.department_id,
        interviews.scenario,
        interviews.quarter_start,
        interviews.grade,
        interviews.composite_score,
        {{ local_date('applications.offered_at') }} as offered_local_date,
        applications.offer_monthly_salary
    from applications
    inner join scored_interviews as interviews
        on
            applications.candidate_id = interviews.candidate_id
            and applications.role_id = interviews.role_id
            and applications.offered_at >= interviews.completed_at
    qualify row_number() over (
        partition by applications.application_id
        order by interviews.completed_at desc, interviews.interview_id desc
    ) = 1
)

select
    matched.interview_id,
    matched.application_id,
    matched.candidate_id,
    matched.role_id,
    matched.department_id,
    matched.scenario,
    matched.quarter_start,
    matched.grade,
    matched.composite_score,
    matched.offered_local_date,
    matched.offer_monthly_salary,
    matched.offer_monthly_salary not between pay_bands.pay_min and pay_bands.pay_max as is_out_of_band
from matched
left join {{ ref('int_pay_bands') }} as pay_bands
    on
        matched.grade = pay_bands.grade
        and matched.offered_local_date >= pay_bands.valid_from
        and (pay_bands.valid_before is null or matched.offered_local_date < pay_bands.valid_before)
