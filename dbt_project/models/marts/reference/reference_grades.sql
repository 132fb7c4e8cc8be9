with grades as (
    select * from {{ ref('int_grades') }}
),

recommendations as (
    select * from {{ ref('recommendation_policy') }}
),

run as (
    select {{ local_date('started_at') }} as run_date
    from {{ ref('stg_run') }}
)

select
    grades.grade,
    grades.grade_rank,
    grades.min_score,
    grades.max_score,
    pay_bands.pay_min,
    pay_bands.pay_mid,
    pay_bands.pay_max,
    pay_bands.currency,
    recommendations.recommendation,
    coalesce(recommendations.recommendation_below_requirement, recommendations.recommendation)
        as recommendation_below_requirement
from grades
cross join run
left join recommendations on grades.grade = recommendations.grade
left join {{ ref('int_pay_bands') }} as pay_bands
    on
        grades.grade = pay_bands.grade
        and run.run_date >= pay_bands.valid_from
        and (pay_bands.valid_before is null or run.run_date < pay_bands.valid_before)
