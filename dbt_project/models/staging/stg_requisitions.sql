with versions as (
    {{ latest_versions('requisitions', ['requisition_id']) }}
)

select
    requisition_id,
    role_id,
    department_id,

    status,

    headcount,

    opened_on,
    closed_on
from versions
