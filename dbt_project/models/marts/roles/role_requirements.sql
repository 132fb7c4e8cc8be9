with weights as (
    select * from {{ ref('int_role_weights') }}
),

run as (
    select {{ local_date('started_at') }} as run_date
    from {{ ref('stg_run') }}
)

select
    weights.role_id,
    weights.competency_id,
    weights.weight,
    {{ stable('weights.weight / nullif(sum(weights.weight) over weight_set, 0)') }} as weight_share,
    weights.requirement,
    weights.valid_from,
    run.run_date >= weights.valid_from
    and (weights.valid_before is null or run.run_date < weights.valid_before) as is_current
from weights
cross join run
window weight_set as (partition by weights.role_id, weights.valid_from)
