with versions as (
    select *
    from {{ source('raw', 'performance_reviews') }}
    qualify {{ latest_version(['employee_id', 'period_end', 'competency_id']) }}
)

select
    employee_id,
    competency_id,

    score,

    period_end
from versions
