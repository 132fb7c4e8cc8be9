with results as (
    select * from {{ ref('interview_results') }}
),

counted as (
    select
        max(completed_at) filter (where status in ('scored', 'insufficient')) as data_as_of,
        count(*) as interviews_n,
        count(*) filter (where status = 'scored') as scored_n,
        coalesce(sum(answers_n), 0) as answers_n
    from results
),

waiting as (
    select count(*) as quarantined_n
    from {{ ref('int_quarantine_states') }}
    where state = 'open'
)

select
    run.run_id,
    run.started_at as built_at,
    run.rubric_version,
    run.weights_version,
    counted.data_as_of,
    cast(counted.interviews_n as integer) as interviews_n,
    cast(counted.scored_n as integer) as scored_n,
    cast(counted.answers_n as integer) as answers_n,
    cast(waiting.quarantined_n as integer) as quarantined_n
from {{ ref('stg_run') }} as run
cross join counted
cross join waiting
