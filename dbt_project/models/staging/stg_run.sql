with runs as (
    select * from {{ source('run', 'run') }}
)

select
    run_id,
    rubric_version,
    weights_version,
    kernel_version,

    {{ utc('started_at') }} as started_at
from runs
