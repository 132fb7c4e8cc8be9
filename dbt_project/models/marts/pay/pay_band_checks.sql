-- What is wrong between the pay bands on each day from which a policy holds: pay that belongs to no
-- band, pay that belongs to two, and grades for which no band is defined; with the offers that were
-- made there meanwhile.
with bands as (
    select * from {{ ref('int_pay_bands') }}
),

starting_days as (
    select distinct valid_from
    from bands
),

days as (
    select
        valid_from as in_force_from,
        lead(valid_from) over (order by valid_from asc nulls last) as in_force_before
    from starting_days
),

in_force as (
    select
        days.in_force_from,
        days.in_force_before,
        bands.grade,
        bands.pay_min,
        bands.pay_max,
        bands.currency
    from days
    inner join bands
        on
            days.in_force_from >= bands.valid_from
            and (bands.valid_before is null or days.in_force_from < bands.valid_before)
),

neighbours as (
    select
        in_force_from,
        in_force_before,
        lag(grade) over by_pay as lower_grade,
        grade as upper_grade,
        lag(pay_max) over by_pay as lower_ends_at,
        pay_min as upper_begins_at,
        currency
    from in_force
    window by_pay as (
        partition by in_force_from
        order by pay_min asc nulls last, pay_max asc nulls last, grade asc nulls last
    )
),

checks as (
    select
        in_force_from,
        in_force_before,
        case when lower_ends_at < upper_begins_at then 'gap' else 'overlap' end as kind,
        lower_grade,
        upper_grade,
        least(lower_ends_at, upper_begins_at) as pay_from,
        greatest(lower_ends_at, upper_begins_at) as pay_to,
        currency
    from neighbours
    where lower_ends_at <> upper_begins_at
    union all
    select
        days.in_force_from,
        days.in_force_before,
        'no_band' as kind,
        grades.grade as lower_grade,
        grades.grade as upper_grade,
        null as pay_from,
        null as pay_to,
        null as currency
    from days
    cross join {{ ref('int_grades') }} as grades
    left join in_force
        on days.in_force_from = in_force.in_force_from and grades.grade = in_force.grade
    where in_force.grade is null
),

offers as (
    select * from {{ ref('offers') }}
    where offer_monthly_salary is not null
),

-- The edges of a gap belong to the bands, those of an overlap to both; an offer to a grade without a
-- band to it.
offered as (
    select
        checks.in_force_from,
        checks.kind,
        checks.lower_grade,
        count(*) as offers_n
    from checks
    inner join offers
        on
            checks.in_force_from <= offers.offered_local_date
            and (checks.in_force_before is null or checks.in_force_before > offers.offered_local_date)
            and (
                (checks.kind = 'no_band' and checks.lower_grade = offers.grade)
                or (
                    checks.kind = 'gap'
                    and checks.pay_from < offers.offer_monthly_salary
                    and checks.pay_to > offers.offer_monthly_salary
                )
                or (
                    checks.kind = 'overlap'
                    and checks.pay_from <= offers.offer_monthly_salary
                    and checks.pay_to >= offers.offer_monthly_salary
                )
            )
    group by checks.in_force_from, checks.kind, checks.lower_grade
)

select
    checks.in_force_from,
    checks.kind,
    checks.lower_grade,
    checks.upper_grade,
    checks.in_force_before,
    checks.in_force_before is null as is_in_force,
    checks.pay_from,
    checks.pay_to,
    {{ stable('checks.pay_to - checks.pay_from') }} as width,
    checks.currency,
    cast(coalesce(offered.offers_n, 0) as integer) as offers_n
from checks
left join offered
    on
        checks.in_force_from = offered.in_force_from
        and checks.kind = offered.kind
        and checks.lower_grade = offered.lower_grade
