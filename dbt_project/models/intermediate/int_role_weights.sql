-- A set of weights is all rows of one role with one valid_from; it holds until the role's next set.
with weights as (
    select * from {{ ref('role_weights') }}
),

set_days as (
    select distinct
        role_id,
        valid_from
    from weights
),

sets as (
    select
        role_id,
        valid_from,
        lead(valid_from) over (partition by role_id order by valid_from asc nulls last) as valid_before
    from set_days
)

select
    weights.role_id,
    weights.competency_id,
    weights.weight,
    weights.requirement,
    sets.valid_from,
    sets.valid_before
from weights
inner join sets on weights.role_id = sets.role_id and weights.valid_from = sets.valid_from
