with versions as (
    select *
    from {{ source('raw', 'requisitions') }}
    qualify {{ latest_version(['requisition_id']) }}
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
