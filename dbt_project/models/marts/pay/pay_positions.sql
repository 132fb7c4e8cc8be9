-- Where employees and offers lie in the pay bands, by role and grade; 'none' stands for employees
-- without a scored interview. A grade without a band has no positions: no band is defined.
with employees as (
    select
        coalesce(role_id, 'none') as role_id,
        coalesce(grade, 'none') as grade,
        monthly_salary,
        pay_position,
        compa_ratio,
        penetration
    from {{ ref('pay_reviews') }}
),

offers as (
    select * from {{ ref('offers') }}
    where offer_monthly_salary is not null
),

run_day as (
    select {{ local_date('started_at') }} as today
    from {{ ref('stg_run') }}
),

grades as (
    select
        grade,
        grade_rank
    from {{ ref('int_grades') }}
    union all
    select
        'none' as grade,
        null as grade_rank
),

roles as (
    select role_id from employees
    union
    select role_id from offers
    union
    select 'all' as role_id
),

employed as (
    select
        {{ or_all('role_id') }} as role_id,
        grade,
        count(*) as employees_n,
        count(monthly_salary) as paid_n,
        count(*) filter (where pay_position = 'below') as below_n,
        count(*) filter (where pay_position = 'within') as within_n,
        count(*) filter (where pay_position = 'above') as above_n,
        count(*) filter (where pay_position = 'no_band') as no_band_n,
        {{ exact_sum('compa_ratio') }} / nullif(count(compa_ratio), 0) as mean_compa_ratio,
        percentile_cont(0.5) within group (order by compa_ratio) as median_compa_ratio,
        percentile_cont(0.5) within group (order by penetration) as median_penetration,
        min(monthly_salary) as salary_min,
        percentile_cont(0.5) within group (order by monthly_salary) as median_salary,
        max(monthly_salary) as salary_max
    from employees
    group by grouping sets ((role_id, grade), (grade))
),

offered as (
    select
        {{ or_all('role_id') }} as role_id,
        grade,
        count(*) as offers_n,
        count(*) filter (where is_out_of_band) as offers_out_of_band_n,
        count(*) filter (where is_out_of_band is null) as offers_no_band_n
    from offers
    group by grouping sets ((role_id, grade), (grade))
)

select
    roles.role_id,
    grades.grade,
    cast(grades.grade_rank as integer) as grade_rank,
    pay_bands.pay_min,
    pay_bands.pay_mid,
    pay_bands.pay_max,
    pay_bands.currency,
    pay_bands.grade is not null as has_band,
    cast(coalesce(employed.employees_n, 0) as integer) as employees_n,
    cast(coalesce(employed.paid_n, 0) as integer) as paid_n,
    cast(coalesce(employed.below_n, 0) as integer) as below_n,
    cast(coalesce(employed.within_n, 0) as integer) as within_n,
    cast(coalesce(employed.above_n, 0) as integer) as above_n,
    cast(coalesce(employed.no_band_n, 0) as integer) as no_band_n,
    {{ stable('employed.mean_compa_ratio') }} as mean_compa_ratio,
    {{ stable('employed.median_compa_ratio') }} as median_compa_ratio,
    {{ stable('employed.median_penetration') }} as median_penetration,
    employed.salary_min,
    {{ stable('employed.median_salary') }} as median_salary,
    employed.salary_max,
    cast(coalesce(offered.offers_n, 0) as integer) as offers_n,
    cast(coalesce(offered.offers_out_of_band_n, 0) as integer) as offers_out_of_band_n,
    cast(coalesce(offered.offers_no_band_n, 0) as integer) as offers_no_band_n
from roles
cross join grades
cross join run_day
left join employed on roles.role_id = employed.role_id and grades.grade = employed.grade
left join offered on roles.role_id = offered.role_id and grades.grade = offered.grade
left join {{ ref('int_pay_bands') }} as pay_bands
    on
        grades.grade = pay_bands.grade
        and run_day.today >= pay_bands.valid_from
        and (pay_bands.valid_before is null or run_day.today < pay_bands.valid_before)
