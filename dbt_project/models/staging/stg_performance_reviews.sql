with versions as (
    {{ latest_versions('performance_reviews', ['employee_id', 'period_end', 'competency_id']) }}
)

select
    employee_id,
    competency_id,

    score,

    period_end
from versions
