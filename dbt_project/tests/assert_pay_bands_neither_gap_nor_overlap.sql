-- A returned row names two neighbouring pay bands between which pay belongs to no band, or to both. A
-- warning: whether such a gap is meant is for HR to say. The rows stay in the schema audit of the build
-- file.
{{ config(
    severity = 'warn', store_failures = true, schema = 'audit',
    meta = {'dagster': {'ref': {'name': 'int_pay_bands'}}}
) }}

with days as (
    select distinct valid_from as in_force_on
    from {{ ref('pay_policy') }}
),

bands as (
    select
        days.in_force_on,
        pay_bands.grade,
        pay_bands.pay_min,
        pay_bands.pay_max
    from days
    inner join {{ ref('int_pay_bands') }} as pay_bands
        on
            days.in_force_on >= pay_bands.valid_from
            and (pay_bands.valid_before is null or days.in_force_on < pay_bands.valid_before)
),

neighbours as (
    select
        in_force_on,
        lag(grade) over by_pay as lower_grade,
        grade as upper_grade,
        lag(pay_max) over by_pay as lower_ends_at,
        pay_min as upper_begins_at
    from bands
    window by_pay as (partition by in_force_on order by pay_min, pay_max)
)

select
    *,
    case when lower_ends_at < upper_begins_at then 'gap' else 'overlap' end as kind
from neighbours
where lower_ends_at <> upper_begins_at
