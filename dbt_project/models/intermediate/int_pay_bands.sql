-- A grade's band holds from its day until the grade's next row, so that one grade can be changed alone.
with policy as (
    select * from {{ ref('pay_policy') }}
)

select
    grade,
    pay_min,
    pay_max,
    (pay_min + pay_max) / 2 as pay_mid,
    currency,
    valid_from,
    lead(valid_from) over (partition by grade order by valid_from asc nulls last) as valid_before
from policy
