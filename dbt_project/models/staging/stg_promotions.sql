with versions as (
    {{ latest_versions('promotions', ['promotion_id']) }}
)

select
    promotion_id,
    employee_id,
    from_role_id,
    to_role_id,

    decision,

    {{ utc('requested_at') }} as requested_at,
    {{ utc('decided_at') }} as decided_at
from versions
